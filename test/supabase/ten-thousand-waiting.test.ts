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

test('and whoever was reminded is not asked about again every hour', async () => {
  const hour = '2026-11-23T01:00:00Z';
  const sendTo = (count: number, status: string) =>
    crowded.query(
      `insert into public.email_messages (key, template, run_id, to_address, status, claimed_at, sent_at)
       select r.id || ':reminder-1', 'reminder-1', r.id, 'x@example.com', $1, $2, case when $1 = 'delivered' then $2::timestamptz end from public.provisioning_runs r
        where r.business_id is null and not exists (select from public.email_messages m where m.key = r.id || ':reminder-1') order by r.id limit $3`,
      [status, hour, count],
    );
  const due = async () => ((await crowded.rpc('due_onboardings', { p_now: hour })) as { reminders: unknown[] }).reminders.length;
  const all = await due();
  await sendTo(9000, 'delivered');
  await sendTo(10, 'unknown');
  await sendTo(10, 'released');
  expect(await due()).toBe(all - 9000);
  // The third day's is another mail.
  const later = (await crowded.rpc('due_onboardings', { p_now: '2026-11-25T01:00:00Z' })) as { reminders: unknown[] };
  expect(later.reminders).toHaveLength(all);
}, 200_000);
