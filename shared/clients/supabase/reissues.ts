/** Port Reissues on Postgres: supabase/migrations/…_reissue.sql. */
import * as z from 'zod';
import { type Reissues, RunToReissue } from '../../reissue';
import { now } from './answers';
import type { Database } from './database';

const Claim = z.enum(['claimed', 'moved', 'completed', 'cancelled']);

export function supabaseReissues(db: Database): Reissues {
  return {
    find: async (invoiceNumber) =>
      (await db.call('run_to_reissue', { p_invoice_number: invoiceNumber }, RunToReissue.nullable())) ?? undefined,
    claim: ({ runId, from, to, by }) =>
      db.call('reissue_run', { p_run_id: runId, p_from_execution_id: from, p_to_execution_id: to, p_by: by, p_now: now() }, Claim),
  };
}
