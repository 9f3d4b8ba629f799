/** Offboarding, after `release`: the client is cancelled, the business closed, and what was kept for an undo is forgotten. Idempotent. */
import type { Offboarding } from '../shared/offboarding';
import { offboardingStep } from '../shared/offboarding-step';
import type { Services } from '../shared/ports';
import { offboardings } from '../shared/services';

export async function completeOffboarding({ offboardingId }: Offboarding, { offboardings }: Pick<Services, 'offboardings'>) {
  await offboardings.complete(offboardingId);
  return { evidence: {} };
}

export const handler = offboardingStep('CompleteOffboarding', completeOffboarding, { offboardings });
