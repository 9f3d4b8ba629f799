/** Offboarding, step 2: the business is suspended, so that its number answers honestly and its assistant is quiet. Idempotent: what it was before is kept once. */
import type { Offboarding } from '../shared/offboarding';
import { offboardingStep } from '../shared/offboarding-step';
import type { Services } from '../shared/ports';
import { offboardings } from '../shared/services';

export async function suspendBusiness({ offboardingId, businessId }: Offboarding, { offboardings }: Pick<Services, 'offboardings'>) {
  await offboardings.suspendBusiness(offboardingId);
  return { evidence: { business: businessId } };
}

export const handler = offboardingStep('SuspendBusiness', suspendBusiness, { offboardings });
