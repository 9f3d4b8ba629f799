import type { MiddlewareHandler } from 'hono';

/**
 * Lets one request after the other through. PGlite is one database session and lite does not guard it: while verifyOtp overlapped other
 * calls, 59 of 60 inserts ran in somebody else's transaction and failed with 42501.
 */
export function oneAtATime(): MiddlewareHandler {
  let last: Promise<void> = Promise.resolve();
  return (_context, next) => {
    const turn = last.then(() => next());
    last = turn.catch(() => undefined); // a failed request ends its turn as well; its own caller gets the error
    return turn;
  };
}
