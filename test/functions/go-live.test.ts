import { goLive } from '../../functions/go-live';
import { aRun, businessId } from '../fakes/a-run';
import { fakeLedger } from '../fakes/ledger';

const checks = { day1At: '2026-11-22T23:00:00.000Z', day3At: '2026-11-24T23:00:00.000Z', day7At: '2026-11-28T23:00:00.000Z' };

test('goes live and schedules the checks at 10:00 in Sydney', async () => {
  const ledger = fakeLedger();
  const liveAt = '2026-11-22T03:00:00.000Z';
  expect(await goLive(aRun(), { ledger })).toEqual({ evidence: { liveAt, ...checks }, output: checks });
  expect(ledger.seen).toMatchObject({ liveAt, checks });
});

test.each(['goLive', 'scheduleChecks'] as const)('keeps its first time though the response to %s is lost', async (loseResponseOf) => {
  const times = ['2026-11-22T03:00:00.000Z', '2026-11-25T03:00:00.000Z'];
  const ledger = fakeLedger({ loseResponseOf, now: () => times.shift() ?? '' });
  await expect(goLive(aRun(), { ledger })).rejects.toMatchObject({ name: 'TransientError' });
  expect((await goLive(aRun(), { ledger })).output).toEqual(checks);
});

test("uses the business's own time zone", async () => {
  const business = { id: businessId, name: 'Out West', timeZone: 'Australia/Perth' };
  const { output } = await goLive(aRun({ business }), { ledger: fakeLedger() });
  expect(output.day1At).toBe('2026-11-23T02:00:00.000Z');
});

test('stops when there is no business', async () => {
  await expect(goLive(aRun({ business: null }), { ledger: fakeLedger() })).rejects.toMatchObject({ name: 'BusinessDataMissing' });
});
