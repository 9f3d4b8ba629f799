/** The engine's own words: always one SMS, whatever the business is called. Pure. */
import { gsm7Length } from '../gsm7';
import { displayPhone } from '../phone';
import { nameInSms, replyPlaces } from '../reply-checks';
import type { Conversation, Question } from './facts';
import { hoursWords, slotWords } from './words';

/** `notes` answer what the lead asked, most important first; `ask` is the rest in variants, the friendliest first, the last of at most 56 places. */
export interface Words {
  notes?: string[];
  ask: string[];
}

const closing = 'Reply STOP to opt out';

/** The friendliest combination that fits: a note is dropped only if nothing shorter will do. */
export function say({ notes = [], ask }: Words, { businessName, isFirst }: Pick<Conversation, 'businessName' | 'isFirst'>): string {
  const name = nameInSms(businessName);
  const openings = !isFirst ? [''] : name ? [`Hi, thanks for texting ${name}!`, `Hi, ${name} here.`, `${name}:`] : ['Hi!', ''];
  const shorter = notes.map((_, dropped) => notes.slice(0, notes.length - dropped));
  const candidates = [...shorter, []].flatMap((kept) =>
    ask.flatMap((words) => openings.map((opening) => [opening, ...kept, words, isFirst ? closing : ''].filter(Boolean).join(' '))),
  );
  return candidates.find((text) => (gsm7Length(text) ?? Infinity) <= replyPlaces) ?? candidates.at(-1) ?? '';
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
  price: "I can't give prices; the team will quote for the job.",
  hours: ({ calendar: { workingHours } }: Conversation) => {
    const hours = workingHours ? hoursWords(workingHours) : '';
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
