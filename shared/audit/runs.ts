/** Runs that stand longer than they should, by whom they wait for and at which step. Pure. */
import type { AuditedOffboarding, AuditedRun } from '../ports/audits';
import type { StepName } from '../run';
import type { Finding, FindingKind } from './finding';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

/** A failed run was told of at once. Redrive ends after 14 days. The newest of these that is reached holds. */
const failedFor: { days: number; kind: FindingKind }[] = [
  { days: 14, kind: 'run-past-redrive' },
  { days: 11, kind: 'run-redrive-ending' },
  { days: 2, kind: 'run-failed' },
];
/** The reminders go on days 1, 3 and 7. */
const SILENT_DAYS = 10;
/** A Lambda takes 15 minutes at most. VerifySystem's retriers wait for 5, a mail's for 15. */
const usualMinutes = 30;
const unusualMinutes: Partial<Record<StepName, number>> = {
  SendConfirmation: 45,
  SendWelcome: 45,
  CheckLogin: 45,
  CheckSmsActivity: 45,
  FollowUp: 45,
};

export function auditRuns(runs: readonly AuditedRun[], now: Date): Finding[] {
  return runs.flatMap((run): Finding[] => {
    const { runId, invoiceNumber } = run;
    const kind = kindOf(run, now.getTime() - Date.parse(run.since));
    const since = `${run.since.slice(0, 16).replace('T', ' ')} UTC`;
    return kind ? [{ kind, subject: runId, runId, invoiceNumber, detail: `${invoiceNumber} stands at ${run.step} since ${since}` }] : [];
  });
}

function kindOf({ waitingFor, step }: AuditedRun, ageMs: number): FindingKind | undefined {
  if (waitingFor === 'operator') return failedFor.find(({ days }) => ageMs >= days * DAY_MS)?.kind;
  if (waitingFor === 'client') return ageMs >= SILENT_DAYS * DAY_MS ? 'client-silent' : undefined;
  const minutes = unusualMinutes[step] ?? usualMinutes;
  return waitingFor === 'machine' && ageMs > minutes * MINUTE_MS ? 'run-stuck' : undefined;
}

/** Every step is a matter of minutes, and a failure was told of at once. What waits for a person's decision is not among them. */
export function auditOffboardings(offboardings: readonly AuditedOffboarding[], now: Date): Finding[] {
  return offboardings.flatMap(({ offboardingId, runId, invoiceNumber, step, isFailed, since }): Finding[] => {
    if (now.getTime() - Date.parse(since) < (isFailed ? 2 * DAY_MS : 60 * MINUTE_MS)) return [];
    const where = step ? `${isFailed ? 'failed at' : 'stands after'} ${step}` : 'has not begun';
    const detail = `the offboarding of ${invoiceNumber} ${where}, nothing since ${since.slice(0, 16).replace('T', ' ')} UTC`;
    return [{ kind: 'offboarding-stuck', subject: offboardingId, runId, invoiceNumber, detail }];
  });
}
