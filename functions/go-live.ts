/** SOP step 8: the client is live, and the first week's checks are scheduled. Idempotent: the first time of going live stays, and the checks follow from it. */
import { checkTimes } from '../shared/check-times';
import { metric } from '../shared/metrics';
import type { Services } from '../shared/ports';
import { required } from '../shared/required';
import type { Run } from '../shared/run';
import { ledger } from '../shared/services';
import { step } from '../shared/step';

export async function goLive(run: Run, { ledger }: Pick<Services, 'ledger'>) {
  const { timeZone } = required(run.business, 'the business');
  const { liveAt } = await ledger.goLive(run.runId);
  metric('TimeToLive', (Date.parse(liveAt) - Date.parse(run.createdAt)) / 1000, { runId: run.runId });
  const checks = checkTimes(liveAt, timeZone);
  await ledger.scheduleChecks({ runId: run.runId, ...checks });
  return { evidence: { liveAt, ...checks }, output: { ...checks } };
}

export const handler = step('GoLive', goLive, { ledger });
