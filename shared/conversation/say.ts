/** The engine's own words: always one SMS, whatever the business is called. Pure. */
import { gsm7Length, toGsm7 } from '../gsm7';
import { displayPhone } from '../phone';
import { checkReply, nameInSms, replyPlaces } from '../reply-checks';
import type { Conversation, Question } from './facts';
import { ownSentence } from './own-words';
import { hoursWords, slotWords } from './words';

/** `notes` answer what the lead asked, most important first; `ask` is the rest in variants, the friendliest first, the last of at most 56 places. */
export interface Words {
  notes?: string[];
  ask: string[];
}

const closing = 'Reply STOP to opt out';

/** The friendliest combination that fits: a note is dropped only if nothing shorter will do. */
export function say(
  { notes = [], ask }: Words,
  { businessName, isFirst, tone }: Pick<Conversation, 'businessName' | 'isFirst' | 'tone'>,
): string {
  const name = nameInSms(businessName);
  const openings = !isFirst ? [''] : name ? [...greetings[tone](name), `${name}:`] : ['Hi!', ''];
  const shorter = notes.map((_, dropped) => notes.slice(0, notes.length - dropped));
  const candidates = [...shorter, []].flatMap((kept) =>
    ask.flatMap((words) =>
      openings.map((opening) =>
        [opening, ...[...kept, words].map((part) => inTone(part, tone)), isFirst ? closing : ''].filter(Boolean).join(' '),
      ),
    ),
  );
  return candidates.find((text) => (gsm7Length(text) ?? Infinity) <= replyPlaces) ?? candidates.at(-1) ?? '';
}

const greetings: Record<Conversation['tone'], (name: string) => string[]> = {
  friendly: (name) => [`Hi, thanks for texting ${name}!`, `Hi, ${name} here.`],
  professional: (name) => [`Hello, thank you for contacting ${name}.`, `Hello, this is ${name}.`],
  relaxed: (name) => [`Hey, thanks for texting ${name}!`, `Hey, ${name} here.`],
};

/** The sayings are friendly; a professional says them without "no worries". */
function inTone(words: string, tone: Conversation['tone']): string {
  if (tone !== 'professional') return words;
  return words
    .replace('No worries, talk soon!', 'Thank you for getting in touch.')
    .replace(/^No worries\.$/, 'Understood.')
    .replace(/^No worries, (\w)/, (_, letter: string) => letter.toUpperCase())
    .replace('See you then!', 'See you then.');
}

/** First time and second time of asking. */
export const questionWords: Record<Exclude<Question, 'choice'>, [string, string]> = {
  suburb: ['Which suburb are you in?', 'Sorry, which suburb is the job in?'],
  job: ['What do you need done?', 'Sorry, what job do you need done?'],
  urgency: ['How soon do you need it done?', 'Just so we know: how soon do you need it?'],
  time: ['Which day and time would suit you?', 'Sorry, which day and time would suit?'],
};

/** What a reply looks like that asked it: so that nothing is asked for ever. */
const asked: Record<Question, RegExp> = {
  suburb: /\b(?:suburb|where|area)\b[^.!]*\?/i,
  job: /\b(?:need done|job|help you with|do for you)\b[^.!]*\?/i,
  urgency: /\b(?:how soon|urgent|when do you need)\b[^.!]*\?/i,
  time: /\b(?:day and time|what time|which day)\b[^.!]*\?/i,
  choice: /\breply (?:yes|1)\b|\(YES\)/i,
};
export function timesAsked(question: Question, { thread }: Pick<Conversation, 'thread'>): number {
  return thread.filter(({ from, body }) => from === 'business' && asked[question].test(body)).length;
}

/** `offered` are one or two times, ISO 8601 UTC. */
export function offerWords(offered: readonly string[], timeZone: string): string[] {
  const [first = '', second] = offered.map((startsAt) => slotWords(startsAt, timeZone));
  if (second === undefined)
    return [`${first} is free. Reply YES to book it, or tell us a better day.`, `${first} is free: reply YES to book.`];
  return [
    `We have ${first} (reply YES) or ${second} (reply 2). Or tell us a better day.`,
    `${first} (reply YES) or ${second} (reply 2)?`,
    `${first} (YES) or ${second} (2)?`,
  ];
}

export const sayings = {
  bot: "I'm an automated assistant; the team reads these texts too.",
  price: (conversation: Conversation) =>
    ownSentence('call-out-fee', conversation) ?? "I can't give prices; the team will quote for the job.",
  payment: (conversation: Conversation) => ownSentence('payment-methods', conversation) ?? 'The team will tell you how to pay.',
  area: (conversation: Conversation) => ownSentence('service-area', conversation) ?? 'The team will confirm if we come to you.',
  services: ({ services, topics }: Conversation) => {
    const offered = toGsm7(services).replace(/[.!\s]+$/, '');
    const words = `What we do: ${offered}.`;
    const isFit = offered !== '' && offered.length <= 80 && checkReply(words, { businessName: '', isFirst: 'unknown' }).length === 0;
    return topics.includes('services') && isFit && !offered.includes('?') ? words : 'The team will tell you what we do.';
  },
  hours: ({ calendar: { workingHours }, topics }: Conversation) => {
    const hours = workingHours && topics.includes('hours') ? hoursWords(workingHours) : '';
    return hours && hours.length <= 70 ? `Our hours: ${hours}.` : 'The team will confirm our hours.';
  },
  language: 'Sorry, I can only write simple English. A person will read this.',
  photo: 'Thanks for the photo.',
  nothingThen: 'Sorry, we have nothing free then.',
  urgentCall: ({ phone }: Conversation) =>
    phone ? `Please call us on ${displayPhone(phone)} now.` : 'The team has been told it is urgent.',
  noted: ["Thanks, I've passed this on to the team to get back to you.", 'Thanks, the team will get back to you.'],
  person: ({ phone }: Conversation) =>
    phone
      ? [
          `No worries, I've told the team you'd like a person. You can also call ${displayPhone(phone)}.`,
          `I've told the team. Or call ${displayPhone(phone)}.`,
        ]
      : ["No worries, I've told the team you'd like a person.", "I've told the team you'd like a person."],
  complaint: [
    "I'm sorry to hear that. I've passed it to the team so that a person can get back to you.",
    "Sorry about that. I've told the team.",
  ],
  wrongNumber: ['No worries, sorry for the mix-up.'],
  bye: ['No worries, talk soon!'],
} as const;
