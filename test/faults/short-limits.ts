/**
 * The time limits of the vendors' clients (2.5 to 10 s) run out after 40 ms, so that "slow past the timeout" needs no waiting. Only long limits change, and only in a process that proves things about time-outs.
 */
import timers from 'node:timers/promises';

const LIMIT_MS = 40;
const LONG_MS = 2500;
let isShort = false;
const shortened = (ms: number) => (isShort && ms >= LONG_MS ? LIMIT_MS : ms);

/** What our own code waits for by itself (before a repeat, or so that an answer takes its even time) is over at once. */
export function skipWaits(): void {
  Object.assign(timers, { setTimeout: async () => undefined });
}

/** Replaces what SDKs measure their limits with, and skips our own waits. Call it before any of them is loaded. */
export function installShortLimits(): void {
  const timeoutSignal = AbortSignal.timeout.bind(AbortSignal);
  AbortSignal.timeout = (ms) => timeoutSignal(shortened(ms));
  const realSetTimeout = globalThis.setTimeout;
  const setTimer = (handler: (...args: unknown[]) => void, ms = 0, ...args: unknown[]) => realSetTimeout(handler, shortened(ms), ...args);
  globalThis.setTimeout = Object.assign(setTimer, realSetTimeout);
  skipWaits();
}

/** Runs `work` with the short limits. Other long timers must not be set meanwhile. */
export async function withShortLimits<T>(work: () => Promise<T>): Promise<T> {
  isShort = true;
  try {
    return await work();
  } finally {
    isShort = false;
  }
}
