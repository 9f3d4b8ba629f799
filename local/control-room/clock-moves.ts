import type { Kernel } from '../kernel/kernel';

/** `advanceTo`: ISO 8601. `untilIdle`: until only people are awaited, at most `withinSeconds` of the laptop's time. */
export type ClockMove = { advanceSeconds: number } | { advanceTo: string } | { untilIdle: true; withinSeconds?: number | undefined };

/** Moves of the clock, one after another: whoever asks while one goes on waits in line. */
export class ClockMoves {
  readonly #kernel: Pick<Kernel, 'advance' | 'untilIdle'>;
  #last: Promise<void> = Promise.resolve();
  #open = 0;

  constructor(kernel: Pick<Kernel, 'advance' | 'untilIdle'>) {
    this.#kernel = kernel;
  }

  /** How many moves go on or wait. */
  get open(): number {
    return this.#open;
  }

  /** Resolves when this move is over. */
  async move(move: ClockMove): Promise<void> {
    this.#open += 1;
    const done = this.#last.then(() => this.#make(move));
    this.#last = done.catch(() => undefined); // this move's caller is told; the next one goes on
    try {
      await done;
    } finally {
      this.#open -= 1;
    }
  }

  async #make(move: ClockMove): Promise<void> {
    if ('untilIdle' in move) return this.#kernel.untilIdle(move.withinSeconds);
    const seconds = 'advanceSeconds' in move ? move.advanceSeconds : (Date.parse(move.advanceTo) - Date.now()) / 1000;
    if (seconds > 0) await this.#kernel.advance(seconds);
  }
}
