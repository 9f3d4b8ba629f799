/** Faults that lie in wait for functions which the state machine, or somebody through a URL, asks for. */
import type { Invocation } from '../../local/kernel/wiring';
import { withShortLimits } from './short-limits';
import type { Call, Shot } from './wire';
import type { Ran, World } from './world';

export class Ambush {
  readonly #world: () => World;
  readonly #waiting = new Map<string, (readonly Shot[])[]>();
  /** What each run of each function has called. */
  readonly calls = new Map<string, Call[][]>();

  constructor(world: () => World) {
    this.#world = world;
  }

  /** `shots`: for the next runs of this function, in order. */
  lay(fn: string, shots: (readonly Shot[])[]): void {
    this.#waiting.set(fn, shots);
  }

  clear(): void {
    this.#waiting.clear();
    this.calls.clear();
  }

  /** For `World.start`. */
  readonly asked = async (fn: string, event: unknown): Promise<Invocation> => {
    if (fn === 'callback') return { payload: {} }; // a machine of the tests that waits for a token
    const shots = this.#waiting.get(fn)?.shift() ?? [];
    const run = () => this.#world().run(fn, { event, shots });
    const { invocation, calls }: Ran = shots.some(({ mode }) => mode === 'late') ? await late(run) : await run();
    this.calls.set(fn, [...(this.calls.get(fn) ?? []), calls]);
    return invocation;
  };
}

/** What comes late has come when this is over. */
async function late(run: () => Promise<Ran>): Promise<Ran> {
  const ran = await withShortLimits(run);
  await new Promise((resolve) => setTimeout(resolve, 30));
  return ran;
}
