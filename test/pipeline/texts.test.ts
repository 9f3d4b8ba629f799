/** What stands around the SMS conversation: lost webhooks, delivery reports, alerts to the owner, missed calls. */
import { DateTime } from 'luxon';
import type { ClientJourney } from '../../local/rehearsal/client-journey';
import { DAY, HOUR, type Row, usePipeline } from './stack';

const pipeline = usePipeline();
let client: ClientJourney;
let number: string;
let businessId: string;
let owner: string;
let leads = 0;

beforeAll(async () => {
  client = await pipeline.onboarded();
  number = (await pipeline.run(client)).report?.phoneNumber ?? '';
  const [business] = await pipeline.rows('businesses', { phone_number: number });
  businessId = String(business?.['id']);
  owner = pipeline.laptop.twilio && (await ownerPhone());
}, 180_000);

async function ownerPhone(): Promise<string> {
  const [form] = await pipeline.rows('client_onboarding', { business_id: businessId });
  const { mobile } = form!['form'] as { mobile: string };
  return mobile;
}

/** A phone that has never texted. */
const newLead = () => `+614911${String(20_000 + leads++)}`;
/** What a phone has got from the client's number. */
const got = (phone: string) =>
  pipeline.laptop.twilio.phone(phone).filter(({ direction, from }) => direction === 'received' && from === number);
const alertsTo = async (address: string) => (await pipeline.mails(address)).filter((template) => template === 'lead-alert');

async function text(from: string, body: string): Promise<string> {
  const messageSid = await pipeline.laptop.twilio.sendFromHandset({ from, to: number, body });
  await pipeline.settle(20);
  return messageSid;
}

async function conversation(phone: string): Promise<Row[]> {
  const [lead] = await pipeline.rows('leads', { business_id: businessId, phone });
  const rows = lead ? await pipeline.rows('messages', { lead_id: lead['id'] }) : [];
  return rows.toSorted((one, other) => Number(one['id']) - Number(other['id']));
}

/** Moves the clock to this hour at the client's place, today or tomorrow. */
async function until(hour: number): Promise<void> {
  const [business] = await pipeline.rows('businesses', { id: businessId });
  const now = DateTime.now().setZone(String(business?.['time_zone']));
  const today = now.set({ hour, minute: 0, second: 0, millisecond: 0 });
  await pipeline.pass((today > now ? today : today.plus({ days: 1 })).diff(now, 'seconds').seconds);
}

describe('a webhook that fails', () => {
  test('leaves the message to the fallback, which answers; it is taken in once and answered once', async () => {
    const phone = newLead();
    await pipeline.arm({ vendor: 'lambda', call: 'sms-webhook', mode: 'server-error', times: 3 });
    const messageSid = await text(phone, 'Hi, my tap drips');
    expect(got(phone).map(({ body }) => body)).toEqual([expect.stringContaining('has arrived')]);
    await pipeline.pass(5 * 60);
    expect(got(phone)).toHaveLength(1);
    expect(await conversation(phone)).toMatchObject([
      { direction: 'inbound', message_sid: messageSid, body: 'Hi, my tap drips', recovered_at: expect.any(String) },
      { direction: 'outbound', in_reply_to: messageSid, message_sid: got(phone)[0]?.sid, body: got(phone)[0]?.body, status: 'sent' },
    ]);
    await pipeline.pass(HOUR);
    expect(await conversation(phone)).toHaveLength(2);
  });

  test('and a fallback that fails too: the message is found at Twilio, taken in once and answered once', async () => {
    const phone = newLead();
    await pipeline.arm({ vendor: 'lambda', call: 'sms-webhook', mode: 'server-error', times: 3 });
    await pipeline.arm({ vendor: 'lambda', call: 'sms-fallback', mode: 'server-error', times: 2 });
    const messageSid = await text(phone, 'Hi, my gutter leaks');
    expect(await conversation(phone)).toEqual([]);
    await pipeline.laptop.kernel.faults.clear();
    await pipeline.pass(20 * 60);
    expect(got(phone)).toHaveLength(1);
    expect(await conversation(phone)).toMatchObject([
      { direction: 'inbound', message_sid: messageSid, recovered_at: expect.any(String) },
      { direction: 'outbound', in_reply_to: messageSid, message_sid: got(phone)[0]?.sid, status: 'delivered' },
    ]);
    await pipeline.pass(HOUR);
    expect(got(phone)).toHaveLength(1);
  });

  test.each([
    ['the database’s answer', { vendor: 'supabase', call: 'rpc/record_reply' }],
    ['the function’s own answer', { vendor: 'lambda', call: 'sms-webhook' }],
  ] as const)('because %s got lost, after the reply was recorded: it goes out once, within minutes', async (_, what) => {
    const phone = newLead();
    await pipeline.arm({ ...what, mode: 'lose-response', times: 1 });
    const messageSid = await text(phone, 'Hi, my shower leaks');
    expect(got(phone)).toEqual([]);
    await pipeline.pass(5 * 60);
    expect(got(phone).map(({ body }) => body)).toEqual([expect.stringContaining('Reply STOP to opt out')]);
    expect(await conversation(phone)).toMatchObject([
      { direction: 'inbound', message_sid: messageSid },
      { direction: 'outbound', in_reply_to: messageSid, message_sid: got(phone)[0]?.sid, status: 'delivered' },
    ]);
    await pipeline.pass(HOUR);
    expect(got(phone)).toHaveLength(1);
  });

  test('a STOP that no webhook brought is heeded all the same', async () => {
    const phone = newLead();
    await pipeline.arm({ vendor: 'lambda', call: 'sms-webhook', mode: 'server-error', times: 3 });
    await text(phone, 'STOP');
    await pipeline.pass(5 * 60);
    expect(await pipeline.rows('leads', { business_id: businessId, phone })).toMatchObject([{ opted_out: true }]);
  });
});

describe('delivery reports', () => {
  test('a reply is shown as delivered under its own SID', async () => {
    const phone = newLead();
    await text(phone, 'Hi, do you fix roofs?');
    expect((await conversation(phone))[1]).toMatchObject({ status: 'delivered', message_sid: got(phone)[0]?.sid, error_code: null });
  });

  test('a reply to a phone that is off is shown as undelivered', async () => {
    const phone = newLead();
    await pipeline.laptop.twilio.setReachable(phone, false);
    await text(phone, 'Hi, do you fix fences?');
    expect((await conversation(phone))[1]).toMatchObject({ status: 'undelivered', error_code: 30003 });
  });
});

describe('the owner', () => {
  test('is told of a new lead once, by text and mail, with a link and without the lead’s words', async () => {
    const phone = newLead();
    const [texts, mails] = [got(owner).length, (await alertsTo(client.client.email)).length];
    await text(phone, 'Hi, a xylophone must be moved');
    await text(phone, 'and a zither');
    const [lead] = await pipeline.rows('leads', { business_id: businessId, phone });
    const news = got(owner).slice(texts);
    expect(news.map(({ body }) => body)).toEqual([expect.stringContaining(`/dashboard/${businessId}/leads/${String(lead?.['id'])}`)]);
    expect(news[0]?.body).not.toContain('xylophone');
    expect(await alertsTo(client.client.email)).toHaveLength(mails + 1);
    expect(await pipeline.rows('owner_alerts', { lead_id: lead?.['id'] })).toMatchObject([
      { sms_status: 'delivered', emailed_at: expect.any(String), done_at: expect.any(String) },
    ]);
  });

  test('is told of an emergency at once, and of the next one again', async () => {
    const phone = newLead();
    await text(phone, 'Hi, can you fix a tap?');
    const before = got(owner).length;
    await text(phone, 'now a pipe burst, water everywhere!');
    await text(phone, 'still gushing');
    expect(got(owner).length).toBe(before + 1);
    await pipeline.pass(5 * HOUR);
    const later = got(owner).length;
    await text(phone, 'it burst again, water everywhere');
    expect(
      got(owner)
        .slice(later)
        .map(({ body }) => body),
    ).toEqual([expect.stringMatching(/^URGENT lead/)]);
  });

  test('who answers by hand is told of each text of the lead, and the assistant stays out', async () => {
    await until(12);
    const phone = newLead();
    await text(phone, 'Hi, can you fix a sink?');
    const [lead] = await pipeline.rows('leads', { business_id: businessId, phone });
    await pipeline.db.from('leads').update({ taken_over_at: new Date().toISOString() }).eq('id', lead?.['id']);
    const [answers, alerts] = [got(phone).length, got(owner).length];
    await pipeline.pass(60);
    await text(phone, 'Thursday would be good');
    expect(got(phone)).toHaveLength(answers);
    expect(
      got(owner)
        .slice(alerts)
        .map(({ body }) => body),
    ).toEqual([expect.stringMatching(/^New text to/)]);
  });

  test('is left to sleep until seven', async () => {
    await until(22);
    const before = got(owner).length;
    await text(newLead(), 'Hi, can you paint a shed?');
    await pipeline.pass(6 * HOUR);
    expect(got(owner)).toHaveLength(before);
    await until(7);
    await pipeline.pass(10 * 60);
    expect(got(owner)).toHaveLength(before + 1);
  });

  test('who has texted STOP is told by mail, and how to undo it', async () => {
    await until(12);
    await text(owner, 'STOP');
    const stopped = async () => (await pipeline.rows('business_settings', { business_id: businessId }))[0]?.['alerts_stopped_at'];
    expect(await stopped()).not.toBeNull();
    const before = got(owner).length;
    await text(newLead(), 'Hi, can you mow a lawn?');
    expect(got(owner)).toHaveLength(before);
    const [mail] = await pipeline.room.mailTo(client.client.email);
    expect(mail?.text).toMatch(/text START to/);
    await text(owner, 'START');
    expect(await stopped()).toBeNull();
  });
});

const call = (from: string, more: object = {}) => pipeline.laptop.twilio.callFromHandset({ from, to: number, ...more });

describe('a call', () => {
  test('that the owner takes brings no text', async () => {
    const phone = newLead();
    expect(await call(phone, { ownerAnswers: true })).toMatchObject({ rang: [owner], heard: [] });
    await pipeline.settle(60);
    expect(got(phone)).toEqual([]);
  });

  test.each([
    ['nobody takes', {}],
    ['ends while it rings', { hangsUp: true }],
    ['the owner’s own phone has passed on', { forwardedFrom: '+61491570006' }],
  ])('that %s brings one text a day', async (_, circumstances) => {
    const phone = newLead();
    await call(phone, circumstances);
    await pipeline.settle(60);
    await call(phone, circumstances);
    await pipeline.settle(60);
    expect(got(phone).map(({ body }) => body)).toEqual([expect.stringMatching(/missed your call.*Reply STOP to opt out/)]);
    expect(await conversation(phone)).toMatchObject([{ direction: 'outbound', status: 'delivered', message_sid: got(phone)[0]?.sid }]);
    await pipeline.pass(DAY);
    await call(phone, circumstances);
    await pipeline.settle(60);
    expect(got(phone)).toHaveLength(2);
  });

  test('of a lead who has opted out brings none', async () => {
    const phone = newLead();
    await text(phone, 'STOP');
    const before = got(phone).length;
    await call(phone);
    await pipeline.settle(60);
    expect(got(phone)).toHaveLength(before);
  });

  test.each([
    ['withheld', '+266696687', 'no mobile'],
    ['a landline', '+61290000001', 'no mobile'],
  ])('from %s brings none', async (_, phone, reason) => {
    const { callSid } = await call(phone);
    await pipeline.settle(60);
    expect(await pipeline.rows('calls', { call_sid: callSid })).toMatchObject([{ outcome: 'missed', text_back: reason }]);
  });

  test('of the owner rings nobody and brings none', async () => {
    const before = got(owner).length;
    expect((await call(owner)).rang).toEqual([]);
    await pipeline.settle(60);
    expect(got(owner)).toHaveLength(before);
  });
});
