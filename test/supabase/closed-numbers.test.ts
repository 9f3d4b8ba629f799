/** Numbers that nobody answers any more: in quarantine, or of a suspended business. */
import { aTenant } from './a-business';
import { migratedPostgres, type Postgres } from './postgres';

const start = Date.parse('2026-11-23T00:00:00Z');
const after = (hours: number) => new Date(start + hours * 3600_000).toISOString();
let postgres: Postgres;
let count = 0;
beforeAll(async () => {
  postgres = await migratedPostgres();
  await aTenant(postgres, 1);
  await aTenant(postgres, 2);
  await postgres.query(
    `update public.phone_numbers set state = 'quarantined', quarantined_at = $1, quarantined_until = $2 where e164 = '+61480000001'`,
    [after(0), after(30 * 24)],
  );
  await postgres.query(`update public.businesses set status = 'suspended'`);
});
afterAll(() => postgres.close());

const aPhone = () => `+6149100${String((count += 1)).padStart(4, '0')}`;
async function text([to, from]: [to: string, from: string], body: string, { hours = 0, kind = 'text' } = {}) {
  const sid = `SM-test-${(count += 1)}`;
  const message = { p_message_sid: sid, p_from: from, p_to: to, p_body: body, p_media_count: 0, p_kind: kind, p_now: after(hours) };
  return { sid, answer: await postgres.rpc('receive_message', message) };
}
const silent = { outcome: 'silent' };

describe.each([
  ['in quarantine', '+61480000001', 'quarantined'],
  ['of a suspended business', '+61480000002', 'suspended'],
])('a number %s', (_, number, reason) => {
  test('says so once a day, keeps what is written, and alerts nobody', async () => {
    const from = aPhone();
    const first = await text([number, from], 'Hi, gas leak');
    expect(first.answer).toEqual({ outcome: 'closed', reason });
    const recorded = await postgres.rpc('record_reply', { p_in_reply_to: first.sid, p_body: 'Nobody is here', p_now: after(0) });
    expect(recorded).toMatchObject({ outcome: 'recorded', body: 'Nobody is here' });
    expect((await text([number, from], 'Hello?', { hours: 1 })).answer).toEqual(silent);
    expect((await text([number, from], 'Hello??', { hours: 25 })).answer).toEqual({ outcome: 'closed', reason });
    const stored = await postgres.query(
      `select m.body from public.messages m join public.leads l on l.id = m.lead_id where l.phone = $1 order by m.id`,
      [from],
    );
    expect(stored.map(({ body }) => body)).toEqual(['Hi, gas leak', 'Nobody is here', 'Hello?', 'Hello??']);
    expect(await postgres.rpc('unannounced_leads', { p_now: after(26) })).toEqual([]);
  });

  test('says nothing to whom has opted out, to keywords, machines, names and numbers of our own', async () => {
    const from = aPhone();
    expect((await text([number, from], 'STOP')).answer).toEqual(silent);
    expect((await text([number, from], 'Hi')).answer).toEqual(silent);
    expect((await text([number, aPhone()], 'HELP')).answer).toEqual(silent);
    expect((await text([number, aPhone()], 'I am driving', { kind: 'machine' })).answer).toEqual(silent);
    expect((await text([number, 'MyBank'], 'Hi')).answer).toEqual(silent);
    expect((await text([number, number === '+61480000001' ? '+61480000002' : '+61480000001'], 'Hi')).answer).toEqual(silent);
  });

  test('rings nobody, keeps the call, and texts nobody back', async () => {
    const call = { p_call_sid: `CA${(count += 1)}`, p_from: aPhone(), p_to: number, p_forwarded: false, p_now: after(0) };
    expect(await postgres.rpc('receive_call', call)).toEqual({ outcome: 'closed', reason });
    expect(await postgres.rpc('end_call', { p_call_sid: call.p_call_sid, p_answered: true, p_now: after(0) })).toBe('missed');
    expect(await postgres.rpc('claim_text_back', { p_call_sid: call.p_call_sid, p_body: 'Sorry', p_now: after(0) })).toBeNull();
  });
});

test('a lead who had an answer while the client was still here hears the truth at once, then once a day', async () => {
  const { runId } = await aTenant(postgres, 3);
  const number = '+61480000003';
  const from = aPhone();
  const answered = async (sid: string, hours: number) =>
    postgres.rpc('record_reply', { p_in_reply_to: sid, p_body: 'An answer', p_now: after(hours) });
  await answered((await text([number, from], 'Can you come on Monday?', { hours: 1 })).sid, 1);
  await postgres.query(
    `insert into public.offboardings (run_id, client_id, reason, started_by, started_by_name, started_at, suspended_at)
     select r.id, r.client_id, 'sold', gen_random_uuid(), 'Maya', $2, $2 from public.provisioning_runs r where r.id = $1`,
    [runId, after(2)],
  );
  await postgres.query(`update public.businesses set status = 'suspended' where run_id = $1`, [runId]);
  const next = await text([number, from], 'See you on Monday then', { hours: 3 });
  expect(next.answer).toEqual({ outcome: 'closed', reason: 'suspended' });
  await answered(next.sid, 3);
  expect((await text([number, from], 'OK?', { hours: 26 })).answer).toEqual(silent);
  expect((await text([number, from], 'OK??', { hours: 28 })).answer).toEqual({ outcome: 'closed', reason: 'suspended' });
});
