/** Places that leads name without a "in" before them, in lower case. Far from complete: an answer to "which suburb" is taken as it is. Pure. */
const names =
  'bondi|bondi beach|bondi junction|newtown|marrickville|parramatta|penrith|blacktown|liverpool|campbelltown|manly|mosman|chatswood|hornsby|epping|ryde|burwood|strathfield|ashfield|leichhardt|balmain|glebe|redfern|surry hills|paddington|randwick|coogee|maroubra|kogarah|hurstville|cronulla|sutherland|bankstown|fairfield|cabramatta|auburn|lidcombe|castle hill|baulkham hills|rouse hill|dee why|mona vale|narrabeen|pyrmont|ultimo|alexandria|mascot|dulwich hill|earlwood|petersham|drummoyne|gosford|newcastle|wollongong|canberra|belconnen|gungahlin|woden|tuggeranong|queanbeyan|st kilda|richmond|fitzroy|collingwood|carlton|brunswick|coburg|preston|northcote|thornbury|footscray|yarraville|williamstown|werribee|hoppers crossing|point cook|sunshine|essendon|moonee ponds|prahran|south yarra|toorak|hawthorn|kew|camberwell|box hill|doncaster|ringwood|glen waverley|dandenong|frankston|cranbourne|berwick|pakenham|geelong|ballarat|bendigo|brighton|elwood|caulfield|bentleigh|new farm|fortitude valley|west end|toowong|indooroopilly|chermside|carindale|sunnybank|logan|ipswich|redcliffe|caboolture|southport|surfers paradise|burleigh heads|robina|nundah|ashgrove|bulimba|coorparoo|annerley|cairns|townsville|toowoomba|fremantle|subiaco|cottesloe|joondalup|rockingham|mandurah|scarborough|morley|armadale|canning vale|victoria park|leederville|glenelg|norwood|unley|prospect|salisbury|modbury|hobart|sandy bay|glenorchy|launceston|darwin|palmerston|alice springs';
export const knownSuburb = new RegExp(
  `\\b(?:${names
    .split('|')
    .toSorted((a, b) => b.length - a.length)
    .join('|')})\\b`,
  'i',
);
