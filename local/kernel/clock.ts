/** The laptop's time: real time plus one offset that every local process and worker thread shares. */

/** Milliseconds ahead of real time, readable from every thread. */
export type ClockOffset = BigInt64Array;

/** A new offset cell; pass its `buffer` to worker threads. */
export function clockOffset(offsetMs = 0, buffer = new SharedArrayBuffer(8)): ClockOffset {
  const offset = new BigInt64Array(buffer);
  Atomics.store(offset, 0, BigInt(Math.round(offsetMs)));
  return offset;
}

/**
 * Replaces global `Date` in this thread by one that reads real time + offset, so that product code needs no clock of its own.
 * Returns a function that puts the real `Date` back (tests).
 */
export function installClock(offset: ClockOffset): () => void {
  const RealDate = globalThis.Date;
  const now = () => RealDate.now() + Number(Atomics.load(offset, 0));
  globalThis.Date = new Proxy(RealDate, {
    construct: (target, args, newTarget) => Reflect.construct(target, args.length > 0 ? args : [now()], newTarget),
    apply: () => new RealDate(now()).toString(),
    get: (target, key) => (key === 'now' ? now : Reflect.get(target, key)),
  });
  return () => {
    globalThis.Date = RealDate;
  };
}
