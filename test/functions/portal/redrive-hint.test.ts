import { redriveHint } from '../../../functions/portal/operator/redrive-hint';
import type { RunPage, Standing } from '../../../functions/portal/operator/operator';

const DAY_MS = 86_400_000;
const hint = (waitingFor: Standing['waitingFor'], days: number) =>
  redriveHint({
    report: { invoiceNumber: 'INV-0042', executionId: 'arn:aws:states:ap-southeast-2:1:execution:coresentia-prod-provisioning:one' },
    standing: { waitingFor, since: null, sinceMs: days * DAY_MS, isStuck: true },
  } as RunPage);

test.each([
  ['operator', 14, false],
  ['operator', 15, true],
  ['machine', 15, true],
  ['client', 44, false],
  ['client', 45, true],
  ['schedule', 99, false],
  [null, 99, false],
] as const)('a run that waits for %s for %d days is to be re-issued: %s', (waitingFor, days, isTold) => {
  expect(hint(waitingFor, days)?.includes('npm run re-issue -- INV-0042 --stage prod') ?? false).toBe(isTold);
});
