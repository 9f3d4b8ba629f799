import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { statDefinitions } from '../../functions/portal/stats';
import { aPortal, type Portal, setClock } from './portal';

/** Thursday 12:00 in Sydney. */
const now = '2026-11-26T01:00:00Z';
let portal: Portal;
const stats = async () => (await portal.owner.dashboard(portal.mine.businessId))!.stats;

beforeAll(async () => {
  setClock(now);
  portal = await aPortal();
  await portal.postgres.query(`update public.businesses set time_zone = 'Australia/Sydney'`);
});
beforeEach(async () => {
  await portal.postgres.query('delete from public.bookings');
  await portal.postgres.query('delete from public.leads');
});
afterAll(async () => {
  jest.useRealTimers();
  await portal.postgres.close();
});

test('docs/stats.md says what the page says', () => {
  const docs = readFileSync(join(__dirname, '../../docs/stats.md'), 'utf8');
  for (const { title, definition } of Object.values(statDefinitions)) expect(docs).toContain(`| ${title} | ${definition} |`);
});

test('with nothing to measure the rates are empty', async () => {
  expect(await stats()).toEqual({ leadsThisWeek: 0, conversations: 0, replyRate: null, medianFirstResponseSeconds: null, bookings: 0 });
});

test('a week begins on Monday at midnight by the business’s clock', async () => {
  await portal.aLead('+61410000001', { at: '2026-11-22T12:59:59Z' });
  expect((await stats()).leadsThisWeek).toBe(0);
  await portal.aLead('+61410000002', { at: '2026-11-22T13:00:00Z' });
  expect((await stats()).leadsThisWeek).toBe(1);
});

test('thirty days begin at midnight thirty days ago, today included, across the change of clocks', async () => {
  await portal.aLead('+61410000001', { at: '2026-10-27T12:59:59Z' });
  expect((await stats()).conversations).toBe(0);
  await portal.aLead('+61410000002', { at: '2026-10-27T13:00:00Z' });
  expect((await stats()).conversations).toBe(1);
});

test('reply rate counts who had an answer; the median counts first texts within hours', async () => {
  // 10:00, 11:00 and 20:00 in Sydney on Wednesday; answered after 60 s, 120 s, 9 h; and one never.
  const [quick, slow, night] = [
    await portal.aLead('+61410000001', { at: '2026-11-24T23:00:00Z' }),
    await portal.aLead('+61410000002', { at: '2026-11-25T00:00:00Z' }),
    await portal.aLead('+61410000003', { at: '2026-11-25T09:00:00Z' }),
  ];
  await portal.aLead('+61410000004', { at: '2026-11-25T00:00:00Z' });
  await portal.aText(quick, { direction: 'outbound', at: '2026-11-24T23:01:00Z' });
  await portal.aText(slow, { direction: 'outbound', at: '2026-11-25T00:02:00Z' });
  await portal.aText(slow, { direction: 'outbound', at: '2026-11-25T00:03:00Z' });
  await portal.aText(night, { direction: 'outbound', at: '2026-11-25T18:00:00Z' });
  expect(await stats()).toMatchObject({ conversations: 4, replyRate: 0.75, medianFirstResponseSeconds: 90 });
});

test('a text by hand that was not sent is no answer', async () => {
  const leadId = await portal.aLead('+61410000001', { at: '2026-11-25T00:00:00Z' });
  const { businessId } = portal.mine;
  await portal.owner.writeReply({ businessId, leadId }, { body: 'Hi', formKey: '11111111-1111-4111-8111-111111111111' });
  expect((await stats()).replyRate).toBe(0);
  await portal.postgres.query(`update public.manual_replies set status = 'sent'`);
  expect((await stats()).replyRate).toBe(1);
});

test.each(['is_test', 'is_demo', 'is_trial'] as const)('a lead that %s counts nowhere', async (label) => {
  const leadId = await portal.aLead('+61410000001', { at: '2026-11-25T00:00:00Z', label });
  await portal.postgres.query(
    `insert into public.bookings (business_id, lead_id, title, starts_at, ends_at, created_at) values ($1, $2, 'x', '2026-12-01', '2026-12-02', $3)`,
    [portal.mine.businessId, leadId, now],
  );
  expect(await stats()).toEqual({ leadsThisWeek: 0, conversations: 0, replyRate: null, medianFirstResponseSeconds: null, bookings: 0 });
});

const insert = (changes: string) =>
  portal.postgres.query(
    `insert into public.bookings (business_id, title, starts_at, ends_at, created_at, status, is_demo) values ($1, 'x', '2026-12-01', '2026-12-02', ${changes})`,
    [portal.mine.businessId],
  );

test('bookings count when they were made, unless cancelled or the demo', async () => {
  await insert(`'2026-11-20', 'booked', false`);
  await insert(`'2026-11-20', 'done', false`);
  await insert(`'2026-11-20', 'cancelled', false`);
  await insert(`'2026-11-20', 'booked', true`);
  await insert(`'2026-10-01', 'booked', false`);
  expect((await stats()).bookings).toBe(2);
});

test('a text of ours before the lead’s first one is no answer to it; the next one is', async () => {
  const leadId = await portal.aLead('+61410000001', { at: '2026-11-24T23:10:00Z' });
  const missedCall = await portal.aLead('+61410000002', { at: '2026-11-20T23:00:00Z' });
  await portal.postgres.query('delete from public.messages where lead_id = $1', [missedCall]);
  await portal.aText(missedCall, { direction: 'outbound', at: '2026-11-24T23:00:00Z' });
  await portal.aText(missedCall, { direction: 'inbound', at: '2026-11-24T23:10:00Z' });
  expect(await stats()).toMatchObject({ conversations: 2, replyRate: 0, medianFirstResponseSeconds: null });
  for (const id of [leadId, missedCall]) await portal.aText(id, { direction: 'outbound', at: '2026-11-24T23:10:30Z' });
  expect(await stats()).toMatchObject({ conversations: 2, replyRate: 1, medianFirstResponseSeconds: 30 });
});

test('a thousand leads are counted as one is, and the page lists ten', async () => {
  const { businessId } = portal.mine;
  await portal.postgres.query(
    `with l as (insert into public.leads (business_id, phone, created_at, last_message_at)
       select $1, '+6142' || lpad(i::text, 7, '0'), $2::timestamptz - i * interval '1 minute', $2::timestamptz from generate_series(1, 1000) i
       returning id, business_id, created_at)
     insert into public.messages (business_id, lead_id, direction, body, message_sid, created_at)
     select business_id, id, case when n % 2 = 1 then 'inbound' else 'outbound' end, 'text', id || '-' || n, created_at + n * interval '10 seconds'
       from l, generate_series(1, 6) n`,
    [businessId, now],
  );
  const { leads } = (await portal.owner.dashboard(businessId))!;
  expect(leads).toHaveLength(10);
  expect(await stats()).toEqual({ leadsThisWeek: 1000, conversations: 1000, replyRate: 1, medianFirstResponseSeconds: 10, bookings: 0 });
});
