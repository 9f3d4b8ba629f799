/** Undo, step 1: statuses, number and memberships are as they were before. Idempotent: they are put back once. */
import type { Offboarding } from '../shared/offboarding';
import { offboardingStep } from '../shared/offboarding-step';
import type { Services } from '../shared/ports';
import { offboardings } from '../shared/services';

export async function restoreBusiness({ offboardingId, number }: Offboarding, { offboardings }: Pick<Services, 'offboardings'>) {
  const people = await offboardings.restoreBusiness(offboardingId);
  return { evidence: { number: number?.e164 ?? null, people: people.length } };
}

export const handler = offboardingStep('RestoreBusiness', restoreBusiness, { offboardings });
