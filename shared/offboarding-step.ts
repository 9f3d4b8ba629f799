/** What every step of the offboarding machine has in common: check the input, note the attempt, run, note the evidence. */
import * as z from 'zod';
import { log } from './log';
import type { Offboarding, OffboardingStep } from './offboarding';
import type { Offboardings } from './ports/offboardings';
import { type Factories, make, type StepResult } from './step';

/** What the ASL passes to every step; `taskToken` to AwaitRelease only. */
export const OffboardingInput = z.object({
  offboardingId: z.guid(),
  executionId: z.string(),
  redriveCount: z.int().nonnegative().default(0),
  taskToken: z.string().optional(),
});
export type OffboardingInput = z.infer<typeof OffboardingInput>;

/** A step's own work. It throws to fail. */
export type OffboardingWork<S> = (offboarding: Offboarding, services: S, input: OffboardingInput) => Promise<StepResult>;

/** The steps towards the quarantine: once somebody has undone the offboarding, they have nothing to do any more. */
const leaving: ReadonlySet<OffboardingStep> = new Set([
  'StopProvisioning',
  'SuspendBusiness',
  'DisableLogin',
  'QuarantineNumber',
  'TellLeavingClient',
]);

/** The Lambda handler of a step. `claim: 'taken'`: another execution has this offboarding, nothing was done. */
export function offboardingStep<S extends object>(
  name: OffboardingStep,
  work: OffboardingWork<S>,
  factories: Factories<S & { offboardings: Offboardings }>,
) {
  return async (event: unknown): Promise<Record<string, string>> => {
    const input = OffboardingInput.parse(event);
    const services = await make(factories);
    const { offboardingId } = input;
    try {
      const begun = await services.offboardings.beginStep({ ...input, step: name });
      if (begun.claim === 'taken') return { claim: 'taken' };
      const { evidence, output } = await perform(name, begun.offboarding, () => work(begun.offboarding, services, input));
      await services.offboardings.finishStep({ offboardingId, step: name, evidence });
      log.info('offboarding step done', { step: name, offboardingId });
      return { claim: 'yours', ...output };
    } catch (error) {
      await noteFailure(services.offboardings, { offboardingId, step: name, error });
      throw error;
    }
  };
}

/** Runs the step, unless there is nothing left to leave. */
async function perform(name: OffboardingStep, { decision }: Offboarding, work: () => Promise<StepResult>): Promise<StepResult> {
  return decision === 'undo' && leaving.has(name) ? { evidence: { skipped: 'the offboarding was undone' } } : work();
}

/** Best effort: the error that Step Functions must see is the step's own. */
async function noteFailure(
  offboardings: Offboardings,
  failed: { offboardingId: string; step: OffboardingStep; error: unknown },
): Promise<void> {
  const { offboardingId, step, error } = failed;
  const { name, message } = error instanceof Error ? error : new Error('a step threw something that is no error');
  log.warn('offboarding step failed', { step, offboardingId, error: name });
  try {
    await offboardings.failStep({ offboardingId, step, error: name, message });
  } catch {
    log.error('the failure could not be noted in the checklist', { step, offboardingId });
  }
}
