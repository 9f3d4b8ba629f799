/**
 * SOP step 2: waits for the form. A callback Task: the portal wakes it when the form comes, this function itself if the form is already there.
 * Idempotent: each attempt stores its own task token. The checklist says `waiting` after the function until the form is stored.
 */
import type { Services } from '../shared/ports';
import type { Run } from '../shared/run';
import { required } from '../shared/required';
import { executions, ledger, onboardings } from '../shared/services';
import { type StepInput, step } from '../shared/step';

type Uses = Pick<Services, 'executions' | 'onboardings'>;

export async function awaitOnboarding({ runId }: Run, { executions, onboardings }: Uses, input: Pick<StepInput, 'taskToken'>) {
  const taskToken = required(input.taskToken, 'the task token');
  const { submitted } = await onboardings.openWait({ runId, taskToken });
  if (submitted) {
    // 'gone' is as good: a later attempt has its own token and looks first, too.
    await executions.sendTaskSuccess(taskToken, {});
    await onboardings.closeWait({ runId, taskToken });
  }
  return { evidence: { formAlreadyThere: submitted } };
}

export const handler = step('AwaitOnboarding', awaitOnboarding, { executions, ledger, onboardings });
