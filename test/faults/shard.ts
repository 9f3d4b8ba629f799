/** One process's part of the crash matrix. */
import { leaks } from '../privacy/scan';
import { alerts, histories, secretsOf } from '../privacy/secrets';
import { releasedMachines } from '../releases/released';
import { replayInputs, walkReleases } from '../releases/replay';
import { Ambush } from './ambush';
import { catchUp, freezeTime, START_MS } from './frozen-time';
import { type Cell, type Effect, Matrix } from './matrix';
import { type Pair, type PairCell, Pairs, person as pairsPerson, ways } from './pairs';
import type { Fault, Found } from './plan';
import { goBackTo } from './prepared';
import { seeded } from './random';
import { callbackMachine } from './replay';
import { installShortLimits } from './short-limits';
import { type Part, parts, people, type Scene, Tour } from './tour';
import { World } from './world';

/** What it tells. */
export interface Report {
  cells: Cell[];
  /** Pairs of faults, of so many that there are. */
  pairs: PairCell[];
  allPairs: number;
  /** `portal: supabase auth/user, …`: each way that a function was seen to go. */
  scenes: string[];
  /** `provision-number twilio createNumber`: all that was seen to go over the wire. */
  calls: string[];
  /** Functions that ran. */
  invoked: string[];
  /** What AWS would have kept of people. */
  leaks: string[];
  /** What earlier releases' executions would meet. */
  releases: string[];
}

/** What a process has seen before it plays any fault. */
export interface Walked {
  found: Found[];
  report: Pick<Report, 'calls' | 'scenes' | 'invoked'>;
}

/** How many pairs, drawn by the seed; all of them without `sample`. */
export interface PairsWanted {
  sample: number | undefined;
  seed: number;
}

/** Plays the faults that `orders` answers to what this part of the walk has found. `releases`: also what earlier releases left. */
export async function playShard(
  part: Part,
  {
    orders,
    releases: withReleases,
    pairs: pairsWanted,
  }: { orders: (walked: Walked) => Promise<Fault[]>; releases: boolean; pairs: PairsWanted },
): Promise<Report> {
  const { world, ambush, start, say } = await startedWorld(part);
  try {
    const tour = new Tour(world);
    const pairs = new Pairs(world, { ambush, tour, start });
    tour.record();
    const scenes = await tour.walk(part);
    say('walked');
    const matrix = new Matrix(world);
    const effects = await matrix.effects(scenes);
    say(`${effects.length} calls in ${scenes.length} scenes`);
    const seen = {
      scenes: scenes.map(({ fn, calls }) => `${fn}: ${calls.join(', ')}`),
      calls: effects.map(({ fn, call }) => `${fn} ${call}`),
      invoked: [...new Set(scenes.map(({ fn }) => fn))],
    };
    const faults = await orders({ found: effects.map(({ scene: _, ...found }) => found), report: seen });
    const cells = await playCells(matrix, effects, faults);
    say(`${cells.length} faults`);
    const releases = withReleases ? await releaseProblems(world, { matrix, tour, scenes, start }) : [];
    const played = await playPairs(pairs, { part, wanted: pairsWanted, say });
    const kept = [...world.kept.all(), ...histories(world), ...alerts(world)];
    say(`${kept.length} texts to search`);
    return { cells, ...played, ...seen, leaks: leaks(kept, secretsOf(world, [...people, pairsPerson])), releases };
  } finally {
    await world.close();
  }
}

/** Only pairs, without a walk. */
export async function playPairsOnly(part: Part, wanted: PairsWanted): Promise<Pick<Report, 'pairs' | 'allPairs'>> {
  const { world, ambush, start, say } = await startedWorld(part);
  try {
    return await playPairs(new Pairs(world, { ambush, tour: new Tour(world), start }), { part, wanted, say });
  } finally {
    await world.close();
  }
}

async function startedWorld(part: Part) {
  installShortLimits();
  freezeTime();
  const ambush = new Ambush(() => world);
  const world: World = await World.start({
    inProcess: true,
    asked: ambush.asked,
    random: seeded(1),
    stateMachines: [callbackMachine, ...releasedMachines()],
  });
  const say = (what: string) => process.stderr.write(`${part}: ${what}, ${Math.round(performance.now() / 1000)} s\n`);
  catchUp();
  await world.setClock(START_MS, { sessions: true });
  const start = await world.keep();
  say('started');
  return { world, ambush, start, say };
}

/** Every so many pairs it says how far it is. */
const PROGRESS = 20;

/** This part's share: the same pairs with the same seed. */
async function playPairs(
  pairs: Pairs,
  { part, wanted: { sample, seed }, say }: { part: Part; wanted: PairsWanted; say: (what: string) => void },
): Promise<Pick<Report, 'pairs' | 'allPairs'>> {
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

async function playCells(matrix: Matrix, effects: Effect[], faults: Fault[]): Promise<Cell[]> {
  const cells: Cell[] = [];
  const byKey = new Map(effects.map((effect) => [effect.key, effect]));
  for (const fault of faults) {
    const cell = await matrix.cell(byKey.get(fault.key)!, fault);
    if (cell && cell.problems.length > 0)
      process.stderr.write(`✗ ${cell.fn}: ${cell.call}, ${cell.mode}, ${cell.recovery}: ${cell.problems.join('; ')}\n`);
    if (cell) cells.push(cell);
  }
  return cells;
}

async function releaseProblems(
  world: World,
  { matrix, tour, scenes, start }: { matrix: Matrix; tour: Tour; scenes: Scene[]; start: number },
): Promise<string[]> {
  const problems = await replayInputs(matrix, scenes);
  await goBackTo(world, { kept: start, atMs: START_MS, owned: world.twilio.numbers().slice(0, 1), texts: [] });
  return [...problems, ...(await walkReleases(world, tour))];
}
