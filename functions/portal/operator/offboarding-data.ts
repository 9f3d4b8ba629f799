/** Offboardings as the signed-in operator sees and decides them: to anybody else every one of these is null or `not-found`. */
import * as z from 'zod';
import { Decision, OffboardingStep } from '../../../shared/offboarding';
import { isId, type MemberDatabase, now, Utc } from '../member/database';

/**
 * `startedByMe`: its release must be confirmed by somebody else. `stoppedStep`: where provisioning stopped. `isDue`: the quarantine is over, nobody has decided.
 * `endedAt`: the operator was told that its execution has ended, and nothing has begun since.
 */
export const OffboardingSummary = z.object({
  offboardingId: z.guid(),
  runId: z.guid(),
  reason: z.string(),
  executionId: z.string().nullable(),
  startedBy: z.string(),
  startedByMe: z.boolean(),
  startedAt: Utc,
  releaseAfter: Utc.nullable(),
  decision: Decision.nullable(),
  decidedBy: z.string().nullable(),
  decidedAt: Utc.nullable(),
  completedAt: Utc.nullable(),
  undoneAt: Utc.nullable(),
  stoppedStep: z.string().nullable(),
  runWas: z.string().nullable(),
  failedStep: OffboardingStep.nullable(),
  isDue: z.boolean(),
  endedAt: Utc.nullable(),
  mayStartAgain: z.boolean(),
  invoiceNumber: z.string(),
  clientName: z.string(),
  businessName: z.string().nullable(),
  phoneNumber: z.string().nullable(),
});
export type OffboardingSummary = z.infer<typeof OffboardingSummary>;

/** The checklist's rows in order. */
export const OffboardingReport = OffboardingSummary.extend({
  steps: z.array(
    z.object({
      step: OffboardingStep,
      status: z.enum(['pending', 'running', 'waiting', 'done', 'failed']),
      attempts: z.int(),
      finishedAt: Utc.nullable(),
      evidence: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
      error: z.string().nullable(),
      errorMessage: z.string().nullable(),
    }),
  ),
});
export type OffboardingReport = z.infer<typeof OffboardingReport>;

export const OffboardingList = z.object({ operatorName: z.string(), offboardings: z.array(OffboardingSummary) });
export type OffboardingList = z.infer<typeof OffboardingList>;

/** One run and its offboardings, newest first. `isUnmoved`: its number was adopted and still points at the hand-made system. */
export const RunOffboardings = z.object({
  operatorName: z.string(),
  runId: z.guid(),
  invoiceNumber: z.string(),
  clientName: z.string(),
  clientStatus: z.string(),
  businessName: z.string().nullable(),
  phoneNumber: z.string().nullable(),
  isUnmoved: z.boolean(),
  offboardings: z.array(OffboardingReport),
});
export type RunOffboardings = z.infer<typeof RunOffboardings>;

/** What the database answers to a change: done with what belongs to it, why it is refused, or that there is nothing of the kind. */
function outcome<const Reason extends string, More extends z.ZodRawShape>(reasons: readonly Reason[], more: More) {
  return z
    .union([
      z.object({ outcome: z.literal('done'), ...more }),
      z.object({ outcome: z.literal('refused'), reason: z.enum(reasons) }).transform(({ reason }) => reason),
    ])
    .nullable()
    .transform((answer) => answer ?? ('not-found' as const));
}

const Started = outcome(['reason', 'confirmation', 'already', 'not-moved'], { offboardingId: z.guid() });
const Decided = outcome(['decision', 'decided', 'same-person', 'too-early', 'confirmation'], { taskToken: z.string().nullable() });
const Restarted = outcome(['over', 'under-way'], {});

export function offboardingsOf(db: MemberDatabase) {
  return {
    offboardings: () => db.call('operator_offboardings', { p_now: now() }, OffboardingList.nullable()),
    runOffboardings: async (runId: string): Promise<RunOffboardings | null> =>
      isId(runId) ? db.call('operator_run_offboardings', { p_run_id: runId, p_now: now() }, RunOffboardings.nullable()) : null,
    /** `confirmation`: invoice number or business name, typed. The caller announces it on the bus. */
    offboard: (wish: { runId: string; confirmation: string; reason: string }) =>
      db.call(
        'operator_offboard',
        { p_run_id: wish.runId, p_confirmation: wish.confirmation, p_reason: wish.reason, p_now: now() },
        Started,
      ),
    /** `taskToken`: the wait that the caller wakes; null if the execution is not there yet, and looks when it is. */
    decideOffboarding: (wish: { offboardingId: string; decision: Decision; confirmation: string }) =>
      db.call(
        'operator_decide_offboarding',
        { p_offboarding_id: wish.offboardingId, p_decision: wish.decision, p_confirmation: wish.confirmation, p_now: now() },
        Decided,
      ),
    /** Frees it for a new execution; the caller announces it again. */
    restartOffboarding: (offboardingId: string) =>
      db.call('operator_restart_offboarding', { p_offboarding_id: offboardingId, p_now: now() }, Restarted),
  };
}
