/** One process's part of the crash matrix. */
import { leaks } from '../privacy/scan';
import { alerts, histories, secretsOf } from '../privacy/secrets';
import { releasedMachines, replayInputs, walkReleases } from '../releases/replay';
import { catchUp, freezeTime, START_MS } from './frozen-time';
import { type Cell, type Effect, Matrix, modes } from './matrix';
import { seeded } from './random';
import { callbackMachine, recoveries } from './replay';
import { installShortLimits } from './short-limits';
import { people, type Scene, Tour } from './tour';
import { shortName, World } from './world';

export interface ShardOptions {
  shard: number;
  shards: number;
  /** `all`: every fault with every recovery. `each`: with one, drawn by the seed. `short`: what `npm test` plays. */
  size: 'all' | 'each' | 'short';
  seed: number;
  /** Only faults whose line (`portal: ses SendEmail, crash after, redrive`) matches. */
  only: RegExp;
}

/** What it tells. */
export interface Report {
  cells: Cell[];
  /** `portal: supabase auth/user, …`: each way that a function was seen to go. */
  scenes: string[];
  /** `provision-number twilio createNumber`: all that was seen to go over the wire. */
  calls: string[];
  /** Functions that nothing has invoked. */
  idle: string[];
  /** What AWS would have kept of people. */
  leaks: string[];
  /** What earlier releases' executions would meet. */
  releases: string[];
}

export async function playShard(options: ShardOptions): Promise<Report> {
  installShortLimits();
  freezeTime();
  const world = await World.start({ stateMachines: [callbackMachine, ...releasedMachines()] });
  const say = (what: string) => process.stderr.write(`shard ${options.shard}: ${what}, ${Math.round(performance.now() / 1000)} s\n`);
  try {
    catchUp();
    await world.setClock(START_MS, { sessions: true });
    const tour = new Tour(world);
    const start = await world.keep();
    const scenes = await tour.walk();
    const matrix = new Matrix(world);
    const effects = await matrix.effects(scenes);
    say(`${effects.length} calls in ${scenes.length} scenes`);
    const cells = await playCells(matrix, drawn(effects, options));
    say(`${cells.length} faults`);
    const releases = options.shard === 0 ? await releaseProblems(world, { matrix, tour, scenes, start }) : [];
    const kept = [...world.kept.all(), ...histories(world), ...alerts(world)];
    const idle = world.model.functions.map(({ name }) => shortName(name)).filter((fn) => !scenes.some((scene) => scene.fn === fn));
    say(`${kept.length} texts to search`);
    const walked = scenes.map(({ fn, calls }) => `${fn}: ${calls.join(', ')}`);
    return { cells, scenes: walked, calls: effects.map(({ fn, call }) => `${fn} ${call}`), idle, leaks: leaks(kept, secretsOf(world, people)), releases };
  } finally {
    await world.close();
  }
}

type Fault = [Effect, (typeof modes)[number], (typeof recoveries)[number]];

async function playCells(matrix: Matrix, faults: Fault[]): Promise<Cell[]> {
  const cells: Cell[] = [];
  for (const fault of faults) {
    const cell = await matrix.cell(...fault);
    if (cell && cell.problems.length > 0)
      process.stderr.write(`✗ ${cell.fn}: ${cell.call}, ${cell.mode}, ${cell.recovery}: ${cell.problems.join('; ')}\n`);
    if (cell) cells.push(cell);
  }
  return cells;
}

/** This shard's share, in the same order with the same seed. */
function drawn(effects: Effect[], options: ShardOptions): Fault[] {
  const random = seeded(options.seed);
  const draw = <T>(list: readonly T[]) => list[Math.floor(random() * list.length)]!;
  const faultsOf = { all: () => modes, each: eachFault, short: shortList(effects, draw) }[options.size];
  const faults = effects.flatMap((effect) =>
    faultsOf(effect, draw).flatMap((mode) =>
      (options.size === 'all' ? recoveries : [draw(recoveries)]).map((recovery): Fault => [effect, mode, recovery]),
    ),
  );
  const wanted = faults.filter(([{ fn, call }, { title }, recovery]) => options.only.test(`${fn}: ${call}, ${title}, ${recovery}`));
  return wanted.filter((_, index) => index % options.shards === options.shard);
}

type Draw = <T>(list: readonly T[]) => T;
type Mode = (typeof modes)[number];

/** Whatever has an effect meets every fault; what only reads, two that the seed draws. */
const eachFault = ({ reads }: Effect, draw: Draw): readonly Mode[] => (reads ? [draw(modes.slice(0, 4)), draw(modes.slice(4))] : modes);

/**
 * For `npm test`: what many functions do by the same code (beginning a step, claiming a mail) meets every fault in a function that the seed draws, and in
 * each function one; everything else that has an effect meets every fault; what only reads, one.
 */
function shortList(effects: Effect[], draw: Draw): (effect: Effect) => readonly Mode[] {
  const drawnFor = new Map<Effect, Set<Mode>>(effects.map((effect) => [effect, new Set([draw(modes.slice(0, 7))])]));
  const byCall = Map.groupBy(
    effects.filter(({ reads }) => !reads),
    ({ call }) => call,
  );
  for (const same of byCall.values()) for (const mode of modes) drawnFor.get(draw(same))?.add(mode);
  return (effect) => [...(drawnFor.get(effect) ?? [])];
}

async function releaseProblems(
  world: World,
  { matrix, tour, scenes, start }: { matrix: Matrix; tour: Tour; scenes: Scene[]; start: number },
): Promise<string[]> {
  const problems = await replayInputs(matrix, scenes);
  await world.rewind(start);
  world.events.length = 0;
  return [...problems, ...(await walkReleases(world, tour))];
}
