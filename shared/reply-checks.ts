/** What an SMS reply to a lead must be, whoever wrote it. Pure. */
import { withoutQuotes } from './conversation/own-words';
import { clockWords, hoursWords, slotWords } from './conversation/words';
import { gsm7Length, toGsm7 } from './gsm7';
import type { DayHours, WorkingHours } from './working-hours';

/** One segment. */
export const replyPlaces = 160;
/** What remains for a name beside the shortest first reply. */
const namePlaces = 80;

export type Violation =
  | 'empty'
  | 'too long'
  | 'not GSM-7'
  | 'more than one question'
  | 'price'
  | 'no business name'
  | 'no STOP'
  | 'STOP again'
  | 'promise'
  | 'link'
  | 'foreign number'
  | 'wrong hours'
  | 'invented time'
  | 'invented booking';

/**
 * What a reply is judged by. The first reply to a lead names the business and how to opt out, and no other does. The rest is judged if it is given: `phone` (E.164, null:
 * none may be named), `workingHours`, `times` (ISO 8601 UTC with the time zone: the only ones that may be named) and whether something was booked.
 */
export interface ReplyContext {
  businessName: string;
  isFirst: boolean | 'unknown';
  phone?: string | null | undefined;
  workingHours?: WorkingHours | null | undefined;
  times?: { offered: readonly string[]; timeZone: string } | undefined;
  isBooked?: boolean | undefined;
  /** The business's own sentences: quoted word for word they may name a price, a phone, a time. */
  quotable?: readonly string[] | undefined;
}

/** A sum of money, or a number per something. */
const price =
  /[$£€¥]\s*\d|\d\s*(?:[$£€¥]|dollars?\b|bucks\b|aud\b)|\b(?:aud|a\$)\s*\d|\d\s*(?:\/|per|an?)\s*(?:hour|hr|h|day|job|visit|metre|meter|m2|sqm)\b|\b(?:for free|free of charge|no charge|\d+ ?(?:%|percent) off|(?:fifty|hundred|thousand) (?:dollars|bucks))\b/i;
const promise =
  /\b(?:guarantee[ds]?|i promise|we promise|on (?:the|our|my|his|her|their) way|will be (?:there|with you) (?:in|at|by|within|soon|today|shortly|tonight|tomorrow)|(?:be|get) there (?:in|within|by|shortly|soon)|definitely (?:fix|come|be)|within the hour)\b/i;
const link = /\bhttps?:|\bwww\.|\b[a-z0-9-]{2,}\.(?:com|net|org|io|co|au|top|xyz|info|biz|ly|app|shop|site|online|me)(?:\b|\/)/i;
const booking =
  /\b(?:you(?:'re| are)?(?: all)? (?:booked|confirmed|locked)|(?:is|been) (?:booked|confirmed|locked in)|booked you|booking (?:is )?confirmed|booked (?:in )?(?:for|on)|see you (?:then|on|at|mon|tue|wed|thu|fri|sat|sun))\b/i;
/** Seven digits and more, however they are grouped. */
const phoneLike = /\+?\d[\d\s().-]{5,}\d/g;
const clock = /\b\d{1,2}(?::\d{2})?\s?(?:am|pm)\b|\b(?:[01]?\d|2[0-3]):[0-5]\d\b|\b(?:noon|midday|midnight)\b/gi;

/** The business's name as an SMS shows it; empty if none of it can be written in GSM-7. */
export function nameInSms(businessName: string): string {
  let name = toGsm7(businessName);
  while ((gsm7Length(name) ?? 0) > namePlaces) name = name.slice(0, -1).trimEnd();
  return name;
}

/** Which rules the reply breaks; none is good. */
export function checkReply(text: string, context: ReplyContext): Violation[] {
  const { businessName, isFirst } = context;
  const name = nameInSms(businessName);
  // A name like "What's Cooking?" or "$20 Lawns" is neither question nor price.
  const prose = withoutQuotes(name ? text.replaceAll(wordsOf(name), ' ') : text, context.quotable ?? []);
  const length = gsm7Length(text);
  const saysStop = /\breply stop\b/i.test(text);
  const rules: [Violation, boolean][] = [
    ['empty', text.trim() === ''],
    ['too long', (length ?? text.length) > replyPlaces],
    ['not GSM-7', length === undefined],
    ['more than one question', (prose.match(/\?/g) ?? []).length > 1],
    ['price', price.test(prose)],
    ['no business name', isFirst === true && !text.toLowerCase().includes(name.toLowerCase())],
    ['no STOP', isFirst === true && !saysStop],
    ['STOP again', isFirst === false && /\breply stop\b/i.test(prose)],
    ['promise', promise.test(prose)],
    ['link', link.test(prose)],
    ['foreign number', !namesOnly(prose, context.phone)],
    ...timeRules(prose, context),
    ['invented booking', context.isBooked === false && booking.test(prose)],
  ];
  return rules.filter(([, isBroken]) => isBroken).map(([violation]) => violation);
}

/** The name where it stands by itself: one called "T" is not in every "Tue". */
function wordsOf(name: string): RegExp {
  return new RegExp(`(?<![\\p{L}\\p{N}])${name.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')}(?![\\p{L}\\p{N}])`, 'gu');
}

/** 000 is shorter than what counts as a phone number here. */
function namesOnly(prose: string, phone: string | null | undefined): boolean {
  if (phone === undefined) return true;
  const own = phone?.replace(/\D/g, '').slice(-9);
  return (prose.match(phoneLike) ?? []).every((found) => own !== undefined && found.replace(/\D/g, '').endsWith(own));
}

/** Hours are right only as a whole; every other time must be one of those that were offered. */
function timeRules(prose: string, { workingHours, times }: ReplyContext): [Violation, boolean][] {
  const right = workingHours ? hoursWords(workingHours) : '';
  const offered = times?.offered.map((startsAt) => slotWords(startsAt, times.timeZone)) ?? [];
  const rest = withoutOffered(right ? prose.replaceAll(right, ' ') : prose, offered);
  const named = (rest.match(clock) ?? []).map(spelled);
  const opening = new Set(workingHours ? Object.values(workingHours).flatMap(openingTimes) : []);
  const saysHours = /\b(?:hours|open|closed?|we work)\b/i.test(rest);
  const isWrong = saysHours && workingHours !== undefined && named.some((time) => !opening.has(time));
  return [
    ['wrong hours', isWrong],
    ['invented time', times !== undefined && !isWrong && named.some((time) => !(saysHours && opening.has(time)))],
  ];
}

function openingTimes({ enabled, start, end }: DayHours): string[] {
  return enabled ? [clockWords(start), clockWords(end)] : [];
}

/** What remains when each offered time is taken out; models like a comma after the day. */
function withoutOffered(prose: string, offered: readonly string[]): string {
  return offered.reduce((text, words) => text.replaceAll(new RegExp(words.replace(' ', ',? '), 'gi'), ' '), prose);
}

/** `10am` of `10:00 AM`, `2pm` of `14:00`. */
function spelled(time: string): string {
  const text = time.toLowerCase().replace(/\s/g, '');
  if (text === 'noon' || text === 'midday') return '12pm';
  if (text === 'midnight') return '12am';
  return /[ap]m$/.test(text) ? text.replace(':00', '') : clockWords(text);
}
