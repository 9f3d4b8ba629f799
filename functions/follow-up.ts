/** SOP step 9, day 7: "How's it going? Any questions?" Idempotent: the mail is claimed once per run. */
import { isLate } from '../shared/check-times';
import { portalLink } from '../shared/link';
import { followUpMail } from '../shared/mail/follow-up';
import { type MailSettings, mailSettings } from '../shared/mail/settings';
import type { Services } from '../shared/ports';
import { required } from '../shared/required';
import type { Run } from '../shared/run';
import { sendOnce } from '../shared/send-once';
import { ledger, mailer, mailLog } from '../shared/services';
import { step } from '../shared/step';

type Uses = Pick<Services, 'mailer' | 'mailLog'> & { settings: MailSettings };

export async function followUp(run: Run, services: Uses) {
  const { runId } = run;
  if (isLate(required(run.checks, 'the time of the check').day7At)) return { evidence: { skipped: 'late' } };
  const { form } = required(run.onboarding, 'the onboarding form');
  const business = required(run.business, 'the business');
  const { brand, portalUrl } = services.settings;
  const dashboardUrl = portalLink(portalUrl, `/dashboard/${business.id}`);
  const compose = () => followUpMail(brand, { firstName: form.firstName, businessName: business.name, dashboardUrl });
  return { evidence: await sendOnce({ key: `${runId}:follow-up`, template: 'follow-up', runId, to: form.email, compose }, services) };
}

export const handler = step('FollowUp', followUp, { ledger, mailer, mailLog, settings: mailSettings });
