/** One process's part of the crash matrix. */
import { leaks } from '../privacy/scan';
import { alerts, histories, secretsOf } from '../privacy/secrets';
import { releasedMachines } from '../releases/released';
import { replayInputs, walkReleases } from '../releases/replay';
import { Ambush } from './ambush';
import { catchUp, freezeTime, START_MS } from './frozen-time';
import { type Cell, type Effect, Matrix } from './matrix';
import { type PairsReport, type PairsWanted, playPairs } from './pair-share';
import { Pairs, person as pairsPerson } from './pairs';
import type { Fault, Found } from './plan';
import { goBackTo } from './prepared';
import { seeded } from './random';
import { callbackMachine } from './replay';
import { installShortLimits } from './short-limits';
import { people, Tour } from './tour';
import { type Part, Walk } from './walk';
import { World } from './world';

/** What it tells. */
export interface Report extends PairsReport {
  cells: Cell[];
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
    const scenes = await new Walk(world, tour).all(part);
    say('walked');
    const matrix = new Matrix(world);
    const effects = await matrix.effects(scenes);
    say(`${effects.length} calls in ${scenes.length} scenes`);
    const seen = {
      scenes: scenes.map(({ fn, calls }) => `${fn}: ${calls.join(', ')}`),
      calls: effects.map(({ fn, call }) => `${fn} ${call}`),
      invoked: [...new Set(scenes.map(({ fn }) => fn))],
    };
    const faults = await orders({ found: effects.map(foundOf), report: seen });
    const cells = await playCells(matrix, { effects, faults, say });
    say(`${cells.length} faults`);
    const releases = [
      ...(await replayInputs(matrix, { scenes, machine: machineOf[part] })),
      ...(withReleases ? await walkedReleases(world, { tour, start }) : []),
    ];
    const played = await playPairs(pairs, { part, wanted: pairsWanted, say });
    const kept = [...world.kept.all(), ...histories(world), ...alerts(world)];
    say(`${kept.length} texts to search`);
    return { cells, ...played, ...seen, leaks: leaks(kept, secretsOf(world, [...people, pairsPerson])), releases };
  } finally {
    await world.close();
  }
}

/** Without the scene, which stays in this process. */
const foundOf = ({ key, fn, call, nth, before, reads, weight }: Effect): Found => ({ key, fn, call, nth, before, reads, weight });

/** Only pairs, without a walk. */
export async function playPairsOnly(part: Part, wanted: PairsWanted): Promise<PairsReport> {
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

/** Every so many faults it says how far it is. */
const PROGRESS = 500;

async function playCells(
  matrix: Matrix,
  { effects, faults, say }: { effects: Effect[]; faults: Fault[]; say: (what: string) => void },
): Promise<Cell[]> {
  const cells: Cell[] = [];
  const byKey = new Map(effects.map((effect) => [effect.key, effect]));
  // One scene after the other: less is to be put back between two faults of the same.
  const inOrder = faults.toSorted((a, b) => byKey.get(a.key)!.scene.kept - byKey.get(b.key)!.scene.kept);
  for (const [index, fault] of inOrder.entries()) {
    if (index > 0 && index % PROGRESS === 0) say(`${index} of ${faults.length} faults`);
    const cell = await matrix.cell(byKey.get(fault.key)!, fault);
    if (cell && cell.problems.length > 0)
      process.stderr.write(`✗ ${cell.fn}: ${cell.call}, ${cell.mode}, ${cell.recovery}: ${cell.problems.join('; ')}\n`);
    if (cell) cells.push(cell);
  }
  return cells;
}

/** Whose every state has a client who stands there in this part of the walk. */
const machineOf = { staying: 'provisioning', leaving: 'offboarding' } as const;

async function walkedReleases(world: World, { tour, start }: { tour: Tour; start: number }): Promise<string[]> {
  await goBackTo(world, { kept: start, atMs: START_MS, owned: world.twilio.numbers().slice(0, 1), texts: [] });
  return walkReleases(world, tour);
}
