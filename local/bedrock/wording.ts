import type { Prompt } from './prompt';
import type { Understood } from './understanding';

const questions: Record<string, string> = {
  'ask-suburb': 'Which suburb is the job in?',
  'ask-job': 'What can we do for you, what needs doing?',
  'ask-urgency': 'How soon do you need this done?',
  'ask-time': 'Which day and time would work best for you?',
};
const statements: Record<string, string> = {
  person: 'Of course, somebody from the team will get back to you.',
  complaint: 'I am really sorry about that. Somebody from the team will get back to you.',
  noted: 'Thanks, I have passed this on to the team.',
  bye: 'Thanks, have a good one!',
};

const greetings: Record<string, string> = { professional: 'Hello, this is %.', relaxed: 'Hey, % here!' };

/** The SMS of a polite model that does what `understood` says. */
export function wording({ business, next, isFirst }: Prompt, { intents, move }: Understood): string {
  const notes = [
    intents.includes('bot') ? 'I am an automated assistant.' : '',
    intents.includes('hours') && business.hours ? `Our hours: ${business.hours}.` : '',
    intents.includes('price') ? 'The team will quote you.' : '',
  ];
  const parts = [
    isFirst ? (greetings[business.tone ?? ''] ?? 'Hi, % here.').replace('%', () => business.name) : 'Thanks!',
    ...notes,
    said(move, next.times),
    isFirst ? 'Reply STOP to opt out' : '',
  ];
  return parts.filter(Boolean).join(' ');
}

function said(move: string, [first, second]: string[]): string {
  if (move !== 'offer') return questions[move] ?? statements[move] ?? 'Thanks for your message.';
  return second ? `We can do ${first} (reply YES) or ${second} (reply 2).` : `How is ${first}? Reply YES to book.`;
}
