/**
 * Counts what is in flight in the whole stack: requests, invocations, deliveries. The clock may only move when nothing is.
 * Whoever hands work to a later tick holds a token from before the hand-over until the result is stored.
 */
export class Activity {
  #open = 0;
  #waiters: (() => void)[] = [];

  /** Work begins; call the returned function exactly once when its result is stored. */
  begin(): () => void {
    this.#open += 1;
    let ended = false;
    return () => {
      if (ended) return;
      ended = true;
      this.#open -= 1;
      if (this.#open === 0) for (const wake of this.#waiters.splice(0)) wake();
    };
  }

  /** Runs `work` as one piece of activity. */
  async during<T>(work: () => Promise<T>): Promise<T> {
    const end = this.begin();
    try {
      return await work();
    } finally {
      end();
    }
  }

  /** Resolves once nothing is in flight and stays so over a few turns of the event loop. */
  async idle(): Promise<void> {
    for (let quiet = 0; quiet < 5; ) {
      if (this.#open > 0) await new Promise<void>((wake) => this.#waiters.push(wake));
      await new Promise((next) => setImmediate(next));
      quiet = this.#open > 0 ? 0 : quiet + 1;
    }
  }
}
