import { randomUUID } from 'node:crypto';
import { freeSlots, spanOf } from '../../../../shared/conversation/calendar';
import { noFacts, topics } from '../../../../shared/conversation/facts';
import { supabaseConversations } from '../../../../shared/clients/supabase/conversations';
import { database, supabaseClient } from '../../../../shared/clients/supabase/database';
import { takeIn } from '../../../../shared/intake';
import type { Received, Turn } from '../../../../shared/ports/conversations';
import { fakeEventPublisher } from '../../../fakes/event-publisher';
import { fakeReplyWriter } from '../../../fakes/reply-writer';
import { laterBy, type Ports, rowsOf, setTime, start, startPorts } from './ports';

/** `FULL=1`: as many as the issue names. */
const crowd = process.env['FULL'] ? { leads: 500, texts: 10 } : { leads: 12, texts: 5 };

let ports: Ports;
let business: Awaited<ReturnType<Ports['aBusiness']>>;
beforeAll(async () => {
  ports = await startPorts();
  setTime(start);
  business = await ports.aBusiness({ businessName: 'Bright Sparks', services: 'Lights', mobile: '+61480000777' });
}, 180_000);
beforeEach(() => setTime(start));
afterAll(() => ports.stop());

type Reply = Extract<Received, { outcome: 'reply' }>;
let senders = 0;
const aSender = () => {
  senders += 1;
  return `+6147${String(senders).padStart(7, '0')}`;
};
const sms = (from: string, body: string) => ({ messageSid: `SM${randomUUID()}`, from, to: business.e164, body, mediaCount: 0 });
const leadOf = async (phone: string) => (await rowsOf(ports.tables, 'leads', { phone, business_id: business.businessId }))[0]!;
const bookingsOf = async (phone: string) => rowsOf(ports.tables, 'bookings', { lead_id: (await leadOf(phone)).id });
const repliesTo = (sid: string) => rowsOf(ports.tables, 'messages', { in_reply_to: sid });

/** Takes a text in and records this turn. */
async function talk(from: string, body: string, turn: Partial<Turn> = {}) {
  const message = sms(from, body);
  const received = (await ports.conversations.receive(message)) as Reply;
  const recorded = await ports.conversations.recordReply({ inReplyTo: message.messageSid, body: 'ok', ...turn });
  return { message, received, recorded };
}

const instead = { body: 'That time has gone', asked: 'choice' as const, offered: ['2026-11-25T22:00:00.000Z'] };
const aBooking = (startsAt: string) => ({
  startsAt,
  endsAt: new Date(Date.parse(startsAt) + 3600_000).toISOString(),
  title: 'Tap',
  ifTaken: instead,
});

test('one call tells everything that a reply needs', async () => {
  const from = aSender();
  const { received } = await talk(from, 'Hi');
  expect(received).toMatchObject({
    businessName: 'Bright Sparks',
    phone: business.e164,
    tone: 'friendly',
    isTrial: false,
    isFirst: true,
    facts: noFacts,
    asked: null,
    offered: [],
    booking: null,
    announced: [],
    calendar: { timeZone: 'Australia/Sydney', travelBuffer: 30, jobDuration: 60 },
    thread: [{ from: 'lead', body: 'Hi', mediaCount: 0 }],
  });
  expect(received.calendar.workingHours?.monday.start).toBe('09:00');
});

test('what a turn told, asked and offered is there for the next text, and what it did not tell stays', async () => {
  const from = aSender();
  const offered = ['2026-11-23T22:00:00.000Z'];
  await talk(from, 'Hi', { facts: { ...noFacts, suburb: 'Kew' }, asked: 'job' });
  const { received } = await talk(from, 'tap', { facts: { ...noFacts, job: 'a tap' }, asked: 'choice', offered });
  expect(received).toMatchObject({ asked: 'job', facts: { suburb: 'Kew' } });
  const next = await ports.conversations.receive(sms(from, 'yes'));
  expect(next).toMatchObject({ asked: 'choice', offered, facts: { suburb: 'Kew', job: 'a tap' } });
});

describe('a booking', () => {
  test('is made with the reply, once, whatever Twilio repeats', async () => {
    const from = aSender();
    const turn = { booking: aBooking('2026-11-24T00:00:00.000Z') };
    const { message, recorded } = await talk(from, 'yes', turn);
    expect(recorded).toEqual({ outcome: 'recorded', body: 'ok', isBooked: true });
    expect(await ports.conversations.recordReply({ inReplyTo: message.messageSid, body: 'ok', ...turn })).toEqual({ outcome: 'repeated' });
    expect(await bookingsOf(from)).toMatchObject([{ title: 'Tap', booked_by_sid: message.messageSid }]);
    expect(await ports.conversations.receive(sms(from, 'and?'))).toMatchObject({
      booking: { startsAt: '2026-11-24T00:00:00.000Z', endsAt: '2026-11-24T01:00:00.000Z' },
    });
  });

  test('of one time that many leads take at once goes to one of them, and the others hear so', async () => {
    const people = Array.from({ length: 6 }, aSender);
    const booking = aBooking('2026-11-25T00:00:00.000Z');
    const turns = await Promise.all(people.map((from) => talk(from, 'yes', { booking })));
    const booked = turns.filter(({ recorded }) => recorded.outcome === 'recorded' && recorded.isBooked);
    expect(booked).toHaveLength(1);
    const [other] = turns.filter((turn) => turn !== booked[0]);
    expect(other!.recorded).toEqual({ outcome: 'recorded', body: 'That time has gone', isBooked: false });
    expect(await leadOf(other!.message.from)).toMatchObject({ offered: instead.offered, asked: 'choice' });
  });

  test('keeps the travel buffer to the next, and a lead has one', async () => {
    const [first, second] = [aSender(), aSender()];
    await talk(first, 'yes', { booking: aBooking('2026-11-26T00:00:00.000Z') });
    expect((await talk(second, 'yes', { booking: aBooking('2026-11-26T01:00:00.000Z') })).recorded).toMatchObject({ isBooked: false });
    expect((await talk(second, 'yes', { booking: aBooking('2026-11-26T01:30:00.000Z') })).recorded).toMatchObject({ isBooked: true });
    expect((await talk(first, 'yes', { booking: aBooking('2026-11-27T00:00:00.000Z') })).recorded).toMatchObject({ isBooked: false });
  });

  test('makes its time and the way to it busy for the next lead', async () => {
    const { received } = await talk(aSender(), 'Hi');
    const [slot] = freeSlots(received.calendar, new Date());
    await talk(aSender(), 'yes', { booking: aBooking(slot!.startsAt) });
    const next = (await talk(aSender(), 'Hi')).received;
    expect(next.calendar.busy).toContainEqual(spanOf(slot!.startsAt, next.calendar));
  });

  test("is none in the owner's own trial", async () => {
    const from = '+61480000777';
    const { received, recorded } = await talk(from, 'yes', { booking: aBooking('2026-11-27T03:00:00.000Z') });
    expect([received.isTrial, recorded]).toEqual([true, { outcome: 'recorded', body: 'ok', isBooked: false }]);
    expect(await bookingsOf(from)).toEqual([]);
    expect(await leadOf(from)).toMatchObject({ is_trial: true });
  });
});

/** Something happens between the two calls. */
async function interrupted(happens: (from: string) => Promise<unknown>) {
  const from = aSender();
  const message = sms(from, 'Hi');
  await ports.conversations.receive(message);
  await happens(from);
  const recorded = await ports.conversations.recordReply({ inReplyTo: message.messageSid, body: 'late', announced: ['new'] });
  expect(await repliesTo(message.messageSid)).toEqual([]);
  expect((await leadOf(from)).announced_at).not.toBeNull();
  return recorded;
}

const takeOver = async (from: string) =>
  ports.tables
    .from('leads')
    .update({ taken_over_at: start.toISOString() })
    .eq('id', (await leadOf(from)).id);

describe('a reply is not recorded', () => {
  test('when a newer text has come', async () => {
    expect(await interrupted((from) => ports.conversations.receive(sms(from, 'hello?')))).toEqual({ outcome: 'superseded' });
  });
  test('when the lead has opted out', async () => {
    expect(await interrupted((from) => ports.conversations.receive(sms(from, 'STOP')))).toEqual({ outcome: 'opted-out' });
  });
  test('when a person has taken the lead over', async () => {
    expect(await interrupted(takeOver)).toEqual({ outcome: 'taken-over' });
  });
  test('when the replies were paused', async () => {
    const pause = (replies_paused: boolean) =>
      ports.tables.from('business_settings').update({ replies_paused }).eq('business_id', business.businessId);
    expect(await interrupted(() => Promise.resolve(pause(true)))).toEqual({ outcome: 'taken-over' });
    expect(await ports.conversations.receive(sms(aSender(), 'Hi'))).toMatchObject({
      outcome: 'silent',
      quiet: { isByHand: true, announced: [] },
    });
    await pause(false);
  });
  test('but HELP and an automatic answer in between are no newer text', async () => {
    const from = aSender();
    const message = sms(from, 'Hi');
    await ports.conversations.receive(message);
    await ports.conversations.receive(sms(from, 'HELP'));
    await ports.conversations.receive({ ...sms(from, 'I am driving'), kind: 'machine' });
    expect(await ports.conversations.recordReply({ inReplyTo: message.messageSid, body: 'ok' })).toMatchObject({ outcome: 'recorded' });
  });
});

test('the newest text’s answer is for those before it too: they get none when Twilio repeats them', async () => {
  const from = aSender();
  const [first, second] = [sms(from, 'Hi'), sms(from, 'my light')];
  await ports.conversations.receive(first);
  await ports.conversations.receive(second);
  expect(await ports.conversations.receive(first)).toMatchObject({ outcome: 'silent' });
  await ports.conversations.recordReply({ inReplyTo: second.messageSid, body: 'ok' });
  expect(await ports.conversations.receive(first)).toMatchObject({ outcome: 'silent' });
  expect(await repliesTo(first.messageSid)).toEqual([]);
});

test('consent is logged with the words that gave or took it', async () => {
  const from = aSender();
  await ports.conversations.receive(sms(from, 'Hi'));
  expect(await ports.conversations.receive({ ...sms(from, 'leave me alone'), kind: 'opt-out' })).toEqual({ outcome: 'silent' });
  expect(await ports.conversations.receive(sms(from, 'anyone?'))).toEqual({ outcome: 'silent' });
  await ports.conversations.receive(sms(from, 'Start'));
  const log = await rowsOf(ports.tables, 'consent_log', { lead_id: (await leadOf(from)).id });
  expect(log.map(({ kind, words }) => [kind, words])).toEqual([
    ['inferred', 'Hi'],
    ['opted-out', 'leave me alone'],
    ['opted-in', 'Start'],
  ]);
  expect(await leadOf(from)).toMatchObject({ opted_out: false });
});

const pending = async (phone: string) => {
  const { id } = await leadOf(phone);
  return (await ports.conversations.unannounced()).filter(({ leadId }) => leadId === id);
};

describe('Lead Captured', () => {
  test('is owed until it is noted, and owed again when the lead turns urgent', async () => {
    const from = aSender();
    const { message } = await talk(from, 'Hi');
    expect(await pending(from)).toEqual([]);
    laterBy({ minutes: 5 });
    expect(await pending(from)).toEqual([
      { businessId: business.businessId, leadId: (await leadOf(from)).id, messageSid: message.messageSid, urgent: false, reason: 'new' },
    ]);
    await ports.conversations.recordAnnounced({ leadId: (await leadOf(from)).id, kinds: ['new'] });
    expect(await pending(from)).toEqual([]);
    await talk(from, 'water everywhere', { flags: ['urgent'] });
    laterBy({ minutes: 5 });
    expect(await pending(from)).toMatchObject([{ urgent: true }]);
    const { received } = await talk(from, 'still', { announced: ['urgent'] });
    expect(received.announced).toEqual(['new']);
    laterBy({ minutes: 5 });
    expect(await pending(from)).toEqual([]);
  });

  test('is not owed for spam', async () => {
    const from = aSender();
    await talk(from, 'SEO', { body: null, flags: ['spam'] });
    laterBy({ minutes: 5 });
    expect(await pending(from)).toEqual([]);
  });
});

const toldOf = async (from: string) => (await ports.conversations.receive(sms(from, 'hello'))) as Reply | undefined;

describe('an event is told once, and the next one again', () => {
  const urgent = {
    flags: ['urgent' as const],
    announced: ['urgent' as const, 'new' as const],
    facts: { ...noFacts, urgency: 'emergency' as const },
  };

  test('an emergency is news again after four hours', async () => {
    const from = aSender();
    await talk(from, 'gas leak', urgent);
    laterBy({ hours: 3 });
    expect((await toldOf(from))?.announced).toEqual(['new', 'urgent']);
    laterBy({ hours: 2 });
    expect(await toldOf(from)).toMatchObject({ announced: ['new'], facts: { urgency: 'emergency' } });
    laterBy({ hours: 24 });
    expect(await toldOf(from)).toMatchObject({ facts: { urgency: null } });
  });

  test.each([
    ['has taken it over and given it back', { taken_over_at: new Date(start.getTime() + 60_000).toISOString() }, { taken_over_at: null }],
    ['has won it', { outcome: 'won', outcome_at: new Date(start.getTime() + 60_000).toISOString() }, {}],
  ])('and as soon as the client %s', async (_, ...changes) => {
    const from = aSender();
    await talk(from, 'gas leak', { ...urgent, flags: ['urgent', 'person'], announced: ['new', 'urgent', 'person'] });
    laterBy({ minutes: 2 });
    for (const change of changes) await ports.tables.from('leads').update(change).eq('phone', from);
    expect(await toldOf(from)).toMatchObject({ announced: ['new'], facts: { urgency: null } });
  });

  test('is owed if the bus was away, and owed no more when it is told', async () => {
    const from = aSender();
    await talk(from, 'gas leak', { ...urgent, announced: ['new'] });
    laterBy({ minutes: 3 });
    expect(await pending(from)).toMatchObject([{ urgent: true, reason: 'urgent' }]);
    await ports.conversations.recordAnnounced({ leadId: String((await leadOf(from)).id), kinds: ['urgent'] });
    expect(await pending(from)).toEqual([]);
    await talk(from, 'gas leak still', { ...urgent, announced: [] });
    laterBy({ minutes: 3 });
    expect(await pending(from)).toEqual([]);
  });

  test('a lead who comes back after two weeks is news, with a job of its own; name and suburb are known', async () => {
    const from = aSender();
    const facts = { ...noFacts, name: 'Jo', suburb: 'Kew', job: 'tap', preferredTime: 'Mon' };
    await talk(from, 'tap', { facts, asked: 'choice', offered: ['2026-11-26T00:00:00.000Z'], announced: ['new'] });
    laterBy({ hours: 15 * 24 });
    const received = await toldOf(from);
    expect(received).toMatchObject({
      announced: [],
      asked: null,
      offered: [],
      isFirst: false,
      facts: { ...noFacts, name: 'Jo', suburb: 'Kew' },
    });
    expect(received?.thread).toEqual([{ from: 'lead', body: 'hello', mediaCount: 0 }]);
  });

  test('a lead whose job is done comes with something new, once', async () => {
    const from = aSender();
    const booking = aBooking('2026-11-24T05:00:00.000Z');
    await talk(from, 'tap', { facts: { ...noFacts, job: 'tap' }, booking, announced: ['new'] });
    laterBy({ hours: 4 * 24 });
    expect(await toldOf(from)).toMatchObject({ announced: [], facts: { job: null } });
    await talk(from, 'gutter', { facts: { ...noFacts, job: 'gutter' }, announced: ['new'] });
    expect(await toldOf(from)).toMatchObject({ announced: ['new'], facts: { job: 'gutter' } });
  });
});

test('what the business chose that a reply may say is there with the next text', async () => {
  const other = await ports.aBusiness();
  const next = () => ports.conversations.receive({ ...sms(aSender(), 'Hi'), to: other.e164 });
  expect(await next()).toMatchObject({ tone: 'friendly', topics, ownWords: '' });
  const changes = { reply_tone: 'relaxed', reply_topics: ['hours'], reply_facts: 'We love dogs.' };
  await ports.tables.from('business_settings').update(changes).eq('business_id', other.businessId);
  expect(await next()).toMatchObject({ tone: 'relaxed', topics: ['hours'], ownWords: 'We love dogs.' });
});

test("the owner's other phone, to which alerts go, is a trial too", async () => {
  const other = await ports.aBusiness();
  await ports.tables.from('business_settings').update({ notify_phone: '+61491570888' }).eq('business_id', other.businessId);
  expect(await ports.conversations.receive({ ...sms('+61491570888', 'Hi'), to: other.e164 })).toMatchObject({ isTrial: true });
});

test('a first reply that did not arrive has introduced nobody', async () => {
  const from = aSender();
  const { message } = await talk(from, 'Hi');
  await ports.tables.from('messages').update({ status: 'undelivered' }).eq('in_reply_to', message.messageSid);
  expect((await talk(from, 'Hello?')).received.isFirst).toBe(true);
});

test('a pair of machines is stopped after ten replies in ten minutes, and stays stopped', async () => {
  const from = aSender();
  for (let count = 0; count < 10; count += 1) await talk(from, `beep ${count}`);
  const last = sms(from, 'beep');
  expect(await ports.conversations.receive(last)).toMatchObject({ outcome: 'silent' });
  laterBy({ minutes: 15 });
  expect(await ports.conversations.receive(last)).toMatchObject({ outcome: 'silent', isUnsent: false });
});

test(`${crowd.leads} leads at once, ${crowd.texts} texts each and every one delivered twice: one lead each, every text once and in order`, async () => {
  const eventPublisher = fakeEventPublisher();
  // A laptop needs longer than a Lambda may for a thousand requests at once.
  const { url, secretKey } = ports.rig.supabase;
  const conversations = supabaseConversations(database(supabaseClient({ url, secretKey, timeoutMs: 300_000 })));
  const services = { conversations, eventPublisher, replyWriter: fakeReplyWriter() };
  const people = Array.from({ length: crowd.leads }, aSender);
  let answers = 0;
  const deliver = async (message: { MessageSid: string; From: string; To: string; Body: string; NumMedia: number }) => {
    // A connection breaks now and then under such a load; Twilio repeats too.
    const reply = await takeIn(message, services)
      .catch(() => takeIn(message, services))
      .catch(() => takeIn(message, services));
    if (reply !== undefined) answers += 1;
  };
  await Promise.all(
    people.map(async (From) => {
      for (let text = 0; text < crowd.texts; text += 1) {
        const message = { MessageSid: `SM${randomUUID()}`, From, To: business.e164, Body: `text ${text}`, NumMedia: 0 };
        await Promise.all([deliver(message), deliver(message)]);
      }
    }),
  );
  for (const from of people) {
    const leads = await rowsOf(ports.tables, 'leads', { phone: from });
    expect(leads).toHaveLength(1);
    const { data } = await ports.tables.from('messages').select('body').eq('lead_id', leads[0]!.id).eq('direction', 'inbound').order('id');
    const replies = await rowsOf(ports.tables, 'messages', { lead_id: leads[0]!.id, direction: 'outbound' });
    expect(replies).toHaveLength(crowd.texts);
    expect(data!.map(({ body }) => body)).toEqual(Array.from({ length: crowd.texts }, (_, index) => `text ${index}`));
  }
  // Never two answers to one text; one whose storing was confirmed too late is not said twice.
  expect(answers).toBeLessThanOrEqual(crowd.leads * crowd.texts);
  expect(answers).toBeGreaterThan(crowd.leads * crowd.texts * 0.9);
  expect(eventPublisher.published.length).toBeGreaterThanOrEqual(crowd.leads);
}, 1_800_000);
