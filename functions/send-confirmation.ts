/** SOP step 1: mails "Great! Let's get you set up…" with the link to the form. Idempotent: the mail is claimed once per run. */
import { newInviteLink } from '../shared/fresh-links';
import { confirmationMail } from '../shared/mail/confirmation';
import { type MailSettings, mailSettings } from '../shared/mail/settings';
import type { Services } from '../shared/ports';
import type { Run } from '../shared/run';
import { sendOnce } from '../shared/send-once';
import { ledger, mailer, mailLog, onboardings } from '../shared/services';
import { step } from '../shared/step';

type Uses = Pick<Services, 'mailer' | 'mailLog' | 'onboardings'> & { settings: MailSettings };

export async function sendConfirmation(run: Run, services: Uses) {
  const { runId, client } = run;
  const compose = () => invitation(run, services);
  const evidence = await sendOnce({ key: `${runId}:confirmation`, template: 'confirmation', runId, to: client.email, compose }, services);
  return { evidence };
}

async function invitation({ runId, client }: Run, { onboardings, settings }: Uses) {
  const { url, tokenHash } = await newInviteLink({ runId, portalUrl: settings.portalUrl }, { onboardings });
  const { offer } = await onboardings.invite(tokenHash);
  return confirmationMail(settings.brand, { firstName: client.firstName, formUrl: url, hasEarlierForm: offer !== null });
}

export const handler = step('SendConfirmation', sendConfirmation, { ledger, mailer, mailLog, onboardings, settings: mailSettings });
