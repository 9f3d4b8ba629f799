/** SOP step 2: reviews the form and tells the operator what looks odd; never blocks. Idempotent: one notice per run. */
import { notifyOnce } from '../shared/notify-once';
import type { Services } from '../shared/ports';
import { required } from '../shared/required';
import { oddities } from '../shared/review';
import type { Run } from '../shared/run';
import { ledger, noticeLog, notices } from '../shared/services';
import { step } from '../shared/step';

type Uses = Pick<Services, 'ledger' | 'noticeLog' | 'notices'>;

export async function reviewOnboarding(run: Run, services: Uses) {
  const { runId, invoiceNumber } = run;
  const { businessId, submittedAt, form } = required(run.onboarding, 'the onboarding form');
  // Woken while AwaitOnboarding's function was dying, its row would say `running` for ever.
  await services.ledger.finishStep({ runId, step: 'AwaitOnboarding', evidence: { businessId, submittedAt } });
  const odd = oddities(form, run.client.email);
  if (odd.length > 0) await notifyOnce({ key: `${runId}:odd-onboarding`, ...notice(invoiceNumber, odd) }, services);
  return { evidence: { businessId, submittedAt, oddities: odd.length, flags: odd.join('; ') || null } };
}

function notice(invoiceNumber: string, odd: string[]) {
  return {
    subject: `${invoiceNumber}: the onboarding form looks odd`,
    body: [
      `Something in the onboarding form of ${invoiceNumber} looks odd:`,
      ...odd.map((flag) => `- ${flag}`),
      'Provisioning goes on. Look at the run on the operator’s board: approve the submission there, or ask the client and correct it.',
    ].join('\n'),
  };
}

export const handler = step('ReviewOnboarding', reviewOnboarding, { ledger, noticeLog, notices });
