/** SOP step 9, day 1: has the client looked at the dashboard? Else a nudge and a notice. Idempotent: both are claimed once per run. */
import { isLate } from '../shared/check-times';
import { portalLink } from '../shared/link';
import { loginNudgeMail } from '../shared/mail/login-nudge';
import { type MailSettings, mailSettings } from '../shared/mail/settings';
import { notifyOnce } from '../shared/notify-once';
import type { Services } from '../shared/ports';
import { required } from '../shared/required';
import type { Run } from '../shared/run';
import { sendOnce } from '../shared/send-once';
import { ledger, mailer, mailLog, noticeLog, notices } from '../shared/services';
import { step } from '../shared/step';

type Uses = Pick<Services, 'ledger' | 'mailer' | 'mailLog' | 'noticeLog' | 'notices'> & { settings: MailSettings };

export async function checkLogin(run: Run, services: Uses) {
  const { runId, invoiceNumber } = run;
  if (isLate(required(run.checks, 'the time of the check').day1At)) return { evidence: { skipped: 'late' } };
  const { viewedAt } = await services.ledger.firstWeek(runId);
  if (viewedAt) return { evidence: { viewedAt } };
  await notifyOnce({ key: `${runId}:no-login`, ...notice(invoiceNumber) }, services);
  return { evidence: { viewedAt: null, ...(await nudge(run, services)) } };
}

function nudge(run: Run, services: Uses) {
  const { runId } = run;
  const { form } = required(run.onboarding, 'the onboarding form');
  const business = required(run.business, 'the business');
  const { brand, portalUrl } = services.settings;
  const compose = () =>
    loginNudgeMail(brand, {
      firstName: form.firstName,
      businessName: business.name,
      dashboardUrl: portalLink(portalUrl, `/dashboard/${business.id}`),
      signInUrl: portalLink(portalUrl, '/sign-in'),
    });
  return sendOnce({ key: `${runId}:login-nudge`, template: 'login-nudge', runId, to: form.email, compose }, services);
}

function notice(invoiceNumber: string) {
  return {
    subject: `${invoiceNumber}: the client has not logged in yet`,
    body: `The client of ${invoiceNumber} went live and nobody has looked at the dashboard since. A nudge was mailed. A call may help.`,
  };
}

export const handler = step('CheckLogin', checkLogin, { ledger, mailer, mailLog, noticeLog, notices, settings: mailSettings });
