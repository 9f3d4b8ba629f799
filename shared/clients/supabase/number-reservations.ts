/** Port NumberReservations on Postgres: supabase/migrations/…_numbers.sql. */
import * as z from 'zod';
import type { NumberReservations } from '../../ports/ledger';
import { Nothing, now } from './answers';
import type { Database } from './database';

const Limits = z.object({ balanceFloorCents: z.int().nullable(), priceCeilingCents: z.int(), currency: z.string() });
const Reserved = z.object({ outcome: z.enum(['reserved', 'taken', 'purchases-disabled', 'daily-cap']), attempt: z.int() });

export function supabaseNumberReservations(db: Database): NumberReservations {
  return {
    limits: () => db.call('spend_limits', {}, Limits),
    reserve: ({ runId, e164 }) => db.call('reserve_number', { p_run_id: runId, p_e164: e164, p_now: now() }, Reserved),
    request: ({ runId, e164, attempt }) =>
      db.call('request_number', { p_run_id: runId, p_e164: e164, p_attempt: attempt, p_now: now() }, z.boolean()),
    release: ({ runId, e164, attempt }) =>
      db.call('release_number', { p_run_id: runId, p_e164: e164, p_attempt: attempt, p_now: now() }, Nothing),
    record: ({ runId, e164, sid, state }) =>
      db.call('record_number', { p_run_id: runId, p_e164: e164, p_sid: sid, p_state: state, p_now: now() }, Nothing),
  };
}
