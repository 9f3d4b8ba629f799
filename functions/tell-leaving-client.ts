/** Offboarding, step 5: tells the client what is switched off, and until when it can be undone. Idempotent: the mail is claimed once per offboarding. */
import { leavingMail } from '../shared/mail/leaving';
import { type MailSettings, mailSettings } from '../shared/mail/settings';
import type { Offboarding } from '../shared/offboarding';
import { offboardingStep } from '../shared/offboarding-step';
import type { Services } from '../shared/ports';
import { required } from '../shared/required';
import { sendOnce } from '../shared/send-once';
import { mailer, mailLog, offboardings } from '../shared/services';

type Uses = Pick<Services, 'mailer' | 'mailLog'> & { settings: MailSettings };

export async function tellLeavingClient(offboarding: Offboarding, services: Uses) {
  const { offboardingId, runId, client, number, businessId, retentionMonths } = offboarding;
  const releaseAfter = required(offboarding.releaseAfter, 'the end of the quarantine');
  const compose = () =>
    leavingMail(services.settings.brand, {
      firstName: client.firstName,
      businessName: client.name,
      number: number?.e164 ?? null,
      wasLive: businessId !== null,
      undoUntil: releaseAfter,
      retentionMonths,
    });
  return { evidence: await sendOnce({ key: `${offboardingId}:leaving`, template: 'leaving', runId, to: client.email, compose }, services) };
}

export const handler = offboardingStep('TellLeavingClient', tellLeavingClient, { mailer, mailLog, offboardings, settings: mailSettings });
