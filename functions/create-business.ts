/** SOP step 4: the row in `businesses`, with the onboarding's businessId. Idempotent: the id is the key. */
import type { Services } from '../shared/ports';
import { required } from '../shared/required';
import type { Run } from '../shared/run';
import { ledger } from '../shared/services';
import { step } from '../shared/step';

export async function createBusiness(run: Run, { ledger }: Pick<Services, 'ledger'>) {
  const { businessId } = required(run.onboarding, 'the onboarding form');
  await ledger.createBusiness(run.runId);
  return { evidence: { businessId } };
}

export const handler = step('CreateBusiness', createBusiness, { ledger });
