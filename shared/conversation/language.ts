/** Which language a text is in, as far as a few words tell. Pure. */

const scripts: [RegExp, string][] = [
  [/[\u3040-\u30ff]/g, 'ja'],
  [/[\uac00-\ud7af\u1100-\u11ff]/g, 'ko'],
  [/[\u4e00-\u9fff]/g, 'zh'],
  [/[\u0600-\u06ff]/g, 'ar'],
  [/[\u0900-\u097f]/g, 'hi'],
  [/[\u0a00-\u0a7f]/g, 'pa'],
  [/[\u0b80-\u0bff]/g, 'ta'],
  [/[\u0d80-\u0dff]/g, 'si'],
  [/[\u0e00-\u0e7f]/g, 'th'],
  [/[\u0370-\u03ff]/g, 'el'],
  [/[\u0400-\u04ff]/g, 'ru'],
  [/[\u0590-\u05ff]/g, 'he'],
  [/[ăđơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ]/gi, 'vi'],
];

/** Words that are frequent there and rare in English texts. */
const words: Record<string, RegExp> = {
  es: /\b(?:hola|necesito|tengo|está|esta|para|por|favor|gracias|puede|pueden|cuando|cuándo|casa|una|con|mi|agua|baño|buenos|buenas|días|quiero|ayuda|usted|hoy|mañana|el|los|las|que)\b/g,
  it: /\b(?:ciao|buongiorno|ho|bisogno|perde|rubinetto|grazie|per favore|quando|casa|una|della|sono|vorrei|può|potete|domani|oggi|che|non|il|di|acqua|bagno)\b/g,
  fr: /\b(?:bonjour|salut|je|j'ai|besoin|merci|avec|pour|une|est|dans|ma|mon|vous|pouvez|fuite|eau|maison|demain|aujourd'hui|suis|les|des|s'il|plaît)\b/g,
  de: /\b(?:hallo|guten|ich|brauche|habe|bitte|danke|mein|meine|und|nicht|ist|eine|einen|können|kann|sie|morgen|heute|wann|haus|wasser|der|das|ein)\b/g,
  pt: /\b(?:olá|ola|preciso|tenho|obrigad[oa]|você|vocês|uma|não|por favor|minha|meu|casa|água|quando|amanhã|hoje|bom dia|com|está|vazando|torneira)\b/g,
  id: /\b(?:saya|butuh|tolong|terima kasih|rumah|bisa|tidak|ada|air|bocor|untuk|dan|apa|kapan|besok|hari ini|yang|di|selamat|pagi)\b/g,
  tl: /\b(?:kailangan|ko|po|salamat|bahay|ang|ng|mga|may|tulong|bukas|ngayon|kami|namin|puwede|pwede|ba|tubo|tumutulo)\b/g,
  vi: /\b(?:toi|can|nuoc|nha|giup|xin chao|cam on|bi|sua|ong)\b/g,
};
const english =
  /\b(?:the|i|you|my|is|need|have|can|and|to|for|a|it|in|of|on|please|hi|hey|what|how|do|when|are|we|with|fix|broken|thanks|there|this|that|was|just|me|your|u|at|got)\b/g;

/** ISO 639-1; undefined if it is English or cannot be told (a name, "2", "ok"). */
export function languageOf(text: string): string | undefined {
  const letters = (text.match(/\p{L}/gu) ?? []).length;
  if (letters === 0) return undefined;
  for (const [script, language] of scripts) {
    const share = (text.match(script) ?? []).length / letters;
    if (share > (language === 'vi' ? 0.06 : 0.3)) return language;
  }
  const lower = text.toLowerCase();
  const count = (pattern: RegExp) => new Set(lower.match(pattern) ?? []).size;
  const best = Object.entries(words)
    .map(([language, pattern]) => ({ language, hits: count(pattern) }))
    .reduce((first, second) => (second.hits > first.hits ? second : first));
  return best.hits >= 2 && best.hits > count(english) ? best.language : undefined;
}
