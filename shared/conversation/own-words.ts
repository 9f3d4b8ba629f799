/** What a business wants leads to know, in its own words (settings page), by topic: quoted word for word or not at all. Pure. */
import { gsm7Length, toGsm7 } from '../gsm7';
import { type Conversation, type Topic, topics } from './facts';

/** What a sentence is about. One that is about several topics may be quoted only if all of them are allowed; one about none always. */
const marks: Record<Topic, RegExp> = {
  services:
    /\bwe (?:don'?t |do not |also |only |can |can'?t )?(?:do|fix|install|repair|offer|speciali[sz]e|clean|service|sell|cut|colou?r)\b/i,
  hours: /\b(?:open|opens|close|closed|closes|hours|24\/7)\b/i,
  'service-area':
    /\b(?:suburbs?|areas?|region|kms?|kilomet(?:er|re)s?|metro|travel to|come to you|cover|(?:north|south|east|west)(?:ern|side)?)\b/i,
  'booking-times': /\b(?:bookings?|appointments?|availab\w+|free times?)\b/i,
  'payment-methods':
    /\b(?:pay|payments?|paid|cash|cards?|eftpos|visa|mastercard|amex|paypal|payid|afterpay|zip|invoices?|bank transfer|direct debit)\b/i,
  'call-out-fee': /\b(?:call[- ]?outs?|fees?|charges?|quotes?|rates?|minimum|deposit|surcharge|prices?|costs?)\b|[$]\s*\d/i,
};

/** Beside the shortest question, the name and how to opt out. */
const notePlaces = 90;

/** The sentences that may be quoted, as an SMS shows them. */
export function ownSentences({ ownWords, topics: allowed }: Pick<Conversation, 'ownWords' | 'topics'>): string[] {
  return ownWords
    .slice(0, 1000)
    .split(/(?<=[.!?])\s+|\n+/)
    .map(toGsm7)
    .filter((sentence) => sentence !== '' && topics.every((topic) => allowed.includes(topic) || !marks[topic].test(sentence)));
}

/** The business's own sentence about a topic, if there is one that an SMS has room for. */
export function ownSentence(topic: Topic, conversation: Pick<Conversation, 'ownWords' | 'topics'>): string | undefined {
  if (!conversation.topics.includes(topic)) return undefined;
  const sentence = ownSentences(conversation).find(
    (candidate) => marks[topic].test(candidate) && (gsm7Length(candidate) ?? Infinity) <= notePlaces && !/[?]|\bstop\b/i.test(candidate),
  );
  return sentence && (/[.!]$/.test(sentence) ? sentence : `${sentence}.`);
}

/** What a reply says beside the business's own sentences and should not: it was made up, or the business wants nothing said about it. */
export function saidBeyond(reply: string, { topics: allowed, ...rest }: Pick<Conversation, 'ownWords' | 'topics'>): string[] {
  const own = withoutQuotes(reply, ownSentences({ topics: allowed, ...rest }));
  const said: [string, boolean][] = [
    ['made up how to pay', /\b(?:cash|eftpos|afterpay|paypal|payid|bank transfer|credit cards?|by card|payment plans?)\b/i.test(own)],
    ['made up where it works', /\bwe(?:'re| are| do| can| also)? (?:service|cover|come to|travel to|work (?:in|across))\b/i.test(own)],
    ['talks about hours', !allowed.includes('hours') && /\b(?:open(?:ing)?|closed?|hours)\b/i.test(own)],
    ['talks about services', !allowed.includes('services') && /\bwe (?:do|offer|fix|install|repair|speciali[sz]e)\b/i.test(own)],
  ];
  return said.filter(([, isSaid]) => isSaid).map(([what]) => what);
}

/** The text without sentences that are quoted word for word, whatever their case. */
export function withoutQuotes(text: string, sentences: readonly string[]): string {
  return sentences.reduce((rest, sentence) => rest.replaceAll(quoteOf(sentence), ' '), text);
}

function quoteOf(sentence: string): RegExp {
  return new RegExp(
    `(?<![\\p{L}\\p{N}])${sentence.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&').replace(/(?:\\?[.!])$/, '')}(?![\\p{L}\\p{N}])[.!]?`,
    'giu',
  );
}
