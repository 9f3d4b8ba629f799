/** What an SMS reply to a lead must be, whoever wrote it. Pure. */
import { gsm7Length, toGsm7 } from './gsm7';

/** One segment. */
export const replyPlaces = 160;
/** What remains for a name beside the shortest first reply. */
const namePlaces = 80;

export type Violation = 'empty' | 'too long' | 'not GSM-7' | 'more than one question' | 'price' | 'no business name' | 'no STOP';

/** A sum of money, or a number per something. */
const price =
  /[$£€¥]\s*\d|\d\s*(?:[$£€¥]|dollars?\b|bucks\b|aud\b)|\b(?:aud|a\$)\s*\d|\d\s*(?:\/|per|an?)\s*(?:hour|hr|h|day|job|visit|metre|meter|m2|sqm)\b/i;

/** The business's name as an SMS shows it; empty if none of it can be written in GSM-7. */
export function nameInSms(businessName: string): string {
  let name = toGsm7(businessName);
  while ((gsm7Length(name) ?? 0) > namePlaces) name = name.slice(0, -1).trimEnd();
  return name;
}

/** Which rules the reply breaks; none is good. The first reply to a lead names the business and how to opt out. */
export function checkReply(text: string, { businessName, isFirst }: { businessName: string; isFirst: boolean }): Violation[] {
  const name = nameInSms(businessName);
  // A name like "What's Cooking?" or "$20 Lawns" is neither question nor price.
  const prose = name ? text.replaceAll(name, ' ') : text;
  const length = gsm7Length(text);
  const rules: [Violation, boolean][] = [
    ['empty', text.trim() === ''],
    ['too long', (length ?? text.length) > replyPlaces],
    ['not GSM-7', length === undefined],
    ['more than one question', (prose.match(/\?/g) ?? []).length > 1],
    ['price', price.test(prose)],
    ['no business name', isFirst && !text.toLowerCase().includes(name.toLowerCase())],
    ['no STOP', isFirst && !/\breply stop\b/i.test(text)],
  ];
  return rules.filter(([, isBroken]) => isBroken).map(([violation]) => violation);
}
