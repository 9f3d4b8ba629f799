/** Port RunReader on Postgres: supabase/migrations/…_reports.sql. */
import * as z from 'zod';
import { RunReport, type RunReader, RunSummary } from '../../run-report';
import { now } from './answers';
import type { Database } from './database';

export function supabaseRunReader(db: Database): RunReader {
  return {
    runs: () => db.call('run_list', {}, z.array(RunSummary)),
    run: async (runId) => {
      if (!z.guid().safeParse(runId).success) return undefined;
      return (await db.call('run_detail', { p_run_id: runId, p_now: now() }, RunReport.nullable())) ?? undefined;
    },
  };
}
