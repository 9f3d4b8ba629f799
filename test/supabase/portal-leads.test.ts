import type { LeadThread } from '../../functions/portal/member/leads';
import { randomUUID } from 'node:crypto';
import { aPortal, type Portal, setClock, sunday } from './portal';
import { service } from './postgres';

let portal: Portal;
let businessId: string;
beforeAll(async () => {
  setClock(sunday);
  portal = await aPortal();
  businessId = portal.mine.businessId;
});
afterAll(async () => {
  jest.useRealTimers();
  await portal.postgres.close();
});

const list = (search: string, changes = {}) => portal.owner.leadList({ businessId, search, show: 'all', page: 1, ...changes });
const phonesOf = async (search: string, changes = {}) => (await list(search, changes))?.leads.map(({ phone }) => phone);
const rows = (sql: string, parameters: unknown[] = []) => portal.postgres.query(sql, parameters);

describe('the list of leads', () => {
  let leadId: string;
  beforeAll(async () => {
    leadId = await portal.aLead('+61411222333', { at: '2026-11-21T00:00:00Z', body: 'My 100%_sure boiler leaks' });
    await rows(`update public.leads set name = 'Pat O''Neil' where id = $1`, [leadId]);
  });

  test.each([
    ['a name, whatever its case', 'pat o'],
    ['a text', 'boiler'],
    ['a number with its spaces', '0411 222 333'],
    ['a number in E.164', '+61411222333'],
    ['signs that patterns use, literally', '100%_s'],
  ])('is searched by %s', async (_what, search) => {
    expect(await phonesOf(search)).toEqual(['+61411222333']);
  });

  test.each(['nobody', '%', '_zzz', '\\', "'; drop table leads"])('shows nobody for %j', async (search) => {
    expect(await phonesOf(search)).toEqual(search === '%' ? ['+61411222333'] : []);
  });

  test('shows won and lost apart from what is open', async () => {
    expect(await portal.owner.markLead({ businessId, leadId }, 'won')).toBe('done');
    expect(await phonesOf('', { show: 'won' })).toEqual(['+61411222333']);
    expect(await phonesOf('', { show: 'open' })).not.toContain('+61411222333');
    expect(await portal.owner.markLead({ businessId, leadId }, null)).toBe('done');
    expect(await phonesOf('', { show: 'won' })).toEqual([]);
  });

  test('has pages of 25, newest first, that together are all', async () => {
    for (let index = 0; index < 30; index += 1)
      await portal.aLead(`+614200000${String(index).padStart(2, '0')}`, {
        at: new Date(Date.parse(sunday) - index * 60_000).toISOString(),
      });
    const pages = [await list(''), await list('', { page: 2 }), await list('', { page: 3 })];
    expect(pages.map((page) => page?.leads.length)).toEqual([25, pages[0]!.total - 25, 0]);
    const all = pages.flatMap((page) => page?.leads ?? []);
    expect(new Set(all.map(({ id }) => id)).size).toBe(pages[0]!.total);
    const times = all.map(({ lastMessageAt }) => lastMessageAt!);
    expect(times).toEqual(times.toSorted().toReversed());
  });
});

test('a long conversation comes in pages of fifty, the newest first', async () => {
  const leadId = await portal.aLead('+61434000001', { body: 'text 0' });
  for (let text = 1; text < 120; text += 1) await portal.aText(leadId, { direction: 'inbound', at: sunday, body: `text ${text}` });
  const pages: unknown[] = [];
  let before: string | null = null;
  for (let page = 0; page < 3; page += 1) {
    const thread: LeadThread = (await portal.owner.leadThread({ businessId, leadId }, before))!;
    const { messages, hasEarlier, hasLater, total } = thread;
    pages.push([messages[0]?.body, messages.at(-1)?.body, messages.length, hasEarlier, hasLater, total]);
    before = messages[0]?.id ?? null;
  }
  expect(pages).toEqual([
    ['text 70', 'text 119', 50, true, false, 120],
    ['text 20', 'text 69', 50, true, true, 120],
    ['text 0', 'text 19', 20, false, true, 120],
  ]);
});

const claim = (messageId: string) =>
  portal.postgres.rpc('claim_manual_reply', { p_message_id: messageId, p_now: sunday }, service) as Promise<{ outcome: string }>;
const record = (messageId: string, status: string, sid: string | null) =>
  portal.postgres.rpc('record_manual_reply', { p_message_id: messageId, p_status: status, p_message_sid: sid, p_now: sunday }, service);

describe('a text by hand', () => {
  let leadId: string;
  const formKey = randomUUID();
  beforeAll(async () => {
    leadId = await portal.aLead('+61433000001');
  });

  test('is recorded once per form, takes the conversation over, and is claimed once', async () => {
    const first = await portal.staff.writeReply({ businessId, leadId }, { body: ' On my way ', formKey });
    const again = await portal.staff.writeReply({ businessId, leadId }, { body: 'On my way', formKey });
    expect(again).toEqual(first);
    const { messageId } = first as { messageId: string };
    const thread = await portal.owner.leadThread({ businessId, leadId });
    expect(thread?.lead.takenOverAt).not.toBeNull();
    expect(thread?.messages.at(-1)).toMatchObject({ body: 'On my way', byHand: true, delivery: 'pending' });
    expect(await claim(messageId)).toEqual({ outcome: 'claimed', from: '+61480000001', to: '+61433000001', body: 'On my way' });
    expect(await claim(messageId)).toMatchObject({ outcome: 'unconfirmed' });
    await record(messageId, 'sent', 'SM-hand-1');
    expect(await claim(messageId)).toMatchObject({ outcome: 'sent' });
    await record(messageId, 'failed', null);
    expect((await portal.owner.leadThread({ businessId, leadId }))?.messages.at(-1)?.delivery).toBe('sent');
    expect(await portal.owner.takeOver({ businessId, leadId }, false)).toBe('done');
    expect((await portal.owner.leadThread({ businessId, leadId }))?.lead.takenOverAt).toBeNull();
  });

  test.each([
    ['nothing', '  ', 'length'],
    ['too much', 'x'.repeat(1001), 'length'],
  ])('is refused with %s in it', async (_what, body, reason) => {
    expect(await portal.owner.writeReply({ businessId, leadId }, { body, formKey: randomUUID() })).toBe(reason);
  });

  test('is refused to who opted out, also between writing and sending', async () => {
    const written = (await portal.owner.writeReply({ businessId, leadId }, { body: 'Hi', formKey: randomUUID() })) as { messageId: string };
    await rows('update public.leads set opted_out = true, opted_out_at = $2 where id = $1', [leadId, sunday]);
    expect(await portal.owner.writeReply({ businessId, leadId }, { body: 'Hi', formKey: randomUUID() })).toBe('opted-out');
    expect(await claim(written.messageId)).toMatchObject({ outcome: 'failed' });
  });

  test('to nobody’s message is nothing', async () => {
    expect(await claim('999999')).toBeNull();
  });
});

describe('deleting a lead', () => {
  test('takes every text, keeps the booking without the name and the opt-out as a hash', async () => {
    const phone = '+61444555666';
    const leadId = await portal.aLead(phone, { body: 'STOP' });
    await rows(`update public.leads set opted_out = true, opted_out_at = $2, name = 'Gone' where id = $1`, [leadId, sunday]);
    await rows(
      `insert into public.bookings (business_id, lead_id, title, starts_at, ends_at, created_at) values ($1, $2, 'Gone, 5 High St', $3, $3::timestamptz + interval '1 hour', $3)`,
      [businessId, leadId, '2026-12-01T00:00:00Z'],
    );
    expect(await portal.owner.deleteLead({ businessId, leadId })).toBe('done');
    expect(await rows('select from public.messages where lead_id = $1', [leadId])).toEqual([]);
    expect(await rows(`select title, lead_id from public.bookings where starts_at = '2026-12-01T00:00:00Z'`)).toEqual([
      { title: 'Booking of a deleted lead', lead_id: null },
    ]);
    const trail = await portal.owner.auditTrail(businessId, 1);
    expect(trail?.entries[0]).toMatchObject({ action: 'deleted a lead', actor: 'c1@example.com', detail: { leadId, texts: 1 } });
    expect(JSON.stringify(trail)).not.toContain(phone);
    // Nowhere in the database is the number left.
    const tables = await rows(`select relname from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r'`);
    for (const { relname } of tables)
      expect([relname, await rows(`select from public.${String(relname)} t where t::text like '%444555666%'`)]).toEqual([relname, []]);
    // The same number writes again: still opted out, until it opts in.
    const again = await portal.aLead(phone);
    expect(await rows('select opted_out from public.leads where id = $1', [again])).toEqual([{ opted_out: true }]);
    await rows('update public.leads set opted_out = false, opted_out_at = null where id = $1', [again]);
    expect(await rows('select from public.opt_out_hashes')).toEqual([]);
  });

  test('is for good: neither Twilio’s log nor a repeated webhook brings it back', async () => {
    const [sid, another] = ['SM-to-be-deleted', 'SM-never-seen'];
    const { phoneNumber } = (await portal.owner.frame(businessId))!.business;
    const receive = (messageSid: string) =>
      portal.postgres.rpc(
        'receive_message',
        { p_message_sid: messageSid, p_from: '+61444555888', p_to: phoneNumber, p_body: 'My address …', p_media_count: 0, p_now: sunday },
        service,
      );
    await receive(sid);
    const [lead] = await rows('select id from public.leads where phone = $1', ['+61444555888']);
    expect(await portal.owner.deleteLead({ businessId, leadId: String(lead?.id) })).toBe('done');
    const unsettled = { p_message_sids: JSON.stringify([sid, another]), p_now: sunday };
    expect(await portal.postgres.rpc('unsettled_messages', unsettled, service)).toEqual([another]);
    expect(await receive(sid)).toEqual({ outcome: 'silent' });
    expect(await rows('select from public.leads where phone = $1', ['+61444555888'])).toEqual([]);
    expect(await rows('select from public.messages where message_sid = $1', [sid])).toEqual([]);
    // Who writes again is a new lead.
    expect(await receive(another)).toMatchObject({ outcome: 'reply' });
    // After thirty days nothing can bring a text back, and nothing is kept of it.
    await portal.postgres.rpc('purge_portal_leftovers', { p_now: '2026-12-21T23:59:59Z' }, service);
    expect(await receive(sid)).toEqual({ outcome: 'silent' });
    await portal.postgres.rpc('purge_portal_leftovers', { p_now: '2099-01-01T00:00:00Z' }, service);
    expect(await rows('select from public.erased_messages')).toEqual([]);
  });

  test('of another business is not found and changes nothing', async () => {
    const leadId = await portal.aLead('+61444555777');
    expect(await portal.other.deleteLead({ businessId, leadId })).toBe('not-found');
    expect(await portal.other.deleteLead({ businessId: portal.theirs.businessId, leadId })).toBe('not-found');
    expect(await rows('select from public.leads where id = $1', [leadId])).toHaveLength(1);
  });
});

test('what is exported is all there is, or the newest fifty thousand and how many there are', async () => {
  const { businessId: theirs } = portal.theirs;
  const small = await portal.other.exportLeads(theirs);
  expect([small?.total, small?.rows.length]).toEqual([1, 1]);
  await rows(
    `with new as (insert into public.leads (business_id, phone, created_at) values ($1, '+61466000001', '2030-01-01') returning id)
     insert into public.messages (business_id, lead_id, direction, body, created_at)
     select $1, id, 'outbound', 'x', '2030-01-01' from new, generate_series(1, 50000)`,
    [theirs],
  );
  const large = await portal.other.exportLeads(theirs);
  expect([large?.total, large?.rows.length, new Set(large?.rows.map(({ phone }) => phone))]).toEqual([
    50_001,
    50_000,
    new Set(['+61466000001']),
  ]);
  expect(await portal.other.exportLeads(businessId)).toBeNull();
});

const purge = (now: string) => portal.postgres.rpc('purge_old_leads', { p_limit: 100, p_now: now }, service);
const exists = async (leadId: string) => (await rows('select from public.leads where id = $1', [leadId])).length === 1;

describe('retention', () => {
  test('deletes after 24 months or what the business chose, and not a lead with work to come', async () => {
    const [old, booked] = [
      await portal.aLead('+61455000001', { at: '2020-01-15T00:00:00Z' }),
      await portal.aLead('+61455000002', { at: '2020-01-15T00:00:00Z' }),
    ];
    await rows(
      `insert into public.bookings (business_id, lead_id, title, starts_at, ends_at, created_at) values ($1, $2, 'x', '2022-02-01', '2022-02-02', $3)`,
      [businessId, booked, sunday],
    );
    expect(await purge('2022-01-14T23:59:59Z')).toBe(0);
    expect(await purge('2022-01-15T00:00:01Z')).toBe(1);
    expect([await exists(old), await exists(booked)]).toEqual([false, true]);
    const young = await portal.aLead('+61455000003', { at: '2021-12-15T00:00:00Z' });
    expect(await portal.owner.changeRetention(businessId, 1)).toBe('done');
    expect(await purge('2022-01-20T00:00:00Z')).toBe(1);
    expect([await exists(young), await exists(booked)]).toEqual([false, true]);
    expect(await portal.owner.changeRetention(businessId, 0)).toBe('months');
    expect(await portal.owner.changeRetention(businessId, 24)).toBe('done');
  });
});
