/** Which of the offered times a lead takes. Pure. */
import { plain } from './intents';
import { fits, readWish, type WishContext } from './wish';

/** `taken` is one of the offered times; `declined`: none of them suits; undefined: the text says nothing about them. */
export type Choice = { taken: string } | 'declined' | undefined;

const optionWords: [RegExp, number][] = [
  [
    /^\W*(?:(?:yes|yep|yeah|ok|okay|sure|let'?s (?:do|go)|go|i'?ll (?:take|have|go)|can (?:i|we) (?:do|have)|make it|prefer|option|number|no\.?|num|#|with|for|please|pls|the|sounds good|great|perfect)\W*)*(?:1|one|1st|first|earlier|former)(?:\W*(?:one|time|slot|option|please|pls|plz|thanks|thx|ta|cheers|is (?:good|fine|great|perfect)|works|suits|sounds good|mate|would be (?:good|great)))*\W*$/,
    0,
  ],
  [
    /^\W*(?:(?:yes|yep|yeah|ok|okay|sure|let'?s (?:do|go)|go|i'?ll (?:take|have|go)|can (?:i|we) (?:do|have)|make it|prefer|option|number|no\.?|num|#|with|for|please|pls|the|sounds good|great|perfect)\W*)*(?:2|two|2nd|second|later|latter|last)(?:\W*(?:one|time|slot|option|please|pls|plz|thanks|thx|ta|cheers|is (?:good|fine|great|perfect)|works|suits|sounds good|mate|would be (?:good|great)))*\W*$/,
    1,
  ],
];
/** Says yes, whatever else is on offer: the first time is the one that "reply YES" stands for. */
const agreement =
  /^\W*(?:yes|yep|yup|yeah|yea|ya|yas|book (?:it|me|me in|that)|that (?:works|suits|one|time)|works for me|lock it in|lock me in|confirm(?:ed)?)(?:[\s,.!👍]+(?:yes|ok|please|pls|plz|thanks|thank you|thx|ta|cheers|mate|that|works|suits|good|great|perfect|book|it|in|me|for|lock|sounds|is|fine|one|do|would|be|then))*\W*$/u;
/** Says yes only if there is one thing to say yes to. */
const assent =
  /^\W*(?:sure|ok|okay|k|sweet|perfect|great|good|sounds (?:good|great|perfect)|done|please do|deal|absolutely|definitely|too easy|happy with that|👍|go ahead)(?:[\s,.!👍]+(?:yes|please|pls|plz|thanks|thank you|thx|ta|cheers|mate|that|works|suits|good|great|perfect|book|it|in|me|for|lock|sounds|is|fine|one|do|would|be|then))*\W*$/u;
const refusal = /\b(?:no|nope|nah|neither|none|can'?t|cannot|cant|doesn'?t|doesnt|don'?t|dont|not|won'?t|wont|unavailable|busy)\b/;

/** Reads the newest texts against what was offered. A question takes nothing: it is answered first. */
export function chooseFrom(offered: readonly string[], text: string, context: WishContext): Choice {
  if (offered.length === 0) return undefined;
  const lines = text.split('\n').map(plain).toReversed();
  const choices = lines.map((line) => choiceIn(line, offered, context));
  return choices.find((choice) => choice !== undefined && choice !== 'declined') ?? choices[0];
}

function choiceIn(line: string, offered: readonly string[], context: WishContext): Choice {
  const option = optionWords.find(([words]) => words.test(line))?.[1];
  if (option !== undefined) return at(offered, option);
  if (agreement.test(line) || (offered.length === 1 && assent.test(line))) return at(offered, 0);
  const welcome = line
    .split(/[,.;!]|\bbut\b/)
    .filter((clause) => !refusal.test(clause))
    .join(' ');
  const wish = line.includes('?') ? undefined : readWish(welcome, context);
  const fitting = wish ? offered.filter((startsAt) => fits(wish, startsAt, context.timeZone)) : [];
  const [only] = fitting;
  if (only !== undefined && fitting.length === 1) return { taken: only };
  return wish === undefined && refusal.test(line) ? 'declined' : undefined;
}

function at(offered: readonly string[], index: number): Choice {
  const taken = offered[index];
  return taken === undefined ? undefined : { taken };
}

/** Says no more than yes. */
export function isAssent(text: string): boolean {
  return agreement.test(plain(text)) || assent.test(plain(text));
}
