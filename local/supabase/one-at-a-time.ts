import type { MiddlewareHandler } from 'hono';

/**
 * Lets one request after the other through. PGlite is one database session and lite does not guard it: while verifyOtp overlapped other
 * calls, 59 of 60 inserts ran in somebody else's transaction and failed with 42501.
 */
export function oneAtATime(): MiddlewareHandler {
  let last = Promise.resolve();
  return async (_context, next) => {
    const previous = last;
    const turn = Promise.withResolvers<void>();
    last = turn.promise;
    await previous;
    try {
      await next();
    } finally {
      turn.resolve();
    }
  };
}
