/** The crash matrix: every call of every function × everything that can go wrong with it × everybody who can mend it. */
import { canBeStale, modes, repeatsTheTest } from './modes';
import { problems } from './oracle';
import type { Fault, Found } from './plan';
import type { Recovery } from './recoveries';
import { isStep, Replayer, type Replayed } from './replay';
import type { Scene } from './tour';
import type { Call, Shot } from './wire';
import type { World } from './world';

/** With the scene in which it is made. */
export interface Effect extends Found {
  scene: Scene;
}

const readsOnly = /^(secrets|twilio (list|fetch|search)|xero|stepfunctions (Get|List)|bedrock|supabase auth\/user$)/;

/** `help`: nobody, a redrive, or the operator's word on a mail. `–`: a call that writes has no older answer. */
export interface Cell {
  fn: string;
  call: Call;
  nth: number;
  mode: string;
  recovery: Recovery;
  help: 'none' | 'redrive' | 'word';
  problems: string[];
}

/** Vendors' failures are answered by further calls, and so is the database's once a step has begun. */
function opensMore({ scene, call }: Effect): boolean {
  if (call.startsWith('secrets')) return false;
  return !call.startsWith('supabase rpc') || scene.calls[scene.calls.indexOf('supabase rpc/begin_step') + 1] === call;
}

export class Matrix {
  readonly #world: World;
  readonly #replayer: Replayer;
  readonly #plain = new Map<Scene, Replayed>();

  constructor(world: World) {
    this.#world = world;
    this.#replayer = new Replayer(world);
  }

  /** Every call once per function, and those that are made only when something went wrong. */
  async effects(scenes: Scene[]): Promise<Effect[]> {
    const found = new Map<string, Effect>();
    const stable = new Set(await this.#world.rpc<string[]>('test_reading', {}));
    // A person's second call to auth/user in one request sets a password.
    const reads = (call: Call, nth: number) =>
      (readsOnly.test(call) || stable.has(call.replace('supabase rpc/', ''))) && (call !== 'supabase auth/user' || nth === 0);
    const add = (scene: Scene, calls: Call[], before: readonly Shot[]) => {
      calls.forEach((call, index) => {
        const nth = calls.slice(0, index).filter((earlier) => earlier === call).length;
        const key = `${scene.fn} ${call} ${nth}`;
        if (!found.has(key) && (nth === 0 || !call.startsWith('secrets')))
          found.set(key, { key, fn: scene.fn, call, nth, scene, before, reads: reads(call, nth), weight: 10 + 2 * scene.calls.length });
      });
    };
    for (const scene of scenes) add(scene, scene.calls, []);
    for (const { scene, call, nth } of Array.from(found.values()).filter(opensMore)) {
      const before: Shot[] = [{ call, nth, mode: 'rate-limit' }];
      add(scene, await this.#replayer.callsOf(scene, before), before);
    }
    return [...found.values()];
  }

  async plain(scene: Scene): Promise<Replayed> {
    const known = this.#plain.get(scene);
    if (known) return known;
    const played = await this.#replayer.play(scene, { shots: [], recovery: 'retrier' });
    this.#plain.set(scene, played);
    if (!played.done) throw new Error(`${scene.name} does not even work when nothing goes wrong: ${played.lastError}`);
    return played;
  }

  async cell(effect: Effect, { mode: title, recovery }: Fault): Promise<Cell | undefined> {
    const { scene, call, nth, before } = effect;
    const { mode } = modes.find((one) => one.title === title)!;
    if (mode === 'stale' && !canBeStale(call)) return undefined;
    const plain = await this.plain(scene);
    if (call.startsWith('secrets') || call === 'xero token') this.#world.functions.fresh(`coresentia-local-${scene.fn}`);
    // A stale answer is one from before the function did its work: that attempt died, and the next one sees it.
    const shot = { call, nth, mode };
    const last = scene.calls.at(-1)!;
    const ends: Shot[] = [
      { call: last, nth: scene.calls.filter((one) => one === last).length - 1, mode: isStep(scene.fn) ? 'refuse' : 'crash' },
    ];
    const attempts = mode === 'stale' ? { shots: ends, later: [shot] } : { shots: [...before, shot] };
    const replayed = await this.#replayer.play(scene, { ...attempts, recovery });
    await this.#complete(scene, replayed, plain);
    const help = replayed.settled > 0 ? 'word' : replayed.redrives > (recovery === 'retrier' ? 0 : 1) ? 'redrive' : 'none';
    const found = problems(scene, replayed, plain);
    const isAccepted = repeatsTheTest({ fn: effect.fn, call, mode }) && recovery === 'retrier';
    return { fn: effect.fn, call, nth, mode: title, recovery, help, problems: isAccepted ? [] : found };
  }

  /** The scene with another event: every difference to what its own did. */
  async withEvent(scene: Scene, event: unknown): Promise<string[]> {
    const plain = await this.plain(scene);
    const replayed = await this.#replayer.play({ ...scene, event }, { shots: [], recovery: 'retrier' });
    await this.#complete(scene, replayed, plain);
    return problems(scene, replayed, plain);
  }

  /** A table that only one of two replays has touched is as it was kept in the other. */
  async #complete({ kept }: Scene, ...pair: [Replayed, Replayed]): Promise<void> {
    for (const [one, other] of [pair, [pair[1], pair[0]]] as const)
      for (const table of Object.keys(other.rows)) one.rows[table] ??= await this.#world.rpc('test_kept', { p_kept: kept, p_name: table });
  }
}
