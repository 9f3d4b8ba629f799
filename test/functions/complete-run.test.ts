import { completeRun } from '../../functions/complete-run';
import { aRun } from '../fakes/a-run';
import { fakeLedger } from '../fakes/ledger';

test('completes the run once though the response is lost', async () => {
  const times = ['2026-11-29T00:00:00Z', '2026-11-30T00:00:00Z'];
  const ledger = fakeLedger({ loseResponseOf: 'completeRun', now: () => times.shift() ?? '' });
  await expect(completeRun(aRun(), { ledger })).rejects.toMatchObject({ name: 'TransientError' });
  expect(await completeRun(aRun(), { ledger })).toEqual({ evidence: { invoiceNumber: 'INV-0042' } });
  expect(ledger.seen.completedAt).toBe('2026-11-29T00:00:00Z');
});
