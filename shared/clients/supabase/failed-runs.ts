/** Port FailedRuns on Postgres: supabase/migrations/…_failed_runs.sql. */
import * as z from 'zod';
import type { FailedRuns } from '../../ports/ledger';
import type { Database } from './database';

const Answer = z.object({
  invoiceNumber: z.string(),
  done: z.array(z.string()),
  numberState: z.string().nullable(),
  priceCeiling: z.object({ amountCents: z.int(), currency: z.string() }),
});

export function supabaseFailedRuns(db: Database): FailedRuns {
  return {
    byExecution: async (executionArn) => (await db.call('failed_run', { p_execution_id: executionArn }, Answer.nullable())) ?? undefined,
  };
}
