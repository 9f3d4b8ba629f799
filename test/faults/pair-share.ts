/** One process's part of the pairs of faults. */
import type { Pair, PairCell, Pairs } from './pairs';
import { seeded } from './random';
import { type Part, parts } from './walk';
import { ways } from './ways';

/** How many pairs, drawn by the seed; all of them without `sample`. */
export interface PairsWanted {
  sample: number | undefined;
  seed: number;
}

export interface PairsReport {
  pairs: PairCell[];
  /** Of so many that there are; 0 if none was wanted. */
  allPairs: number;
}

/** Every so many pairs it says how far it is. */
const PROGRESS = 20;

/** This part's share: the same pairs with the same seed. `say` hears how far it is. */
export async function playPairs(
  pairs: Pairs,
  { part, wanted: { sample, seed }, say }: { part: Part; wanted: PairsWanted; say: (what: string) => void },
): Promise<PairsReport> {
  if (sample === 0) return { pairs: [], allPairs: 0 };
  const all: Pair[] = [];
  for (const way of ways) all.push(...(await pairs.all(way, seed)));
  const random = seeded(seed + 1);
  const drawn = sample === undefined ? all : Array.from({ length: sample }, () => all[Math.floor(random() * all.length)]!);
  const own = drawn.filter((_, index) => index % parts.length === parts.indexOf(part));
  const began = performance.now();
  const cells: PairCell[] = [];
  for (const pair of own) {
    const cell = await pairs.play(pair);
    if (cell.problems.length > 0) process.stderr.write(`✗ ${wordsOf(cell)}\n`);
    cells.push(cell);
    const left = ((performance.now() - began) / cells.length / 1000) * (own.length - cells.length);
    if (cells.length % PROGRESS === 0) say(`${cells.length} of ${own.length} pairs, ${Math.round(left)} s to go`);
  }
  say(`${cells.length} pairs`);
  return { pairs: cells, allPairs: all.length };
}

/** A pair and what is wrong with it. */
export function wordsOf({ way, blows, problems }: PairCell): string {
  const [first, second] = blows.map(({ fn, call, nth, mode }) => `${fn}: ${call}${nth > 0 ? ` (${nth + 1})` : ''}, ${mode}`);
  return `${way}: ${first} and ${second}: ${problems.join('; ')}`;
}
