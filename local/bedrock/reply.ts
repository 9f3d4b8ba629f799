import { plainReply } from './plain-reply';
import { readPrompt } from './prompt';
import { understand } from './understanding';
import { wording } from './wording';

/** One turn of a conversation in plain text. */
export interface Turn {
  role: 'user' | 'assistant';
  text: string;
}

/**
 * What a decent and imperfect model would write. A prompt with `Facts: {…}` gets the JSON that it asks for; any other a plain sentence. Now and then,
 * always at the same texts, it is as careless as models are: chatty around its JSON, two questions, a price, a time of its own.
 */
export function replyTo(system: string, turns: Turn[]): string {
  const prompt = readPrompt(system);
  if (!prompt) return plainReply(system, turns);
  const understood = understand(prompt, turns);
  const careless = carelessness(turns.at(-1)?.text ?? '');
  const answer = { ...understood, reply: careless(wording(prompt, understood)) };
  return careless === chatty ? `Sure! Here is the JSON:\n\`\`\`json\n${JSON.stringify(answer)}\n\`\`\`` : JSON.stringify(answer);
}

const exact = (reply: string) => reply;
const chatty = (reply: string) => reply;
const slips: ((reply: string) => string)[] = [
  chatty,
  chatty,
  (reply) => `${reply} Anything else?${reply.includes('?') ? '' : ' Really?'}`,
  (reply) => `${reply} It is usually around $120.`,
  (reply) => `${reply} We can also do 6:45am.`,
  (reply) => `We’d love to help you out with that today – ${reply} ${'Looking forward to it! '.repeat(4)}`,
];

/** One text in four; the same text always has the same slip. */
function carelessness(text: string): (reply: string) => string {
  const hash = Array.from(text).reduce((sum, letter) => (sum * 31 + (letter.codePointAt(0) ?? 0)) % 9973, 7);
  return hash % 4 === 0 ? (slips[Math.floor(hash / 4) % slips.length] ?? exact) : exact;
}
