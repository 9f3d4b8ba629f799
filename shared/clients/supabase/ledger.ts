/** Port Ledger on Postgres: supabase/migrations/…_ledger.sql. */
import * as z from 'zod';
import type { Ledger } from '../../ports/ledger';
import { BegunStep } from '../../run';
import { Nothing, now, Utc } from './answers';
import type { Database } from './database';

const Claim = z.object({ claim: z.enum(['yours', 'taken']), runId: z.uuid() });
const FirstWeek = z.object({ viewedAt: Utc.nullable(), inboundCount: z.int() });

export function supabaseLedger(db: Database): Ledger {
  return {
    claimInvoice: ({ invoiceId, tenantId, executionId }) =>
      db.call('claim_invoice', { p_invoice_id: invoiceId, p_tenant_id: tenantId, p_execution_id: executionId, p_now: now() }, Claim),
    beginStep: ({ runId, step, executionId, redriveCount }) => {
      const args = { p_run_id: runId, p_step: step, p_execution_id: executionId, p_redrive_count: redriveCount, p_now: now() };
      return db.call('begin_step', args, BegunStep);
    },
    finishStep: ({ runId, step, evidence, output }) => {
      const args = { p_run_id: runId, p_step: step, p_evidence: evidence, p_now: now() };
      return db.call('finish_step', output ? { ...args, p_output: output } : args, Nothing);
    },
    failStep: ({ runId, step, error, message }) =>
      db.call('fail_step', { p_run_id: runId, p_step: step, p_error: error, p_message: message, p_now: now() }, Nothing),
    createBusiness: (runId) => db.call('create_business', { p_run_id: runId, p_now: now() }, Nothing),
    configureSettings: ({ runId, workingHours, travelBuffer, jobDuration }) => {
      const minutes = { p_travel_buffer: travelBuffer, p_job_duration: jobDuration };
      return db.call('configure_settings', { p_run_id: runId, p_working_hours: workingHours, ...minutes, p_now: now() }, Nothing);
    },
    createDemo: (runId) => db.call('create_demo', { p_run_id: runId, p_now: now() }, Nothing),
    goLive: (runId) => db.call('go_live', { p_run_id: runId, p_now: now() }, z.object({ liveAt: Utc })),
    scheduleChecks: ({ runId, day1At, day3At, day7At }) =>
      db.call('schedule_checks', { p_run_id: runId, p_day1_at: day1At, p_day3_at: day3At, p_day7_at: day7At }, Nothing),
    firstWeek: (runId) => db.call('first_week', { p_run_id: runId }, FirstWeek),
    completeRun: (runId) => db.call('complete_run', { p_run_id: runId, p_now: now() }, Nothing),
  };
}
