import { randomUUID } from 'node:crypto';
import { supabaseCalls } from '../../../../shared/clients/supabase/calls';
import { database, supabaseClient } from '../../../../shared/clients/supabase/database';
import { supabaseLateMessages } from '../../../../shared/clients/supabase/late-messages';
import { supabaseOwnerAlerts } from '../../../../shared/clients/supabase/owner-alerts';
import { supabaseTextLog } from '../../../../shared/clients/supabase/text-log';
import { aForm } from '../../../fakes/a-run';
import { laterBy, type Ports, rowsOf, setTime, start, startPorts } from './ports';

let ports: Ports;
let transport: ReturnType<typeof connect>;
beforeAll(async () => {
  ports = await startPorts();
  transport = connect();
});
beforeEach(() => setTime(start));
afterAll(() => ports.stop());

function connect() {
  const db = database(supabaseClient({ url: ports.rig.supabase.url, secretKey: ports.rig.supabase.secretKey }));
  return { textLog: supabaseTextLog(db), late: supabaseLateMessages(db), alerts: supabaseOwnerAlerts(db), calls: supabaseCalls(db) };
}

let phones = 0;
const aPhone = () => `+6149${String((phones += 1)).padStart(7, '0')}`;
const aSid = () => `SM${randomUUID().replaceAll('-', '')}`;
const tables = (table: string, match: Record<string, string>) => rowsOf(ports.tables, table, match);

/** A lead who has texted, and the reply that was recorded. */
async function aConversation(body = 'Hi', business?: Awaited<ReturnType<Ports['aBusiness']>>) {
  const { e164, businessId } = business ?? (await ports.aBusiness());
  const [messageSid, from] = [aSid(), aPhone()];
  await ports.conversations.receive({ messageSid, from, to: e164, body, mediaCount: 0 });
  await ports.conversations.recordReply({ inReplyTo: messageSid, body: 'Hello' });
  const [lead] = await tables('leads', { business_id: businessId, phone: from });
  const reply = async () => (await tables('messages', { in_reply_to: messageSid }))[0];
  return { e164, businessId, messageSid, from, leadId: String(lead?.id), reply };
}

const report = (ref: string, changes: object = {}) =>
  transport.textLog.recordStatus({ ref, messageSid: aSid(), status: 'sent', errorCode: null, ...changes });

describe('TextLog', () => {
  test('the first report tells the SID, and no earlier status overwrites a later one', async () => {
    const { messageSid: inbound, reply } = await aConversation();
    const messageSid = aSid();
    expect(await report(`reply:${inbound}`, { messageSid, status: 'delivered' })).toBe('recorded');
    expect(await report('', { messageSid, status: 'sent' })).toBe('recorded');
    expect(await report('', { messageSid, status: 'undelivered', errorCode: 30_003 })).toBe('recorded');
    expect(await reply()).toMatchObject({ message_sid: messageSid, status: 'delivered', error_code: null });
  });

  test('a second text for one reply is not ours to count', async () => {
    const { messageSid: inbound, reply } = await aConversation();
    const first = aSid();
    await report(`reply:${inbound}`, { messageSid: first });
    expect(await report(`reply:${inbound}`)).toBe('unknown');
    expect(await reply()).toMatchObject({ message_sid: first });
  });

  test.each(['', 'reply:SM0', 'message:0', 'message:x', 'alert:x', 'reply:'])('nothing of ours is called “%s”', async (ref) => {
    expect(await report(ref)).toBe('unknown');
  });

  test('who has opted out at Twilio has opted out', async () => {
    const { messageSid: inbound, leadId } = await aConversation();
    await report(`reply:${inbound}`, { messageSid: null, status: 'failed', errorCode: 21_610 });
    expect(await tables('leads', { id: leadId })).toMatchObject([{ opted_out: true }]);
  });
});

describe('LateMessages', () => {
  test('of many claims to send a reply one gets it, and a released one can be claimed again', async () => {
    const { messageSid } = await aConversation();
    const claims = await Promise.all(Array.from({ length: 8 }, () => transport.late.claimReply(messageSid)));
    const [claim, ...more] = claims.filter((one) => one !== undefined);
    expect([claim?.body, more]).toEqual(['Hello', []]);
    await transport.textLog.release(claim?.ref ?? '');
    expect(await transport.late.claimReply(messageSid)).toEqual(claim);
  });

  test('a reply that Twilio has reported on is not sent again, nor one to a lead who has opted out', async () => {
    const [sent, stopped] = [await aConversation(), await aConversation()];
    await transport.textLog.recordStatus({ ref: `reply:${sent.messageSid}`, messageSid: aSid(), status: 'sent', errorCode: null });
    await ports.conversations.receive({ messageSid: aSid(), from: stopped.from, to: stopped.e164, body: 'STOP', mediaCount: 0 });
    expect(await transport.late.claimReply(sent.messageSid)).toBeUndefined();
    expect(await transport.late.claimReply(stopped.messageSid)).toBeUndefined();
  });

  test('a late message is shown when it was sent; one that was stored in time is none', async () => {
    const { messageSid } = await aConversation();
    expect(await transport.late.markRecovered({ messageSid, sentAt: new Date(start.getTime() - 5000) })).toBe(false);
    const sentAt = new Date(start.getTime() - 3_600_000);
    expect(await transport.late.markRecovered({ messageSid, sentAt })).toBe(true);
    const [stored] = await tables('messages', { message_sid: messageSid });
    expect(new Date(String(stored?.created_at))).toEqual(sentAt);
  });

  test('what Twilio shows as the answer replaces what was meant to go out', async () => {
    const { messageSid, reply } = await aConversation();
    const sent = [{ body: 'It has arrived', messageSid: aSid() }];
    const settle = (changes: object = {}) => transport.late.settleReply({ inReplyTo: messageSid, sent, isSuperseded: false, ...changes });
    await settle();
    await settle({ sent: [{ body: 'other', messageSid: aSid() }] });
    expect(await reply()).toMatchObject({ body: 'It has arrived', message_sid: sent[0]?.messageSid, status: 'sent' });
  });

  test('a reply that Twilio does not know has not gone out; texts that are known otherwise are no answer', async () => {
    const { messageSid, reply } = await aConversation();
    const other = await aConversation();
    await report(`reply:${other.messageSid}`, { messageSid: 'SM-known' });
    const settle = (sent: { messageSid: string; body: string }[], isSuperseded: boolean) =>
      transport.late.settleReply({ inReplyTo: messageSid, sent, isSuperseded });
    await settle([{ messageSid: 'SM-known', body: 'Hello' }], false);
    expect(await reply()).toMatchObject({ message_sid: null, status: 'failed' });
    expect(await transport.late.unsettled([messageSid])).toEqual([]);
    expect(await transport.late.claimReply(messageSid)).toBeUndefined();
    // Unless Twilio reports on it after all.
    await report(`reply:${messageSid}`, { messageSid: 'SM-late', status: 'delivered' });
    expect(await reply()).toMatchObject({ message_sid: 'SM-late', status: 'delivered' });
  });

  test('once the lead has written again only the recorded words are the answer', async () => {
    const { messageSid, reply } = await aConversation();
    const [another, own] = [aSid(), aSid()];
    const sent = [
      { messageSid: another, body: 'to the newer text' },
      { messageSid: own, body: 'Hello' },
    ];
    await transport.late.settleReply({ inReplyTo: messageSid, sent, isSuperseded: true });
    expect(await reply()).toMatchObject({ message_sid: own, body: 'Hello', status: 'sent' });
  });

  test('a claim of somebody who died is free after ten minutes, and not before', async () => {
    const { messageSid } = await aConversation();
    await transport.late.claimReply(messageSid);
    laterBy({ minutes: 9 });
    expect([await transport.late.unsettled([messageSid]), await transport.late.claimReply(messageSid)]).toEqual([[], undefined]);
    laterBy({ minutes: 2 });
    expect(await transport.late.unsettled([messageSid])).toEqual([messageSid]);
    expect(await transport.late.claimReply(messageSid)).toMatchObject({ body: 'Hello' });
  });

  test('a lead who has written again is known by it', async () => {
    const { messageSid, from, e164: to } = await aConversation();
    const message = { messageSid, from, to, sentAt: start };
    expect(await transport.late.hasNewer(message)).toBe(false);
    laterBy({ seconds: 5 });
    await ports.conversations.receive({ messageSid: aSid(), from, to, body: 'Hello?', mediaCount: 0 });
    expect(await transport.late.hasNewer(message)).toBe(true);
  });

  test('tells which messages are missing, and which number waits longest', async () => {
    const [one, two] = [await aConversation(), await aConversation()];
    await report(`reply:${one.messageSid}`);
    expect(await transport.late.unsettled([one.messageSid, 'SM-missing', two.messageSid])).toEqual(['SM-missing', two.messageSid]);
    await transport.late.recordReconciled({ e164: one.e164, at: start });
    const numbers = await transport.late.numbers();
    const place = (e164: string) => numbers.findIndex((number) => number.e164 === e164);
    expect(place(two.e164)).toBeLessThan(place(one.e164));
    expect(numbers[place(two.e164)]?.since).toEqual(new Date(start.getTime() - 3 * 86_400_000));
    expect(numbers[place(one.e164)]?.since).toEqual(new Date(start.getTime() - 3_600_000));
  });
});

const plan = ({ businessId, leadId, messageSid }: { businessId: string; leadId: string; messageSid: string }, changes: object = {}) =>
  transport.alerts.plan({ businessId, leadId, messageSid, urgent: false, dueAt: new Date(), ...changes });

describe('OwnerAlerts', () => {
  test('one alert per message, by the ways that the form gives', async () => {
    const lead = await aConversation();
    const alertId = await plan(lead);
    expect(await plan(lead)).toBe(alertId);
    const { email, mobile, firstName } = aForm();
    expect(await transport.alerts.due(alertId)).toMatchObject([
      {
        alertId,
        businessId: lead.businessId,
        leadId: lead.leadId,
        from: lead.e164,
        smsTo: mobile,
        emailTo: email,
        firstName,
        stopped: false,
      },
    ]);
  });

  test('within half an hour only an emergency is news, and that once', async () => {
    const lead = await aConversation();
    expect(await plan(lead)).toBeDefined();
    expect(await plan({ ...lead, messageSid: aSid() })).toBeUndefined();
    expect(await plan({ ...lead, messageSid: aSid() }, { urgent: true })).toBeDefined();
    expect(await plan({ ...lead, messageSid: aSid() }, { urgent: true })).toBeUndefined();
    laterBy({ minutes: 31 });
    expect(await plan({ ...lead, messageSid: aSid() })).toBeDefined();
  });

  test('who wants a person is told although the lead is; what waits for the morning may turn out urgent', async () => {
    const lead = await aConversation();
    const morning = new Date(start.getTime() + 3_600_000);
    const alertId = await plan(lead, { reason: 'new', dueAt: morning });
    expect(await plan({ ...lead, messageSid: aSid() }, { reason: 'person', dueAt: morning })).toBeDefined();
    expect(await plan({ ...lead, messageSid: aSid() }, { reason: 'message' })).toBeUndefined();
    expect(await transport.alerts.due(alertId)).toEqual([]);
    expect(await plan(lead, { reason: 'urgent', urgent: true })).toBe(alertId);
    expect(await transport.alerts.due(alertId)).toMatchObject([{ reason: 'urgent', urgent: true }]);
  });

  test('what comes after the client has dealt with the lead is news at once', async () => {
    const lead = await aConversation();
    expect(await plan(lead, { reason: 'urgent', urgent: true })).toBeDefined();
    laterBy({ minutes: 1 });
    expect(await plan({ ...lead, messageSid: aSid() }, { reason: 'urgent', urgent: true })).toBeUndefined();
    await ports.tables.from('leads').update({ taken_over_at: new Date().toISOString() }).eq('id', lead.leadId);
    laterBy({ minutes: 1 });
    expect(await plan({ ...lead, messageSid: aSid() }, { reason: 'urgent', urgent: true })).toBeDefined();
  });

  test('a business that is no client any more is told nothing', async () => {
    const lead = await aConversation();
    const alertId = await plan(lead);
    await ports.tables.from('businesses').update({ status: 'suspended' }).eq('id', lead.businessId);
    expect(await transport.alerts.due(alertId)).toEqual([]);
  });

  test('an alert is due at its time, until it is done', async () => {
    const alertId = await plan(await aConversation(), { dueAt: new Date(start.getTime() + 3_600_000) });
    expect(await transport.alerts.due(alertId)).toEqual([]);
    laterBy({ hours: 1 });
    expect(await transport.alerts.due(alertId)).toHaveLength(1);
    await transport.alerts.finish(alertId ?? '');
    expect(await transport.alerts.due(alertId)).toEqual([]);
  });

  test('of many claims on the text one gets it, and a text that did not arrive is followed by a mail', async () => {
    const lead = await aConversation();
    await ports.tables.from('business_settings').update({ notify_by: 'sms' }).eq('business_id', lead.businessId);
    const alertId = (await plan(lead)) ?? '';
    expect(await transport.alerts.due(alertId)).toMatchObject([{ emailTo: null }]);
    const claims = await Promise.all(Array.from({ length: 8 }, () => transport.alerts.claimSms(alertId)));
    expect(claims.filter(Boolean)).toHaveLength(1);
    await transport.alerts.finish(alertId);
    await transport.textLog.recordStatus({ ref: `alert:${alertId}`, messageSid: aSid(), status: 'undelivered', errorCode: 30_003 });
    expect(await transport.alerts.due(alertId)).toMatchObject([{ smsTo: null, emailTo: aForm().email }]);
  });

  test('the owner’s STOP turns texts off and START turns them on', async () => {
    const business = await ports.aBusiness();
    const owner = { from: aForm().mobile, to: business.e164, mediaCount: 0 };
    const lead = await aConversation('Hi', business);
    const alertId = await plan(lead);
    await ports.conversations.receive({ ...owner, messageSid: aSid(), body: 'STOP' });
    expect(await transport.alerts.due(alertId)).toMatchObject([{ smsTo: null, emailTo: aForm().email, stopped: true }]);
    await ports.conversations.receive({ ...owner, messageSid: aSid(), body: 'START' });
    expect(await transport.alerts.due(alertId)).toMatchObject([{ smsTo: aForm().mobile, stopped: false }]);
  });

  test('another phone of the owner has its own consent', async () => {
    const business = await ports.aBusiness();
    const settings = () => tables('business_settings', { business_id: business.businessId });
    const change = (phone: string | null) =>
      ports.tables.from('business_settings').update({ notify_phone: phone }).eq('business_id', business.businessId);
    await ports.conversations.receive({ messageSid: aSid(), from: aForm().mobile, to: business.e164, body: 'STOP', mediaCount: 0 });
    expect(await settings()).toMatchObject([{ alerts_stopped_at: expect.any(String) }]);
    await change('+61491570123');
    expect(await settings()).toMatchObject([{ alerts_stopped_at: null }]);
    await change(null);
    expect(await settings()).toMatchObject([{ alerts_stopped_at: expect.any(String) }]);
  });

  test('an alert is never texted to a number of ours', async () => {
    const [lead, other] = [await aConversation(), await ports.aBusiness()];
    await ports.tables.from('business_settings').update({ notify_phone: other.e164 }).eq('business_id', lead.businessId);
    expect(await transport.alerts.due(await plan(lead))).toMatchObject([{ smsTo: null, emailTo: aForm().email }]);
  });

  test.each([
    ['sms', { smsTo: aForm().mobile, emailTo: null }],
    ['email', { smsTo: null, emailTo: aForm().email }],
    ['none', { smsTo: null, emailTo: null }],
  ])('%s is what the owner wants', async (notifyBy, ways) => {
    const lead = await aConversation();
    await ports.tables.from('business_settings').update({ notify_by: notifyBy }).eq('business_id', lead.businessId);
    expect(await transport.alerts.due(await plan(lead))).toMatchObject([ways]);
  });

  test('the owner’s own trial is no news', async () => {
    const business = await ports.aBusiness();
    await ports.conversations.receive({ messageSid: 'SM-trial', from: aForm().mobile, to: business.e164, body: 'Hi', mediaCount: 0 });
    const [lead] = await tables('leads', { business_id: business.businessId });
    expect(await plan({ businessId: business.businessId, leadId: String(lead?.id), messageSid: 'SM-trial' })).toBeUndefined();
  });
});

const aCall = (to: string, from = aPhone()) => ({ callSid: `CA${randomUUID()}`, from, to, forwarded: false });
const missed = async (call: ReturnType<typeof aCall>) => {
  await transport.calls.receive(call);
  expect(await transport.calls.end({ callSid: call.callSid, answered: false })).toBe('missed');
  return transport.calls.claimText({ callSid: call.callSid, body: 'Sorry' });
};

describe('Calls', () => {
  test('a call rings the owner, and one of the same caller beside it does not', async () => {
    const { e164 } = await ports.aBusiness();
    const call = aCall(e164);
    const ring = { outcome: 'ring', ringPhone: aForm().mobile, ringSeconds: 18 };
    expect(await transport.calls.receive(call)).toMatchObject(ring);
    expect(await transport.calls.receive(call)).toMatchObject(ring);
    expect(await transport.calls.receive({ ...call, callSid: 'CA-loop' })).toMatchObject({ outcome: 'speak' });
  });

  test.each([
    ['passed on', { forwarded: true }, 'speak'],
    ['of the owner', { from: aForm().mobile }, 'speak'],
    ['to nobody', { to: '+61480999777' }, 'unknown-number'],
  ])('a call %s rings nobody', async (_, changes, outcome) => {
    const { e164 } = await ports.aBusiness();
    expect(await transport.calls.receive({ ...aCall(e164), ...changes })).toMatchObject({ outcome });
  });

  test('a call that comes back while the first is open rings nobody', async () => {
    const { e164 } = await ports.aBusiness();
    const call = aCall(e164);
    expect(await transport.calls.receive(call)).toMatchObject({ outcome: 'ring' });
    laterBy({ seconds: 20 });
    expect(await transport.calls.receive(aCall(e164, call.from))).toMatchObject({ outcome: 'speak' });
    laterBy({ minutes: 3 });
    expect(await transport.calls.receive(aCall(e164, call.from))).toMatchObject({ outcome: 'ring' });
  });

  test('a call to a suspended business is told so and never texted back', async () => {
    const { e164, businessId } = await ports.aBusiness();
    await ports.tables.from('businesses').update({ status: 'suspended' }).eq('id', businessId);
    const call = aCall(e164);
    expect(await transport.calls.receive(call)).toEqual({ outcome: 'closed', reason: 'suspended' });
    expect(await transport.calls.end({ callSid: call.callSid, answered: false })).toBe('missed');
    expect(await transport.calls.claimText({ callSid: call.callSid, body: 'Sorry' })).toBeUndefined();
  });

  test('a call between two businesses’ numbers ends at once', async () => {
    const [one, two] = [await ports.aBusiness(), await ports.aBusiness()];
    const call = aCall(two.e164, one.e164);
    expect(await transport.calls.receive(call)).toMatchObject({ outcome: 'speak' });
    expect(await missed(call)).toBeUndefined();
  });

  test('of any number of claims one may text, and the lead and the text are stored', async () => {
    const { e164, businessId } = await ports.aBusiness();
    const call = aCall(e164);
    await transport.calls.receive(call);
    await transport.calls.end({ callSid: call.callSid, answered: false });
    const claims = await Promise.all(Array.from({ length: 8 }, () => transport.calls.claimText({ callSid: call.callSid, body: 'Sorry' })));
    expect(claims.filter((claim) => claim !== undefined)).toHaveLength(1);
    const [lead] = await tables('leads', { business_id: businessId, phone: call.from });
    expect(await tables('messages', { lead_id: String(lead?.id) })).toMatchObject([
      { direction: 'outbound', body: 'Sorry', call_sid: call.callSid, status: 'claimed' },
    ]);
  });

  test('a caller is texted once a day by the business’s calendar', async () => {
    const { e164 } = await ports.aBusiness({ timeZone: 'Australia/Perth' });
    setTime('2026-11-24T02:00:00Z'); // 10:00
    const from = aPhone();
    expect(await missed(aCall(e164, from))).toBeDefined();
    setTime('2026-11-24T15:59:00Z'); // 23:59
    expect(await missed(aCall(e164, from))).toBeUndefined();
    setTime('2026-11-24T16:01:00Z'); // 00:01
    expect(await missed(aCall(e164, from))).toBeDefined();
  });

  test('who has opted out is not texted, nor who withholds the number, nor after an answered call', async () => {
    const { e164, from } = await aConversation();
    await ports.conversations.receive({ messageSid: aSid(), from, to: e164, body: 'STOP', mediaCount: 0 });
    expect(await missed(aCall(e164, from))).toBeUndefined();
    expect(await missed(aCall(e164, 'anonymous'))).toBeUndefined();
    const answered = aCall(e164);
    await transport.calls.receive(answered);
    expect(await transport.calls.end({ callSid: answered.callSid, answered: true })).toBe('answered');
    expect(await transport.calls.end({ callSid: answered.callSid, answered: false })).toBe('answered');
    expect(await transport.calls.claimText({ callSid: answered.callSid, body: 'Sorry' })).toBeUndefined();
  });

  test('a text that Twilio did not take can be claimed again', async () => {
    const call = aCall((await ports.aBusiness()).e164);
    const claim = await missed(call);
    await transport.textLog.release(claim?.ref ?? '');
    expect(await transport.calls.claimText({ callSid: call.callSid, body: 'Sorry' })).toEqual(claim);
  });
});
