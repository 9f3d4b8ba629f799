/** SOP step 8: the welcome mail with number, dashboard and way in. Idempotent: the mail is claimed once per run, and the link is made only if it is sent. */
import { newSignInLink } from '../shared/fresh-links';
import { portalLink } from '../shared/link';
import { type MailSettings, mailSettings } from '../shared/mail/settings';
import { welcomeMail } from '../shared/mail/welcome';
import type { Services } from '../shared/ports';
import { required } from '../shared/required';
import type { Run } from '../shared/run';
import { sendOnce } from '../shared/send-once';
import { ledger, logins, mailer, mailLog } from '../shared/services';
import { step } from '../shared/step';

type Uses = Pick<Services, 'logins' | 'mailer' | 'mailLog'> & { settings: MailSettings };

export async function sendWelcome(run: Run, services: Uses) {
  const { runId } = run;
  const { email } = required(run.onboarding, 'the onboarding form').form;
  const compose = () => welcome(run, services);
  return { evidence: await sendOnce({ key: `${runId}:welcome`, template: 'welcome', runId, to: email, compose }, services) };
}

async function welcome(run: Run, services: Uses) {
  const { brand, portalUrl } = services.settings;
  const business = required(run.business, 'the business');
  return welcomeMail(brand, {
    firstName: required(run.onboarding, 'the onboarding form').form.firstName,
    businessName: business.name,
    number: required(run.number, 'the number').e164,
    dashboardUrl: portalLink(portalUrl, `/dashboard/${business.id}`),
    setPasswordUrl: await setPasswordUrl(run, services),
  });
}

/** Null for somebody who has a password here: a link by mail would be a second way in that nobody asked for. */
async function setPasswordUrl({ login }: Run, { logins, settings }: Uses): Promise<string | null> {
  const { userId, existedBefore } = required(login, 'the login');
  if (existedBefore) return null;
  const link = await newSignInLink({ userId: required(userId, 'the user id'), portalUrl: settings.portalUrl }, { logins });
  return link.url;
}

export const handler = step('SendWelcome', sendWelcome, { ledger, logins, mailer, mailLog, settings: mailSettings });
