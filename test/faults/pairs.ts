/**
 * Pairs of faults in different steps of one client's way through a state machine, from its beginning to its end. It is redriven wherever it fails, a day
 * later, and then everything must be as if nothing had gone wrong.
 */
import type { BusEvent } from '../../local/kernel/wiring';
import type { Message, OwnedNumber } from '../../local/twilio/account';
import { sampleClient } from '../../local/rehearsal/sample-clients';
import type { Ambush } from './ambush';
import { redriveExecution } from './executions';
import { START_MS } from './frozen-time';
import { canBeStale, modes, repeatsTheTest } from './modes';
import { settleMails } from './operator-word';
import { problems } from './oracle';
import { outcomeSince, sentTwice, type Start, startOf } from './outcome';
import { goBackTo } from './prepared';
import { seeded } from './random';
import type { Replayed } from './replay';
import { DAY, HOUR, type Tour } from './tour';
import type { Leaving, PortalTour } from './tour-portal';
import type { Call, Shot } from './wire';
import { stepsOf, type Way } from './ways';
import type { World } from './world';

type Mode = (typeof modes)[number];

/** One fault: in the run in which this function does its work. */
export interface Blow {
  fn: string;
  call: Call;
  nth: number;
  mode: Mode['title'];
}

export interface Pair {
  way: Way;
  blows: [Blow, Blow];
}

/** What came of a pair. */
export interface PairCell extends Pair {
  redrives: number;
  /** Mails that the operator had to say something about. */
  settled: number;
  problems: string[];
}

/** A state to begin from. */
interface Prepared {
  kept: number;
  atMs: number;
  owned: OwnedNumber[];
  texts: Message[];
}

/** A client who is live, and whose offboarding has been confirmed and not begun. */
interface Live {
  prepared: Prepared;
  event: BusEvent;
  leaving: Leaving;
}

interface Played {
  outcome: Replayed;
  /** Of each function the run in which it did most, counted from 0. */
  runs: Map<string, MainRun>;
}

interface MainRun {
  index: number;
  calls: Call[];
}

/** Whoever walks. */
export const person = sampleClient(0, 'pairs-');
const MOST_DAYS = 120;
/** How long after its start an offboarding is decided. */
const daysUntil = { release: 31, undo: 1 };

export class Pairs {
  readonly #world: World;
  readonly #ambush: Ambush;
  readonly #tour: Tour;
  readonly #portal: PortalTour;
  readonly #start: number;
  readonly #owned: OwnedNumber[];
  readonly #plain = new Map<Way, Played>();
  #live: Live | undefined;

  /** `start`: the empty database. Before anything is bought. */
  constructor(world: World, { ambush, tour, start }: { ambush: Ambush; tour: Tour; start: number }) {
    this.#world = world;
    this.#ambush = ambush;
    this.#tour = tour;
    this.#portal = tour.portal();
    this.#start = start;
    this.#owned = structuredClone(world.twilio.numbers());
  }

  /** Every step × every later step × every fault × every fault, with the calls drawn by the seed. */
  async all(way: Way, seed: number): Promise<Pair[]> {
    const { runs } = await this.#plainly(way);
    const steps = stepsOf(way);
    const random = seeded(seed);
    return steps.flatMap((first, index) =>
      steps.slice(index + 1).flatMap((second) =>
        modes.flatMap((one) =>
          modes.flatMap((other): Pair[] => {
            const blows = [blow(first, one, { runs, random }), blow(second, other, { runs, random })] as const;
            return blows[0] && blows[1] ? [{ way, blows: [blows[0], blows[1]] }] : [];
          }),
        ),
      ),
    );
  }

  async play({ way, blows }: Pair): Promise<PairCell> {
    const plain = await this.#plainly(way);
    const { outcome } = await this.#go(
      way,
      blows.map((one) => shotsOf(one, plain.runs.get(one.fn)!)),
    );
    for (const [one, other] of [
      [outcome, plain.outcome],
      [plain.outcome, outcome],
    ] as const)
      for (const table of Object.keys(other.rows))
        one.rows[table] ??= await this.#world.rpc('test_kept', { p_kept: this.#keptOf(way), p_name: table });
    const repeats = blows.filter(repeatsTheTest).length; // as a redrive, each may send the test once more
    const found = problems({ fn: 'pair' }, { ...outcome, redrives: outcome.redrives + repeats }, plain.outcome);
    const isAccepted = (one: string) => one === 'a text went out twice' && blows.some(repeatsTheTest);
    return { way, blows, redrives: outcome.redrives, settled: outcome.settled, problems: found.filter((one) => !isAccepted(one)) };
  }

  #keptOf(way: Way): number {
    return way === 'provisioning' ? this.#start : this.#live!.prepared.kept;
  }

  async #plainly(way: Way): Promise<Played> {
    const known = this.#plain.get(way);
    if (known) return known;
    const played = await this.#go(way, []);
    if (!played.outcome.done) throw new Error(`${way} does not even work when nothing goes wrong: ${played.outcome.lastError}`);
    this.#plain.set(way, played);
    return played;
  }

  async #go(way: Way, ambushes: { fn: string; shots: Shot[][] }[]): Promise<Played> {
    if (way !== 'provisioning') this.#live ??= await this.#prepareLeaving();
    this.#ambush.clear();
    for (const { fn, shots } of ambushes) this.#ambush.lay(fn, shots);
    const outcome = await (way === 'provisioning' ? this.#provision() : this.#offboard(way));
    return { outcome, runs: new Map([...this.#ambush.calls].map(([fn, runs]) => [fn, mainOf(runs)])) };
  }

  async #provision(): Promise<Replayed> {
    await goBackTo(this.#world, { kept: this.#start, atMs: START_MS, owned: this.#owned, texts: [] });
    const start = startOf(this.#world);
    return this.#drive(start, {
      begin: async () => void (await this.#tour.paid(person)),
      act: () => this.#tour.fillForm(person),
      nudge: 'nudge-onboarding',
    });
  }

  async #offboard(way: 'release' | 'undo'): Promise<Replayed> {
    const { prepared, event, leaving } = this.#live!;
    await goBackTo(this.#world, prepared, { sessions: true });
    return this.#drive(startOf(this.#world), {
      begin: async () => {
        await this.#tour.deliver(structuredClone(event));
        await this.#tour.settle();
      },
      act: async () => {
        await this.#tour.pass(daysUntil[way] * DAY);
        await this.#portal.decide(leaving, way);
        await this.#tour.settle();
      },
      nudge: 'nudge-offboarding',
    });
  }

  async #prepareLeaving(): Promise<Live> {
    const world = this.#world;
    const { outcome } = await this.#go('provisioning', []);
    if (!outcome.done) throw new Error(`nobody gets live: ${outcome.lastError}`);
    for (const name of ['Pat', 'Maya']) await this.#portal.hire(name);
    const leaving = await this.#portal.begin(person);
    const event = world.events.splice(0).at(-1)!;
    const held = { owned: structuredClone(world.twilio.numbers()), texts: structuredClone(world.twilio.messages()) };
    const prepared = { kept: await world.keep(), atMs: Date.now(), ...held };
    return { prepared, event, leaving };
  }

  /** To the end of the execution that begins; it waits for somebody once. */
  async #drive(
    start: Start,
    { begin, act, nudge }: { begin: () => Promise<void>; act: () => Promise<void>; nudge: string },
  ): Promise<Replayed> {
    const world = this.#world;
    const before = world.stepFunctions.executions().length;
    const settled = new Set<string>();
    let [redrives, hasActed] = [0, false];
    const execution = () => world.stepFunctions.executions()[before];
    await begin();
    for (let day = 0; day < MOST_DAYS && execution()?.status !== 'SUCCEEDED'; day += 1) {
      const { status, arn, currentStates } = execution() ?? { status: 'none', arn: '', currentStates: [] };
      if (status === 'RUNNING' && currentStates[0]?.startsWith('Await')) {
        if (hasActed) await this.#tour.run(nudge, {});
        else await act();
        hasActed = true;
        await this.#tour.pass(HOUR);
      } else await this.#tour.pass(DAY);
      if (status !== 'FAILED' && status !== 'TIMED_OUT') continue;
      for (const id of await settleMails(world, start.mailStart)) settled.add(id);
      await redriveExecution(world, arn);
      redrives += 1;
      await this.#tour.settle();
    }
    const { status = 'none', currentStates = [] } = execution() ?? {};
    return {
      ...(await outcomeSince(start, world)),
      attempts: 0,
      redrives,
      settled: settled.size,
      done: status === 'SUCCEEDED',
      lastError: `${status} ${currentStates.join(' ')}`,
      wait: 'none',
      early: sentTwice(start, settled, world),
    };
  }
}

function mainOf(runs: readonly Call[][]): MainRun {
  const index = runs.reduce((most, calls, at) => (calls.length > runs[most]!.length ? at : most), 0);
  return { index, calls: runs[index] ?? [] };
}

/** A call that can fail so, drawn from those that the function makes when nothing goes wrong. */
function blow(fn: string, { title }: Mode, { runs, random }: { runs: Map<string, MainRun>; random: () => number }): Blow | undefined {
  const { calls } = runs.get(fn)!;
  const at = calls
    .map((_, index) => index)
    .filter((index) => !calls[index]!.startsWith('secrets') && (title !== 'stale' || canBeStale(calls[index]!)));
  const drawn = at[Math.floor(random() * at.length)];
  if (drawn === undefined) return undefined;
  const call = calls[drawn]!;
  return { fn, call, nth: calls.slice(0, drawn).filter((one) => one === call).length, mode: title };
}

/** A stale answer is one from before the function did its work: that attempt dies at its end, and the next one sees it. */
function shotsOf({ fn, call, nth, mode: title }: Blow, { index, calls }: MainRun): { fn: string; shots: Shot[][] } {
  const { mode } = modes.find((one) => one.title === title)!;
  const shot: Shot = { call, nth, mode };
  const before: Shot[][] = Array.from({ length: index }, () => []);
  if (mode !== 'stale') return { fn, shots: [...before, [shot]] };
  const last = calls.at(-1)!;
  return { fn, shots: [...before, [{ call: last, nth: calls.filter((one) => one === last).length - 1, mode: 'refuse' }], [shot]] };
}
