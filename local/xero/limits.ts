import type { MiddlewareHandler } from 'hono';
import { tooMany } from './answers';

/** Calls that one connection may make: per rolling minute, per rolling day, and at the same time. */
export interface RateLimits {
  perMinute: number;
  perDay: number;
  concurrent: number;
}

/** Xero's own limits. https://developer.xero.com/documentation/guides/oauth2/limits/ */
export const XERO_LIMITS: RateLimits = { perMinute: 60, perDay: 5000, concurrent: 5 };

/** The laptop's limits: ten times as many, so that a rehearsal of 50 clients within a minute does not wait for Xero. */
export const REHEARSAL_LIMITS: RateLimits = { perMinute: 600, perDay: 50_000, concurrent: 50 };

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/** Enforces `limits` on the local clock and says in headers what is left, as Xero does. */
export function rateLimit(limits: RateLimits): MiddlewareHandler {
  let calls: number[] = [];
  let inProgress = 0;
  return async (context, next) => {
    const nowMs = Date.now();
    calls = calls.filter((atMs) => atMs > nowMs - DAY_MS && atMs <= nowMs);
    const thisMinute = calls.filter((atMs) => atMs > nowMs - MINUTE_MS);
    if (inProgress >= limits.concurrent) return tooMany(context, 'concurrent', 1);
    if (thisMinute.length >= limits.perMinute) return tooMany(context, 'minute', secondsUntil((thisMinute[0] ?? nowMs) + MINUTE_MS));
    if (calls.length >= limits.perDay) return tooMany(context, 'day', secondsUntil((calls[0] ?? nowMs) + DAY_MS));
    calls.push(nowMs);
    inProgress += 1;
    try {
      await next();
    } finally {
      inProgress -= 1;
    }
    context.header('x-minlimit-remaining', String(limits.perMinute - thisMinute.length - 1));
    context.header('x-daylimit-remaining', String(limits.perDay - calls.length));
    context.header('x-appminlimit-remaining', '9999');
    return undefined;
  };
}

function secondsUntil(atMs: number): number {
  return Math.max(1, Math.ceil((atMs - Date.now()) / 1000));
}
