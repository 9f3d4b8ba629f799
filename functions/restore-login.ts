/** Undo, step 2: everybody of the business can sign in again, with the password of before. Idempotent: who may sign in may sign in. */
import type { Offboarding } from '../shared/offboarding';
import { offboardingStep } from '../shared/offboarding-step';
import type { Services } from '../shared/ports';
import { identity, offboardings } from '../shared/services';

type Uses = Pick<Services, 'identity' | 'offboardings'>;

export async function restoreLogin({ offboardingId }: Offboarding, { identity, offboardings }: Uses) {
  // Done by the step before: now it only answers whom it concerns.
  const userIds = await offboardings.restoreBusiness(offboardingId);
  for (const userId of userIds) await identity.allowSignIn(userId);
  return { evidence: { people: userIds.length } };
}

export const handler = offboardingStep('RestoreLogin', restoreLogin, { identity, offboardings });
