/**
 * Offboarding, step 6: waits for an operator's decision. A callback Task: the operator's board wakes it, this function itself if it was decided before.
 * Idempotent: each attempt stores its own task token.
 */
import type { Offboarding } from '../shared/offboarding';
import { offboardingStep, type OffboardingInput } from '../shared/offboarding-step';
import type { Services } from '../shared/ports';
import { required } from '../shared/required';
import { executions, offboardings } from '../shared/services';

type Uses = Pick<Services, 'executions' | 'offboardings'>;

export async function awaitRelease({ offboardingId }: Offboarding, services: Uses, input: Pick<OffboardingInput, 'taskToken'>) {
  const taskToken = required(input.taskToken, 'the task token');
  const { decision } = await services.offboardings.openWait({ offboardingId, taskToken });
  if (decision) {
    // 'gone' is as good: a later attempt has its own token and looks first, too.
    await services.executions.sendTaskSuccess(taskToken, { decision });
    await services.offboardings.closeWait({ offboardingId, taskToken });
  }
  return { evidence: { decision } };
}

export const handler = offboardingStep('AwaitRelease', awaitRelease, { executions, offboardings });
