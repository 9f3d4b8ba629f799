/**
 * Offboarding, after `release`: gives the number back to Twilio, for good.
 * Idempotent: a number that is gone is gone. Asks the database whether a second person has confirmed it, whoever has woken the execution.
 */
import { TerminalError } from '../shared/errors';
import type { Offboarding } from '../shared/offboarding';
import { offboardingStep } from '../shared/offboarding-step';
import type { Services } from '../shared/ports';
import { offboardings, telephony } from '../shared/services';

type Uses = Pick<Services, 'offboardings' | 'telephony'>;

export async function releaseNumber({ offboardingId, number }: Offboarding, { offboardings, telephony }: Uses) {
  await offboardings.checkRelease(offboardingId);
  const outcome = await release(number, telephony);
  await offboardings.recordReleased(offboardingId);
  return { evidence: { number: number?.e164 ?? null, outcome } };
}

/** Null: none was ever bought, or an earlier attempt has recorded that it is gone. */
async function release(number: Offboarding['number'], telephony: Services['telephony']): Promise<string> {
  if (!number?.sid) return 'there is no number';
  if (number.state !== 'quarantined') throw new TerminalError('ReleaseNotConfirmed', `the number is ${number.state}, not in quarantine`);
  return telephony.release(number.sid);
}

export const handler = offboardingStep('ReleaseNumber', releaseNumber, { offboardings, telephony });
