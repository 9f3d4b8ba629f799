/**
 * Offboarding, step 4: the number is nobody's for 30 days, and stays ours; its webhooks stay, so that whoever texts it hears the truth.
 * Idempotent: the quarantine begins once. A number whose purchase was never recorded is found by the run's tag.
 */
import type { Offboarding } from '../shared/offboarding';
import { offboardingStep } from '../shared/offboarding-step';
import type { Services } from '../shared/ports';
import { runTag } from '../shared/purchase';
import { numberReservations, offboardings, telephony } from '../shared/services';

type Uses = Pick<Services, 'numberReservations' | 'offboardings' | 'telephony'>;

export async function quarantineNumber(offboarding: Offboarding, services: Uses) {
  const found = await recordUnknown(offboarding, services);
  const { releaseAfter } = await services.offboardings.quarantineNumber(offboarding.offboardingId);
  return { evidence: { number: found ?? offboarding.number?.e164 ?? null, releaseAfter } };
}

/** Provisioning may have died between Twilio's answer and our record of it. */
async function recordUnknown({ runId, number }: Offboarding, { numberReservations, telephony }: Uses): Promise<string | undefined> {
  if (number?.sid) return undefined;
  const bought = await telephony.findByTag(runTag(runId));
  if (!bought) return undefined;
  const { e164, sid } = bought;
  await numberReservations.record({ runId, e164, sid, state: 'owned' });
  return e164;
}

export const handler = offboardingStep('QuarantineNumber', quarantineNumber, { numberReservations, offboardings, telephony });
