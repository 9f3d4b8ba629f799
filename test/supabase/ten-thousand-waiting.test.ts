import { nextClient, waitingCrowd } from './crowd';
import { migratedPostgres, type Postgres } from './postgres';

const CROWD = 10_000;
let crowded: Postgres;
beforeAll(async () => {
  crowded = await migratedPostgres();
  await waitingCrowd(crowded, CROWD);
  await nextClient(crowded, 0);
}, 400_000);
afterAll(() => crowded?.close());

/** Rows that were read by looking through tables from one end to the other. */
async function lookedThrough(): Promise<number> {
  await crowded.query('select pg_stat_force_next_flush()');
  const [row] = await crowded.query('select sum(seq_tup_read)::int as rows from pg_stat_user_tables');
  return Number(row?.['rows']);
}

test('ten thousand clients who wait at once are not looked through for the next one', async () => {
  const before = await lookedThrough();
  for (let index = 1; index <= 5; index += 1) await nextClient(crowded, index);
  expect((await lookedThrough()) - before).toBeLessThan(CROWD / 2);
}, 200_000);

test('and all of them are reminded in one call', async () => {
  const before = await lookedThrough();
  const due = (await crowded.rpc('due_onboardings', { p_now: '2026-11-23T01:00:00Z' })) as { reminders: unknown[] };
  expect(due.reminders.length).toBeGreaterThanOrEqual(CROWD);
  expect(await lookedThrough()).toBeGreaterThan(before);
}, 200_000);
