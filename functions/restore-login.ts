/**
 * Undo, step 2: everybody whose login was closed can sign in again, with the password of before; whom somebody had blocked by hand before stays blocked as long as then.
 * Idempotent: who may sign in may sign in.
 */
import type { Offboarding } from '../shared/offboarding';
import { offboardingStep } from '../shared/offboarding-step';
import type { Services } from '../shared/ports';
import { identity, offboardings } from '../shared/services';

type Uses = Pick<Services, 'identity' | 'offboardings'>;

export async function restoreLogin({ offboardingId }: Offboarding, { identity, offboardings }: Uses) {
  const logins = await offboardings.loginsToRestore(offboardingId);
  for (const { userId, blockedUntil } of logins)
    await (blockedUntil ? identity.blockSignIn(userId, new Date(blockedUntil)) : identity.allowSignIn(userId));
  return { evidence: { people: logins.length } };
}

export const handler = offboardingStep('RestoreLogin', restoreLogin, { identity, offboardings });
