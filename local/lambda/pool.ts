import type { Invocation } from '../kernel/wiring';
import { Instance, type InstanceOptions } from './instance';
import type { Request } from './messages';

const IDLE_MS = 60_000; // an idle instance is given up after a minute of real time, to spare the laptop's memory

/** The instances of one function: as many as there are requests at once up to `limit`, then requests wait in line. */
export class Pool {
  readonly #start: () => Instance;
  readonly #limit: number;
  readonly #all = new Set<Instance>();
  readonly #idle = new Map<Instance, NodeJS.Timeout>();
  readonly #line: ((instance: Instance | undefined) => void)[] = [];
  #closed = false;

  /** `options` is asked at each start of an instance. */
  constructor(limit: number, options: () => InstanceOptions) {
    this.#limit = limit;
    this.#start = () => new Instance(options());
  }

  /** Runs a request in an idle instance, a new one, or the next that gets free. Never rejects. */
  async run(request: Request): Promise<Invocation> {
    const instance = await this.#take();
    if (!instance) return { error: { errorType: 'Lambda.ServiceException', errorMessage: 'the local stack is closing' } };
    try {
      return await instance.run(request);
    } finally {
      this.#giveBack(instance);
    }
  }

  /** Ends every instance, busy or idle. */
  async killAll(): Promise<void> {
    for (const timer of this.#idle.values()) clearTimeout(timer);
    this.#idle.clear();
    await Promise.all([...this.#all].map((instance) => this.#drop(instance)));
  }

  /** Ends every instance for good; who still waits in line is refused. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const refuse of this.#line.splice(0)) refuse(undefined);
    await this.killAll();
  }

  async #take(): Promise<Instance | undefined> {
    if (this.#closed) return undefined;
    // The one that worked last is the warmest, and the others get old enough to be given up.
    for (const [instance, timer] of [...this.#idle].toReversed()) {
      clearTimeout(timer);
      this.#idle.delete(instance);
      if (instance.usable) return instance;
      this.#all.delete(instance);
    }
    if (this.#all.size < this.#limit) return this.#new();
    return new Promise((resolve) => this.#line.push(resolve));
  }

  #giveBack(instance: Instance): void {
    if (!instance.usable) this.#all.delete(instance);
    const next = this.#line.shift();
    if (next) next(instance.usable ? instance : this.#new());
    else if (instance.usable)
      this.#idle.set(
        instance,
        setTimeout(() => void this.#drop(instance), IDLE_MS),
      );
  }

  #new(): Instance {
    const instance = this.#start();
    this.#all.add(instance);
    return instance;
  }

  async #drop(instance: Instance): Promise<void> {
    clearTimeout(this.#idle.get(instance));
    this.#idle.delete(instance);
    this.#all.delete(instance);
    await instance.kill();
  }
}
