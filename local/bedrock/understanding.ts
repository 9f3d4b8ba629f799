import type { Prompt } from './prompt';
import type { Turn } from './reply';

/** What the model makes of the lead's newest texts. */
export interface Understood {
  move: string;
  facts: Record<string, string | null>;
  intents: string[];
  choice: number | null;
}

/** Reads with rules of its own, cruder than the product's; it follows the move that the prompt suggests, as obedient models do. */
export function understand({ next, offeredBefore }: Prompt, turns: Turn[]): Understood {
  const text = turns.at(-1)?.text ?? '';
  const words = text.toLowerCase();
  const intents = [
    /\bbot\b|\bhuman\?|\breal person\?/.test(words) ? 'bot' : '',
    /how much|price|cost|quote/.test(words) ? 'price' : '',
    /opening hours|are you open|when do you open/.test(words) ? 'hours' : '',
    /speak to|talk to|call me/.test(words) ? 'person' : '',
    /useless|refund|terrible|joke/.test(words) ? 'complaint' : '',
  ].filter(Boolean);
  const choice =
    offeredBefore.length === 0 ? null : /^\s*(?:yes|yep|1|first)\b/.test(words) ? 1 : /^\s*(?:2|second)\b/.test(words) ? 2 : null;
  return { move: next.move, facts: factsIn(text), intents, choice };
}

function factsIn(text: string): Record<string, string | null> {
  const [, suburb = null] = /\b(?:in|at) ([A-Z][a-z]+(?: [A-Z][a-z]+)?)/.exec(text) ?? [];
  const [, name = null] = /\b(?:I'm|my name is|it's) ([A-Z][a-z]+)\b/.exec(text) ?? [];
  const [job = null] = /\b(?:leak\w*|block\w*|broken|clean\w*|haircut|service)\b[^.?!]*/i.exec(text) ?? [];
  const urgency = /asap|urgent|today/i.test(text) ? 'today' : /no rush|whenever/i.test(text) ? 'flexible' : null;
  return { name, suburb, job: job?.slice(0, 80) ?? null, urgency, preferredTime: null, language: null };
}
