/** Undo, step 3: tells the client that everything is on again. Idempotent: claimed once per offboarding, and only if the client was told of the end. */
import { returningMail } from '../shared/mail/returning';
import { type MailSettings, mailSettings } from '../shared/mail/settings';
import type { Offboarding } from '../shared/offboarding';
import { offboardingStep } from '../shared/offboarding-step';
import { portalLink } from '../shared/link';
import type { Services } from '../shared/ports';
import { sendOnce } from '../shared/send-once';
import { mailer, mailLog, offboardings } from '../shared/services';

type Uses = Pick<Services, 'mailer' | 'mailLog'> & { settings: MailSettings };

export async function tellReturningClient(offboarding: Offboarding, services: Uses) {
  const { offboardingId, runId, client, number, businessId, stoppedStep, wasTold } = offboarding;
  if (!wasTold) return { evidence: { skipped: 'the client was never told' } };
  const { brand, portalUrl } = services.settings;
  const compose = () =>
    returningMail(brand, {
      firstName: client.firstName,
      businessName: client.name,
      number: number?.e164 ?? null,
      dashboardUrl: businessId && portalLink(portalUrl, `/dashboard/${businessId}`),
      isUnfinished: stoppedStep !== null,
    });
  return {
    evidence: await sendOnce({ key: `${offboardingId}:returning`, template: 'returning', runId, to: client.email, compose }, services),
  };
}

export const handler = offboardingStep('TellReturningClient', tellReturningClient, {
  mailer,
  mailLog,
  offboardings,
  settings: mailSettings,
});
