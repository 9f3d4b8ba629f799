/** Port SystemTests on Postgres: supabase/migrations/…_conversations.sql. */
import * as z from 'zod';
import type { SystemTests } from '../../ports/ledger';
import { Nothing, now } from './answers';
import type { Database } from './database';

const Plan = z.object({ nonce: z.string(), messageSid: z.string().nullable() });
const Result = z.object({ leadId: z.uuid().nullable(), inboundBody: z.string().nullable(), reply: z.string().nullable() });

export function supabaseSystemTests(db: Database): SystemTests {
  return {
    plan: (runId, nonce) => db.call('plan_system_test', { p_run_id: runId, p_nonce: nonce }, Plan),
    recordSent: ({ runId, messageSid }) =>
      db.call('record_system_test', { p_run_id: runId, p_message_sid: messageSid, p_now: now() }, Nothing),
    result: (runId) => db.call('system_test_result', { p_run_id: runId }, Result),
    beginIdentity: ({ runId, userId }) =>
      db.call('begin_test_identity', { p_run_id: runId, p_user_id: userId, p_now: now() }, z.guid().nullable()),
    endIdentity: (runId) => db.call('end_test_identity', { p_run_id: runId }, z.guid().nullable()),
  };
}
