/**
 * Undo, step 4: provisioning that was stopped half way goes on where it stopped, and the offboarding is over.
 * Idempotent: an execution that runs already goes on. One that stopped more than 14 days ago is the operator's to re-issue, who is told once.
 */
import { notifyOnce } from '../shared/notify-once';
import type { Offboarding } from '../shared/offboarding';
import { offboardingStep } from '../shared/offboarding-step';
import type { Services } from '../shared/ports';
import { executions, noticeLog, notices, offboardings } from '../shared/services';

type Uses = Pick<Services, 'executions' | 'noticeLog' | 'notices' | 'offboardings'>;

export async function completeUndo(offboarding: Offboarding, services: Uses) {
  const { offboardingId } = offboarding;
  const provisioning = await resume(offboarding, services);
  await services.offboardings.completeUndo(offboardingId);
  return { evidence: { provisioning } };
}

/** The checklist's words. */
async function resume(offboarding: Offboarding, services: Uses): Promise<string> {
  const { offboardingId, provisioningExecutionId } = offboarding;
  if (!(await services.offboardings.resumeRun(offboardingId)) || !provisioningExecutionId) return 'was complete';
  const outcome = await services.executions.redrive(provisioningExecutionId);
  if (outcome !== 'too-late') return 'goes on';
  await askToReissue(offboarding, services);
  return 'to be re-issued';
}

async function askToReissue({ offboardingId, invoiceNumber, stoppedStep }: Offboarding, services: Uses): Promise<void> {
  const subject = `${invoiceNumber}: re-issue the run - action needed`;
  const body = [
    `The offboarding of the client with invoice ${invoiceNumber} is undone.`,
    `Provisioning had stopped at ${stoppedStep ?? 'an unknown step'} more than 14 days ago, so its execution cannot be redriven any more.`,
    '',
    'Do: re-issue the run. See docs/runbook.md, "Re-issue".',
  ].join('\n');
  await notifyOnce({ key: `offboarding/${offboardingId}/re-issue`, subject, body }, services);
}

export const handler = offboardingStep('CompleteUndo', completeUndo, { executions, noticeLog, notices, offboardings });
