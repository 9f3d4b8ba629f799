/** Time that stands still but for the kernel's offset: what is played is the same whenever and however fast it is played. */

/** A Tuesday noon in Sydney: nobody is asleep, and tomorrow is a working day. */
export const START_MS = Date.UTC(2026, 10, 24, 1);

const RealDate = globalThis.Date;
let stoppedMs = RealDate.now();

/** Stops this process's `Date`, now or at another time. Call it before the kernel is opened, whose clock counts from it. */
export function freezeTime(atMs = stoppedMs): void {
  stoppedMs = atMs;
  globalThis.Date = new Proxy(RealDate, {
    construct: (target, args, newTarget) => Reflect.construct(target, args.length > 0 ? args : [stoppedMs], newTarget),
    get: (target, key) => (key === 'now' ? () => stoppedMs : Reflect.get(target, key)),
  });
}

/** Catches up with the clock of the database's process, which runs on; set the kernel's clock right after it. */
export function catchUp(): void {
  stoppedMs = RealDate.now();
}
