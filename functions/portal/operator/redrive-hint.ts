/** What is left to do with a run whose execution can no longer be redriven. Pure. */
import { partsOf } from '../../../shared/execution-arn';
import { stageFlag } from '../../../shared/stage';
import type { RunPage } from './operator';

const DAY_MS = 86_400_000;
/** https://docs.aws.amazon.com/step-functions/latest/dg/redrive-executions.html */
const REDRIVE_MS = 14 * DAY_MS;
/** AwaitOnboarding's own time-out comes before its execution ends. */
const FORM_MS = 30 * DAY_MS;

/** Undefined while a redrive may help, or nothing is wrong. */
export function redriveHint({ report, standing }: Pick<RunPage, 'report' | 'standing'>): string | undefined {
  const { waitingFor, sinceMs } = standing;
  if (waitingFor === null || waitingFor === 'schedule') return undefined;
  if (sinceMs <= REDRIVE_MS + (waitingFor === 'client' ? FORM_MS : 0)) return undefined;
  return `Redriving is over after 14 days. Once the cause is mended: npm run re-issue -- ${report.invoiceNumber}${stageFlag(partsOf(report.executionId ?? '').stage)}`;
}
