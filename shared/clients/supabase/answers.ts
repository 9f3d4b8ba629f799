/** What SQL functions answer, in shapes that several of them share. */
import * as z from 'zod';

/** Postgres writes an offset; the ports promise ISO 8601 in UTC. */
export const Utc = z.iso.datetime({ offset: true }).transform((time) => new Date(time).toISOString());

/** A function that returns void. */
export const Nothing = z.null().transform(() => undefined);

/** The clock of the caller: SQL never looks at its own. */
export function now(): string {
  return new Date().toISOString();
}
