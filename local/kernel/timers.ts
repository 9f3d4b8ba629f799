import type { Activity } from './activity';
import type { ClockOffset } from './clock';

/**
 * `work`: something that goes on by itself (a Wait, a retry, a delayed delivery); `deadline`: something that only ends a wait (a timeout);
 * `schedule`: an EventBridge schedule. `untilIdle` jumps to `work` alone, so that waiting for a person is idle.
 */
export type TimerKind = 'work' | 'deadline' | 'schedule';

/** Told the new offset in milliseconds whenever the clock was moved, before what falls due at the new time fires. */
export type MoveListener = (offsetMs: number) => Promise<void>;

interface Timer {
  dueMs: number;
  kind: TimerKind;
  sequence: number;
  fire: () => void;
  live: boolean;
}

const LONGEST_TIMEOUT_MS = 2 ** 31 - 1; // setTimeout fires at once beyond this
const compare = (a: Timer, b: Timer) => a.dueMs - b.dueMs || a.sequence - b.sequence;

/** One-shot timers on the laptop's time. Not persisted: every part sets its timers again from its own store after a restart. */
export class Timers {
  #heap: Timer[] = [];
  #sequence = 0;
  /** Cancelled timers that are still on the heap; every finished Task leaves its deadline. */
  #dead = 0;
  #alarm: NodeJS.Timeout | undefined;
  #jumping = false;
  readonly #listeners = new Set<MoveListener>();
  readonly #offset: ClockOffset;
  readonly #activity: Activity;

  constructor(offset: ClockOffset, activity: Activity) {
    this.#offset = offset;
    this.#activity = activity;
  }

  /** Calls `fire` once at `dueMs` (epoch milliseconds of the laptop's time), at once if that is past. Returns the cancellation. */
  at(dueMs: number, kind: TimerKind, fire: () => void): () => void {
    const timer: Timer = { dueMs, kind, sequence: this.#sequence++, fire, live: true };
    this.#push(timer);
    if (this.#heap[0] === timer) this.#arm();
    return () => {
      if (timer.live) this.#dead += 1;
      timer.live = false;
      this.#sweep();
    };
  }

  /** For clocks that cannot read the shared offset, in other processes. Returns the cancellation. */
  onMove(listener: MoveListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Moves the clock to `targetMs`, firing what falls due in order; each schedule that fell due fires once, at the end. */
  async advanceTo(targetMs: number): Promise<void> {
    await this.#jump(async (schedules) => {
      for (let next = await this.#nextDue(targetMs, schedules); next; next = await this.#nextDue(targetMs, schedules))
        await this.#fireAt(next);
      await this.#setNow(targetMs);
    });
  }

  /** Jumps from one `work` timer to the next until none is left, at most to `limitMs`. */
  async untilIdle(limitMs = Number.POSITIVE_INFINITY): Promise<void> {
    await this.#jump(async (schedules) => {
      for (let work = await this.#nextWork(); work && work.dueMs <= limitMs; work = await this.#nextWork()) {
        const next = await this.#nextDue(work.dueMs, schedules);
        if (next) await this.#fireAt(next);
      }
    });
  }

  /** When the next timer falls due, schedules aside. */
  nextDueMs(): number | undefined {
    const live = this.#heap.filter((timer) => timer.live && timer.kind !== 'schedule');
    return live.length > 0 ? live.reduce((least, { dueMs }) => Math.min(least, dueMs), Number.POSITIVE_INFINITY) : undefined;
  }

  stop(): void {
    clearTimeout(this.#alarm);
    this.#heap = [];
    this.#jumping = true;
  }

  async #jump(run: (schedules: Timer[]) => Promise<void>): Promise<void> {
    if (this.#jumping) throw new Error('the clock is already moving');
    this.#jumping = true;
    clearTimeout(this.#alarm);
    const schedules: Timer[] = [];
    try {
      await run(schedules);
      for (const schedule of schedules) if (schedule.live) schedule.fire();
      await this.#activity.idle();
    } finally {
      this.#jumping = false;
      this.#arm();
    }
  }

  async #fireAt(timer: Timer): Promise<void> {
    await this.#setNow(timer.dueMs);
    if (!timer.live) return; // cancelled while other processes set their clocks
    timer.live = false;
    timer.fire();
  }

  /** The next timer due by `untilMs`, taken off the heap; schedules are set aside for the end of the jump. */
  async #nextDue(untilMs: number, schedules: Timer[]): Promise<Timer | undefined> {
    await this.#activity.idle();
    for (let top = this.#top(); top && top.dueMs <= untilMs; top = this.#top()) {
      this.#pop();
      if (top.kind !== 'schedule') return top;
      schedules.push(top);
    }
    return undefined;
  }

  async #nextWork(): Promise<Timer | undefined> {
    await this.#activity.idle();
    let next: Timer | undefined;
    for (const timer of this.#heap) if (timer.live && timer.kind === 'work' && (!next || compare(timer, next) < 0)) next = timer;
    return next;
  }

  async #setNow(targetMs: number): Promise<void> {
    const aheadMs = targetMs - Date.now();
    if (aheadMs <= 0) return;
    Atomics.add(this.#offset, 0, BigInt(Math.ceil(aheadMs)));
    const offsetMs = Number(Atomics.load(this.#offset, 0));
    await Promise.all([...this.#listeners].map((listener) => listener(offsetMs)));
  }

  /** Real time passes too: fires what is due and sleeps until the next. */
  #arm(): void {
    clearTimeout(this.#alarm);
    const top = this.#top();
    if (!top || this.#jumping) return;
    this.#alarm = setTimeout(() => this.#ring(), Math.min(Math.max(0, top.dueMs - Date.now()), LONGEST_TIMEOUT_MS));
  }

  #ring(): void {
    const nowMs = Date.now();
    for (let top = this.#top(); top && top.dueMs <= nowMs && !this.#jumping; top = this.#top()) {
      this.#pop();
      top.live = false;
      top.fire();
    }
    this.#arm();
  }

  #top(): Timer | undefined {
    while (this.#heap[0] && !this.#heap[0].live) {
      this.#pop();
      this.#dead -= 1;
    }
    return this.#heap[0];
  }

  /** Drops the dead once they are the greater part; a sorted array is a heap. */
  #sweep(): void {
    if (this.#dead < 1000 || this.#dead * 2 < this.#heap.length) return;
    this.#heap = this.#heap.filter((timer) => timer.live).sort(compare);
    this.#dead = 0;
  }

  #push(timer: Timer): void {
    const heap = this.#heap;
    let child = heap.push(timer) - 1;
    while (child > 0) {
      const parent = (child - 1) >> 1;
      if (!this.#swapIfLess(child, parent)) break;
      child = parent;
    }
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop();
    if (!last || heap.length === 0) return;
    heap[0] = last;
    for (let parent = 0, child = 1; child < heap.length; child = 2 * parent + 1) {
      const [left, right] = [heap[child], heap[child + 1]];
      if (left && right && compare(right, left) < 0) child += 1;
      if (!this.#swapIfLess(child, parent)) break;
      parent = child;
    }
  }

  #swapIfLess(child: number, parent: number): boolean {
    const [lower, upper] = [this.#heap[child], this.#heap[parent]];
    if (!lower || !upper || compare(lower, upper) >= 0) return false;
    this.#heap[child] = upper;
    this.#heap[parent] = lower;
    return true;
  }
}
