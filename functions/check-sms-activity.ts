/** SOP step 9, day 3: has a real SMS come in? Else tips. Idempotent: the mail is claimed once per run. */
import { isLate } from '../shared/check-times';
import { type MailSettings, mailSettings } from '../shared/mail/settings';
import { smsTipsMail } from '../shared/mail/sms-tips';
import type { Services } from '../shared/ports';
import { required } from '../shared/required';
import type { Run } from '../shared/run';
import { sendOnce } from '../shared/send-once';
import { ledger, mailer, mailLog } from '../shared/services';
import { step } from '../shared/step';

type Uses = Pick<Services, 'ledger' | 'mailer' | 'mailLog'> & { settings: MailSettings };

export async function checkSmsActivity(run: Run, services: Uses) {
  if (isLate(required(run.checks, 'the time of the check').day3At)) return { evidence: { skipped: 'late' } };
  const { inboundCount } = await services.ledger.firstWeek(run.runId);
  if (inboundCount > 0) return { evidence: { inboundCount } };
  return { evidence: { inboundCount, ...(await tips(run, services)) } };
}

function tips(run: Run, services: Uses) {
  const { runId } = run;
  const { form } = required(run.onboarding, 'the onboarding form');
  const compose = () =>
    smsTipsMail(services.settings.brand, {
      firstName: form.firstName,
      businessName: required(run.business, 'the business').name,
      number: required(run.number, 'the number').e164,
    });
  return sendOnce({ key: `${runId}:sms-tips`, template: 'sms-tips', runId, to: form.email, compose }, services);
}

export const handler = step('CheckSmsActivity', checkSmsActivity, { ledger, mailer, mailLog, settings: mailSettings });
