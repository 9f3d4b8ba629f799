/** What a lead's text tells, by rules alone: the part that must work without a model. Pure. */
import { LeadFacts, noFacts, type Question, type Urgency } from './facts';
import { type Intent, intentsOf, plain } from './intents';
import { languageOf } from './language';
import { knownSuburb } from './suburbs';
import { readWish, settled, type WishContext, wishWords } from './wish';

/** What the texts since our last reply say. `facts`: null is not said. */
export interface Reading {
  facts: LeadFacts;
  intents: Set<Intent>;
}

export interface ReadingContext extends WishContext {
  asked: Question | null;
}

/** Reads the lead's texts since our last reply, joined by line breaks. */
export function read(text: string, context: ReadingContext): Reading {
  const intents = intentsOf(text);
  const language = languageOf(text) ?? null;
  // What is no English is kept as the lead wrote it and for the lead's own words to tell: the rules read English.
  const facts = language ? { ...noFacts, language, ...foreignAnswer(text, context) } : englishFacts(text, { ...context, intents });
  return { facts: sound({ ...facts, urgency: intents.has('emergency') ? 'emergency' : facts.urgency }), intents };
}

/** Facts as they may be stored: what is too long or holds control characters is cut or dropped. */
export function sound(facts: LeadFacts): LeadFacts {
  const { shape } = LeadFacts;
  return {
    name: shape.name.catch(null).parse(facts.name),
    suburb: shape.suburb.catch(null).parse(facts.suburb),
    job: shape.job.catch(null).parse(oneLine(facts.job)),
    urgency: shape.urgency.catch(null).parse(facts.urgency),
    preferredTime: shape.preferredTime.catch(null).parse(facts.preferredTime),
    language: shape.language.catch(null).parse(facts.language),
  };
}

function oneLine(text: string | null): string | null {
  return text === null
    ? null
    : Array.from(text.replace(/[\p{Cc}\p{Cs}\s]+/gu, ' ').trim())
        .slice(0, 120)
        .join('');
}

function englishFacts(text: string, context: ReadingContext & { intents: Set<Intent> }): LeadFacts {
  const wish = readWish(withoutUrgency(text), context);
  return {
    name: nameIn(text),
    suburb: suburbIn(text, context),
    job: jobIn(text, context),
    urgency: urgencyIn(text, context),
    preferredTime: wish ? wishWords(settled(wish, context)) : null,
    language: null,
  };
}

/** A foreign text tells the job, unless it answers another question. */
function foreignAnswer(text: string, { asked }: ReadingContext): Partial<LeadFacts> {
  if (asked === 'suburb') return { suburb: knownSuburb.exec(text)?.[0] ?? text };
  return asked === null || asked === 'job' ? { job: text, suburb: knownSuburb.exec(text)?.[0] ?? null } : {};
}

const urgencyWords: [RegExp, Urgency][] = [
  [
    /\b(?:no (?:rush|hurry)|not (?:urgent|in a (?:rush|hurry))|whenever|any ?time|flexible|not fussed|no stress|when(?:ever)? (?:you'?re|ur|you are) free|in a few weeks|next month|just (?:getting|after|want) (?:a )?quotes?|not an emergency)\b/,
    'flexible',
  ],
  [
    /\b(?:today|tonight|asap|a\.s\.a\.p|right now|right away|straight away|immediately|urgent(?:ly)?|now please|now pls|needed? (?:it |this )?(?:done )?now|this (?:morning|arvo|afternoon)|as soon as (?:possible|you can)|quick as)\b/,
    'today',
  ],
  [
    /\b(?:tomorrow|tomoz|tmrw|soon|this week|next (?:few|couple)|couple of days|next week|within (?:a|the) (?:week|fortnight)|by (?:mon|tue|wed|thu|fri|sat|sun)\w*|(?:mon|tues?|wed|thurs?|fri|sat|sun)(?:day|nesday|urday|sday|rsday)?|week)\b/,
    'soon',
  ],
];

function urgencyIn(text: string, { asked }: ReadingContext): Urgency | null {
  const words = plain(text);
  const found = urgencyWords.find(([pattern]) => pattern.test(words))?.[1];
  if (found) return found;
  if (asked !== 'urgency') return null;
  if (/\b(?:yes|yep|yeah|very|pretty|quite|kind ?of|sort ?of)\b/.test(words)) return 'today';
  return /\b(?:no|nah|nope|not)\b/.test(words) ? 'flexible' : null;
}

/** "Any time" and "now" are no day. */
function withoutUrgency(text: string): string {
  return text.replace(/\bany ?time\b/gi, '');
}

/** Words that follow "in", "at" or "from" and are no place. */
const noPlace =
  /^(?:the|a|an|my|our|your|ur|this|that|it|there|here|home|house|work|about|around|approx|between|least|all|need|urgent|case|general|total|front|back|under|half|an?|bit|mon|tue|wed|thu|fri|sat|sun|jan|feb|mar|apr|jun|jul|aug|sep|oct|nov|dec|next|morning|arvo|afternoon|evening|lunch|noon|midday|tomorrow|today|tonight|asap|now|once|touch|desperate|trouble|hurry|rush|good|bad|person|advance|cash|full|some|one|two|three|few|couple|\d)/i;

function suburbIn(text: string, { asked }: ReadingContext): string | null {
  const known = knownSuburb.exec(text)?.[0];
  const place =
    /\b(?:in|at|from|near|around|over in|live in|based in|out at|out in|located in|suburb is|suburb's|suburb:)\s+((?:[A-Za-z][A-Za-z'’-]+)(?:\s+(?:[A-Z][A-Za-z'’-]+|heights|hill|hills|park|beach|junction|north|south|east|west|vale|bay|point|creek|valley|gardens|grove))*)/.exec(
      text,
    )?.[1];
  const named = place && !noPlace.test(place) && isPlaceLike(place, text) ? place : undefined;
  const answer = asked === 'suburb' ? bareSuburb(text) : undefined;
  const suburb = known ?? named ?? answer;
  return suburb ? titled(suburb) : null;
}

/** In running text a place has a capital, unless the whole text has none. */
function isPlaceLike(place: string, text: string): boolean {
  return /^\p{Lu}/u.test(place) || (!/\p{Lu}\p{Ll}/u.test(text.slice(1)) && !/\w+(?:ing|ed|er)$/.test(place));
}

/** The answer to "which suburb": a few words, less politeness and postcode. */
function bareSuburb(text: string): string | undefined {
  const bare = text
    .split('\n')
    .at(-1)
    ?.replace(
      /^[\s\W]*(?:(?:yeah|yep|yes|hi|hey|ok|um+|oh|sure|no worries|i'?m|im|we'?re|were|we are|i am|its|it'?s|it is|in|at|from|near|the suburb is|suburb is|live|located|based|over|just|out|actually|sorry|ah)\b[\s,.]*)+/i,
      '',
    )
    .replace(/[\s,]*\b(?:nsw|vic|qld|wa|sa|tas|act|nt|australia)\b.*$/i, '')
    .replace(/[\s,]*\b\d{4}\b.*$/, '')
    .replace(/[,.]?\s+(?:mate|please|pls|thanks|thx|cheers|ta|near|off|behind|next)\b.*$/i, '')
    .replace(/[.,!\s]+$/, '')
    .trim();
  const isSuburb =
    bare &&
    /^[\p{L}][\p{L}'’. -]{1,39}$/u.test(bare) &&
    bare.split(/\s+/).length <= 4 &&
    !/\b(?:why|what|how|who|when|you|is|need|want|can|dont|don't|not|no|yes|asap|help|stop|price|cost|my|ignore|book)\b/i.test(bare);
  return isSuburb ? bare : undefined;
}

function titled(place: string): string {
  return place
    .trim()
    .split(/\s+/)
    .map((word) => word.charAt(0).toUpperCase() + (word === word.toUpperCase() ? word.slice(1).toLowerCase() : word.slice(1)))
    .join(' ');
}

/** What tradespeople, cleaners, mechanics and salons are asked for. */
const jobWords =
  /\b(?:taps?|toilets?|loo|dunny|drains?|sinks?|showers?|baths?|bathrooms?|pipes?|leak\w*|drip\w*|block\w*|clog\w*|hot ?water|hws|plumb\w*|gas|cistern|gutters?|downpipes?|sewer\w*|sewage|septic|dishwasher|washing machine|lights?|downlights?|switch\w*|power ?points?|gpo|outlets?|fans?|oven|stove|cooktop|rangehood|wiring|rewir\w*|fuse\w*|rcd|safety switch|smoke alarms?|ev charger|solar|power|electric\w*|sparks?|sparking|trip\w*|clean\w*|vacuum\w*|mop\w*|carpets?|windows?|bond|end of lease|vacate|airbnb|office|house|unit|apartment|spring|ovens?|tiles?|grout|upholstery|couch|mattress|car|ute|van|truck|brakes?|services?|servic\w+|logbook|rego|pink slip|roadworthy|rwc|battery|tyres?|tires?|engine|clutch|gearbox|transmission|radiator|overheat\w*|exhaust|suspension|steering|alternator|starter|oil change|check engine|hilux|corolla|commodore|falcon|mazda|ranger|hair\w*|cut|trim|colou?r|foils?|balayage|highlights?|blow ?(?:dry|wave|out)|perm|keratin|nails?|manicure|pedicure|gel|shellac|lash\w*|brows?|wax\w*|facial|massage|spray tan|makeup|updo|bridal|air ?con\w*|ac|split system|heater|heating|install\w*|replac\w*|repair\w*|fix\w*|renovat\w*|reno|maintenance|quote|inspection|broken|burst|ceiling|roof|fence|paint\w*|mow\w*|lawn)\b/i;
const greeting =
  /^(?:(?:hi+|hey+|hello|hiya|g'?day|gday|good (?:morning|afternoon|evening|day)|morning|arvo|yo|oi|there|mate|guys|team|all|how(?:'s| is) it going|how are you|hope you'?re well|sorry|please|pls|just wondering(?: if)?|was wondering if|wondering if|i was hoping|ok|yeah|yep|yes|well|so|um+)\b[\s,.!?-]*)+/i;

function jobIn(text: string, { asked, intents }: ReadingContext & { intents: Set<Intent> }): string | null {
  const sentences = text
    .split(/[.!?\n]+\s*/)
    .map((sentence) =>
      sentence
        .replace(greeting, '')
        .replace(/^CoreSentia test \S+:?\s*/i, '')
        .trim(),
    )
    .filter((sentence) => /\p{L}{2}/u.test(sentence));
  const named = sentences.find((sentence) => jobWords.test(sentence) && !isQuestionAboutUs(sentence));
  if (named) return named;
  if (intents.has('emergency')) return sentences[0] ?? null;
  const mayAnswer = asked === 'job' && intents.size === 0 && sentences.length > 0;
  return mayAnswer && !/^(?:yes|no|yeah|yep|nah|nope|ok|sure|maybe|idk|dunno|not sure|hello|test)$/i.test(sentences.join(' '))
    ? sentences.join('. ')
    : null;
}

/** "Quote" and "service" alone name no job, and neither does a question about prices, hours or machines. */
function isQuestionAboutUs(sentence: string): boolean {
  const words = plain(sentence);
  const others = words.replace(/\b(?:quotes?|services?|service|fix\w*|house|office|power)\b/g, '');
  const isVague = !jobWords.test(others);
  const about = intentsOf(sentence);
  return (
    (isVague && !/\b(?:fix|service|power)\b.{1,}\w/.test(words)) ||
    about.has('bot') ||
    (isVague && (about.has('hours') || about.has('area') || about.has('services') || about.has('payment'))) ||
    /\bignore\b.{0,30}\b(?:instructions|rules|prompt)/.test(words)
  );
}

const noName =
  /^(?:not|in|at|on|a|an|the|so|just|looking|after|having|from|here|trying|needing|keen|free|happy|sorry|sure|going|wondering|interested|based|new|home|still|very|really|currently|also|urgent|your|is|it|my|good|fine|ok|okay|back|out|off|available|chasing|hoping|getting|locked|stuck|running|moving|renting|desperate|pregnant|allergic|done|driving|busy|Bondi|Mon|Tue|Wed|Thu|Fri|Sat|Sun|Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday)$/i;

function nameIn(text: string): string | null {
  const [, introduced] =
    /\b(?:[Mm]y name(?:'?s| is)|[Nn]ame'?s|[Nn]ame:|[Nn]ame is|[Tt]his is|[Ii]'?m|[Ii]t'?s)\s+([A-Z][a-z'’-]+(?:\s[A-Z][a-z'’-]+)?)\b/.exec(
      text,
    ) ?? [];
  const [, here] = /(?:^|[,.!]\s*)([A-Z][a-z'’-]+) here\b/.exec(text) ?? [];
  const [, signed] = /(?:[Cc]heers|[Rr]egards|[Tt]hanks|[Tt]a|-|–)[,.]?\s*\n?\s*[-–]?\s*([A-Z][a-z'’-]+)\s*[.!]?\s*$/.exec(text) ?? [];
  const name = [introduced, here, signed].find((candidate) => candidate && !candidate.split(' ').some((word) => noName.test(word)));
  return name && !knownSuburb.test(name) ? name : null;
}
