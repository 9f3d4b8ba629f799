/**
 * Offboarding, step 1: provisioning begins no step any more, and one that is at work comes to its own end.
 * Idempotent: an execution that is over stays as it is, and a run that is cancelled stays cancelled.
 */
import { TransientError } from '../shared/errors';
import type { Offboarding } from '../shared/offboarding';
import { offboardingStep } from '../shared/offboarding-step';
import type { Services } from '../shared/ports';
import { executions, offboardings } from '../shared/services';

type Uses = Pick<Services, 'executions' | 'offboardings'>;

/** Stopping first: a step that begins after the run is cancelled would fail, and raise an alarm. */
export async function stopProvisioning(offboarding: Offboarding, { executions, offboardings }: Uses) {
  const { offboardingId, provisioningExecutionId, runStatus } = offboarding;
  if (runStatus !== 'completed' && provisioningExecutionId)
    await executions.stop(provisioningExecutionId, 'the client is being offboarded');
  const atWork = await offboardings.cancelRun(offboardingId);
  if (atWork) throw new TransientError(`${atWork} is still at work`, { code: 'StepAtWork' });
  return { evidence: { provisioning: runStatus === 'completed' ? 'was complete' : 'stopped' } };
}

export const handler = offboardingStep('StopProvisioning', stopProvisioning, { executions, offboardings });
