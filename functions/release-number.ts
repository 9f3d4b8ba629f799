/**
 * Offboarding, after `release`: gives the number back to Twilio, for good.
 * Idempotent: a number that is gone is gone. Asks the database whether a second person has confirmed it, whoever has woken the execution.
 */
import { TerminalError } from '../shared/errors';
import { log } from '../shared/log';
import type { Offboarding } from '../shared/offboarding';
import { offboardingStep } from '../shared/offboarding-step';
import type { Services } from '../shared/ports';
import { offboardings, telephony } from '../shared/services';

type Uses = Pick<Services, 'offboardings' | 'telephony'>;

export async function releaseNumber({ offboardingId, number }: Offboarding, { offboardings, telephony }: Uses) {
  await offboardings.checkRelease(offboardingId);
  if (number?.sid && number.state !== 'released') await release({ ...number, sid: number.sid }, telephony);
  await offboardings.recordReleased(offboardingId);
  // The same whoever has done it: this attempt or one whose answer was lost.
  return { evidence: { number: number?.e164 ?? null } };
}

async function release({ sid, state }: { sid: string; state: string }, telephony: Services['telephony']): Promise<void> {
  if (state !== 'quarantined') throw new TerminalError('ReleaseNotConfirmed', `the number is ${state}, not in quarantine`);
  log.info('number released', { sid, outcome: await telephony.release(sid) });
}

export const handler = offboardingStep('ReleaseNumber', releaseNumber, { offboardings, telephony });
