import { median, nextClient, waitingCrowd } from './crowd';
import { migratedPostgres, type Postgres } from './postgres';

let [empty, crowded]: Postgres[] = [];
beforeAll(async () => {
  [empty, crowded] = await Promise.all([migratedPostgres(), migratedPostgres()]);
  await waitingCrowd(crowded!, 10_000);
}, 400_000);
afterAll(() => Promise.all([empty?.close(), crowded?.close()]));

test('ten thousand clients who wait at once do not slow the next one down', async () => {
  const took = { empty: [] as number[], crowded: [] as number[] };
  // In turns, so that whatever else the machine does falls on both.
  for (let index = 0; index < 25; index += 1) {
    took.empty.push(await nextClient(empty!, index));
    took.crowded.push(await nextClient(crowded!, index));
  }
  const ratio = median(took.crowded) / median(took.empty);
  // A single look through ten thousand rows would make it ten and more.
  expect(ratio).toBeLessThan(2.5);
}, 200_000);

test('and all of them are reminded in one call', async () => {
  const due = (await crowded!.rpc('due_onboardings', { p_now: '2026-11-23T01:00:00Z' })) as { reminders: unknown[] };
  expect(due.reminders.length).toBeGreaterThanOrEqual(10_000);
});
