/** Port Offboardings on Postgres: supabase/migrations/…_offboarding.sql. */
import * as z from 'zod';
import { Decision, Offboarding } from '../../offboarding';
import type { Offboardings } from '../../ports/offboardings';
import { StepName } from '../../run';
import { Nothing, now, Utc } from './answers';
import type { Database } from './database';

const Begun = z.discriminatedUnion('claim', [
  z.object({ claim: z.literal('yours'), offboarding: Offboarding }),
  z.object({ claim: z.literal('taken') }),
]);
const UserIds = z.array(z.guid());
const LoginsToRestore = z.array(z.object({ userId: z.guid(), blockedUntil: Utc.nullable() }));
const Due = z.object({
  starts: z.array(z.guid()),
  wakeUps: z.array(z.object({ offboardingId: z.guid(), taskToken: z.string(), decision: Decision })),
  releases: z.array(z.object({ offboardingId: z.guid(), invoiceNumber: z.string(), week: z.int() })),
});
const OfExecution = z.object({ kind: z.enum(['offboarding', 'stopped']), invoiceNumber: z.string() });

const of = (offboardingId: string) => ({ p_offboarding_id: offboardingId });
const at = (offboardingId: string) => ({ ...of(offboardingId), p_now: now() });

export function supabaseOffboardings(db: Database): Offboardings {
  return {
    beginStep: ({ offboardingId, step, executionId, redriveCount }) => {
      const attempt = { p_step: step, p_execution_id: executionId, p_redrive_count: redriveCount };
      return db.call('begin_offboarding_step', { ...at(offboardingId), ...attempt }, Begun);
    },
    finishStep: ({ offboardingId, step, evidence }) =>
      db.call('finish_offboarding_step', { ...at(offboardingId), p_step: step, p_evidence: evidence }, Nothing),
    failStep: ({ offboardingId, step, error, message }) =>
      db.call('fail_offboarding_step', { ...at(offboardingId), p_step: step, p_error: error, p_message: message }, Nothing),
    cancelRun: (id) => db.call('cancel_run', at(id), StepName.nullable()),
    suspendBusiness: (id) => db.call('suspend_business', at(id), Nothing),
    endMemberships: (id) => db.call('end_memberships', at(id), UserIds),
    quarantineNumber: (id) => db.call('quarantine_number', at(id), z.object({ releaseAfter: Utc })),
    openWait: ({ offboardingId, taskToken }) =>
      db.call('open_release_wait', { ...at(offboardingId), p_task_token: taskToken }, z.object({ decision: Decision.nullable() })),
    closeWait: ({ offboardingId, taskToken }) => db.call('close_release_wait', { ...at(offboardingId), p_task_token: taskToken }, Nothing),
    checkRelease: (id) => db.call('check_release', of(id), Nothing),
    recordReleased: (id) => db.call('record_released', at(id), Nothing),
    complete: (id) => db.call('complete_offboarding', at(id), Nothing),
    restoreBusiness: (id) => db.call('restore_business', at(id), UserIds),
    loginsToRestore: (id) => db.call('logins_to_restore', at(id), LoginsToRestore),
    resumeRun: (id) => db.call('resume_run', of(id), z.boolean()),
    completeUndo: (id) => db.call('complete_undo', at(id), Nothing),
    due: () => db.call('due_offboardings', { p_now: now() }, Due),
    ofExecution: (executionId) => db.call('offboarding_of_execution', { p_execution_id: executionId }, OfExecution.nullable()),
  };
}
