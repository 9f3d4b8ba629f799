/** The matrix as people read it. */
import type { Cell } from './matrix';
import { modes } from './modes';
import type { PairCell } from './pairs';
import { recoveries } from './recoveries';

const marks = { none: '✓', redrive: 'r', word: 'w' } as const;

/** `✓✓✓`: mended by Retry, by a redrive, by a redrive with the next version. */
export function table(cells: Cell[]): string {
  const lines = new Map<string, Cell[]>();
  for (const cell of cells) {
    const key = `| ${cell.fn} | ${cell.call}${cell.nth > 0 ? ` (${cell.nth + 1})` : ''} |`;
    lines.set(key, [...(lines.get(key) ?? []), cell]);
  }
  const head = `| Function | Call | ${modes.map(({ title }) => title).join(' | ')} |`;
  const rule = `|---|---|${modes.map(() => '---|').join('')}`;
  const rows = [...lines]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, own]) => `${key} ${modes.map(({ title }) => mark(own, title)).join(' | ')} |`);
  return [head, rule, ...rows].join('\n');
}

function mark(own: Cell[], title: string): string {
  const found = recoveries.flatMap((recovery) => own.filter((cell) => cell.mode === title && cell.recovery === recovery));
  return found.map(({ problems, help }) => (problems.length > 0 ? '✗' : marks[help])).join('') || '–';
}

export function summary(cells: Cell[]): string {
  const bad = cells.filter(({ problems }) => problems.length > 0).length;
  const alone = cells.filter(({ recovery, help }) => recovery === 'retrier' && help === 'none').length;
  const effects = new Set(cells.map(({ fn, call, nth }) => `${fn} ${call} ${nth}`)).size;
  return `${effects} calls of ${new Set(cells.map(({ fn }) => fn)).size} functions, ${cells.length} faults: ${bad} with a problem; ${alone} of ${cells.filter(({ recovery }) => recovery === 'retrier').length} single faults mend without anybody.`;
}

/** Empty if no pair was played. */
export function pairsSummary(pairs: PairCell[], all: number): string {
  if (pairs.length === 0) return '';
  const bad = pairs.filter(({ problems }) => problems.length > 0).length;
  const redrives = pairs.reduce((sum, pair) => sum + pair.redrives, 0);
  return `${pairs.length} of ${all} pairs of faults in different steps, ${redrives} redrives: ${bad} with a problem.`;
}

/** The lines of a table by function and call. */
export function linesOf(text: string): string[] {
  return [...text.matchAll(/^\| ([a-z-]+ \| \w+ [^|]+) \|/gm)].map(([, line = '']) => line).toSorted();
}

/** `docs/crash-matrix.md`. */
export function document(
  { cells, pairs, allPairs }: { cells: Cell[]; pairs: PairCell[]; allPairs: number },
  { all, seed }: { all: boolean; seed: string },
): string {
  const marks = all
    ? 'Each cell has three marks: mended by Retry (or the next delivery), by the operator’s redrive a day later, by a redrive with the next version of the function.'
    : `Each fault is mended in one of three ways, drawn by the seed ${seed}: Retry (or the next delivery), the operator’s redrive a day later, or a redrive with the next version of the function. What only reads meets two faults, drawn too. \`npm run crash-matrix -- --all\` plays everything.`;
  return `# Crash matrix

Made by \`npm run crash-matrix -- --write\`; don't edit. Each line is a call over the wire that a function really makes, recorded while clients are walked through everything with the built
functions, the real SQL and the vendors' emulators. Each column is what goes wrong with exactly that call. Then it is mended, and the vendors' ledgers, the mailbox and the database must be
as if nothing had gone wrong: one number, one business, one settings row, one login, each mail at most once before it is settled and exactly once after it, the checklist true.

**${summary(cells)}**

${marks} The next version is the same bundle, in a process that shares no memory with today's, with other words in its mails and texts and with an input field that today's does not know: nothing may be recognised by its wording.

- \`✓\` mended by that alone
- \`r\` Retry was not enough, a redrive was
- \`w\` nobody can know whether a mail went out: it was not sent again until the operator's word (\`npm run settle-mail\`)
- \`✗\` something was lost or done twice
- \`–\` not played: a call that writes has no older answer to give, and our database answers from its primary; or the seed drew another fault

Beside the state machine nobody redrives: there the second and third way are a later delivery, a later round of the schedule, or a person who presses again, after a longer while. What a person asks for twice (a note, an invitation, an address to change)
is there twice. Texts go out at most once: one in doubt is shown as such. Feedback stands on the operator's board even if the notice of it is lost. A caller whose call meets a fault is asked to text; the call may then be missing in the list, or stand there as answered. One thing is known and accepted: if Twilio's list of messages lags in the very seconds between two attempts of SendTestSms, the test text to our own number goes out twice.

## Pairs

Two faults of one client's way through the state machine, in different steps: provisioning from the deposit to the completed run, and an offboarding to its end, by release and by undo. Every step × every later step × every fault × every fault, the calls drawn by the seed; the execution is redriven a day later wherever it fails, and its end must be that of a client with whom nothing went wrong. \`npm run crash-matrix -- --pairs\` plays all, \`--pairs --sample 100 --seed 2\` a hundred of them; \`npm test\` a handful.${pairs.length > 0 ? ` **${pairsSummary(pairs, allPairs)}**` : ''}

## Single faults

*slow, lands late*: the client's time limit runs out, and the vendor does the work after that. *crash after*: the vendor has done the work, and the function dies before it hears of it. *stale*: an attempt
died at its end, and the next one is answered as if it had not been.

${table(cells)}
`;
}
