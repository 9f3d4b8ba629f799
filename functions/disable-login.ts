/**
 * Offboarding, step 3: nobody of this business sees it any more, and whoever signs in nowhere else cannot sign in.
 * Idempotent: the memberships are kept once for an undo, and blocking somebody twice blocks once.
 */
import type { Offboarding } from '../shared/offboarding';
import { offboardingStep } from '../shared/offboarding-step';
import type { Services } from '../shared/ports';
import { identity, offboardings } from '../shared/services';

type Uses = Pick<Services, 'identity' | 'offboardings'>;

export async function disableLogin({ offboardingId }: Offboarding, { identity, offboardings }: Uses) {
  const userIds = await offboardings.endMemberships(offboardingId);
  for (const userId of userIds) await identity.blockSignIn(userId);
  return { evidence: { blocked: userIds.length } };
}

export const handler = offboardingStep('DisableLogin', disableLogin, { identity, offboardings });
