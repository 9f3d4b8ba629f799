import { answerSms } from '../../functions/sms-webhook';
import { TransientError } from '../../shared/errors';
import type { Conversations } from '../../shared/ports/conversations';
import { gsm7Length } from '../../shared/gsm7';
import { checkReply } from '../../shared/reply-checks';
import { type FakeBusiness, fakeConversations } from '../fakes/conversations';
import { fakeEventPublisher } from '../fakes/event-publisher';
import { fakeReplyWriter } from '../fakes/reply-writer';
import type { Script } from '../fakes/script';
import { errorOf } from '../support/error-of';

const ownerMobile = '+61480000123';
const business: FakeBusiness = {
  businessId: '6b0f6a3e-1111-4222-8333-444455556666',
  businessName: 'Bright Sparks',
  services: 'Electrical work',
  number: '+61480000001',
  testNonces: ['n0nce'],
  ownerMobile,
  // Open day and night, so that a time is free whenever the test runs.
  workingHours: Object.fromEntries(
    ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'].map((day) => [
      day,
      { enabled: true, start: '00:00', end: '23:59' },
    ]),
  ) as never,
};
const ownNumber = '+61480000009';
const lead = '+61480000002';
let texts = 0;
const sms = (changes: object = {}) => {
  texts += 1;
  return { MessageSid: `SM${texts}`, From: lead, To: business.number, Body: 'Hi, can you fix a light?', NumMedia: 0, ...changes };
};
const empty = '<?xml version="1.0" encoding="UTF-8"?><Response/>';
const textOf = (body: string) => /<Message>(.*)<\/Message>/.exec(body)?.[1] ?? '';

function world({
  replies = [],
  changes = {},
  ...script
}: { replies?: string[]; changes?: Partial<FakeBusiness> } & Script<Conversations> = {}) {
  return {
    conversations: fakeConversations({ businesses: [{ ...business, ...changes }], ownNumbers: [ownNumber], ...script }),
    eventPublisher: fakeEventPublisher(),
    replyWriter: fakeReplyWriter({ replies }),
  };
}
type World = ReturnType<typeof world>;

/** What the lead hears, one text after the other. */
async function talk(uses: World, ...bodies: string[]): Promise<string[]> {
  const heard: string[] = [];
  for (const Body of bodies) heard.push(textOf((await answerSms(sms({ Body }), uses)).body));
  return heard;
}
const ofLead = (uses: World, from = lead) => uses.conversations.leads.get(`${business.businessId}/${from}`);
const said = (parts: object) => JSON.stringify({ move: 'ask-suburb', ...parts });

test('stores the message, answers it, and stores the answer', async () => {
  const uses = world();
  const { statusCode, headers, body } = await answerSms(sms({ MessageSid: 'SM-a' }), uses);
  expect([statusCode, headers?.['content-type']]).toEqual([200, 'text/xml; charset=utf-8']);
  expect(checkReply(textOf(body), { businessName: business.businessName, isFirst: true })).toEqual([]);
  expect(uses.conversations.messages).toMatchObject([{ messageSid: 'SM-a', from: lead, reply: textOf(body) }]);
});

test("sends the model's words when they are fit", async () => {
  const reply = 'Hey, Bright Sparks here! Which suburb are you in? Reply STOP to opt out';
  const uses = world({ replies: [said({ reply: reply.replace('Hey', '“Hey”') })] });
  expect(textOf((await answerSms(sms(), uses)).body)).toBe(reply.replace('Hey', '"Hey"'));
  const [request] = uses.replyWriter.requests;
  expect(request).toMatchObject({ messages: [{ role: 'user', text: 'Hi, can you fix a light?' }] });
  expect(request!.timeoutMs).toBeGreaterThan(5000);
  expect(request!.timeoutMs).toBeLessThanOrEqual(6000);
});

test.each([
  ['talks plain text', 'Hi, Bright Sparks here! Which suburb are you in? Reply STOP to opt out'],
  ['promises a price', said({ reply: 'Bright Sparks: which suburb? That is $80. Reply STOP to opt out' })],
  ['asks two questions', said({ reply: 'Bright Sparks: where? When? Reply STOP to opt out' })],
  ['does not name the business', said({ reply: 'Hi! Which suburb? Reply STOP to opt out' })],
  ['does not say how to opt out', said({ reply: 'Hi, Bright Sparks here. Which suburb?' })],
  ['is too long', said({ reply: `Bright Sparks ${'x'.repeat(150)}? Reply STOP to opt out` })],
  ['is nothing that a phone can show', said({ reply: '你好' })],
  ['names a time of its own', said({ reply: 'Bright Sparks: how is 10am, which suburb? Reply STOP to opt out' })],
  ['books by itself', said({ reply: 'Bright Sparks: you are booked. Which suburb? Reply STOP to opt out' })],
  ['names another phone', said({ reply: 'Bright Sparks: call 0499 999 999. Which suburb? Reply STOP to opt out' })],
  ['links somewhere', said({ reply: 'Bright Sparks: see www.sparks.com. Which suburb? Reply STOP to opt out' })],
  ['does something else', said({ move: 'offer', reply: 'Bright Sparks: Which suburb? Reply STOP to opt out' })],
])("uses the engine's words when the model %s", async (_, reply) => {
  const [withModel] = await talk(world({ replies: [reply] }), 'My light is broken');
  const [without] = await talk(world(), 'My light is broken');
  expect(withModel).toBe(without);
});

test('what the model reads counts if the lead said it, and not if the model made it up', async () => {
  const reply = { reply: 'x', move: 'noted' };
  const read = world({ replies: [said({ ...reply, facts: { name: 'zeb', suburb: 'Wagga' } }), said(reply)] });
  await talk(read, 'zeb from the light place out wagga way');
  expect(ofLead(read)?.facts).toMatchObject({ name: 'zeb', suburb: 'Wagga' });
  const invented = world({ replies: [said({ ...reply, facts: { name: 'Admin', suburb: 'Sydney' } })] });
  await talk(invented, 'my light is broken');
  expect(ofLead(invented)?.facts).toMatchObject({ name: null, suburb: null });
});

test('a model that says "1" for the lead books only if the lead was offered times', async () => {
  const uses = world({ replies: [said({ reply: 'x', choice: 1 })] });
  await talk(uses, 'fix my light in Newtown tomorrow');
  expect(ofLead(uses)?.booking).toBeNull();
});

test('a repeated webhook that was answered is stored once and gets no second answer', async () => {
  const uses = world();
  const message = sms();
  await answerSms(message, uses);
  expect((await answerSms(message, uses)).body).toBe(empty);
  expect(uses.conversations.messages).toHaveLength(1);
});

test('of two deliveries side by side one is answered', async () => {
  const uses = world();
  const message = sms();
  const answers = await Promise.all([answerSms(message, uses), answerSms(message, uses)]);
  expect(answers.filter(({ body }) => body === empty)).toHaveLength(1);
});

test('a repeated webhook whose answer was lost on the way to the database is answered', async () => {
  const uses = world({ failures: { recordReply: [new TransientError('database is away')] } });
  const message = sms();
  await errorOf(answerSms(message, uses));
  expect(textOf((await answerSms(message, uses)).body)).not.toBe('');
});

test('three quick texts get one answer, to all of them', async () => {
  const uses = world();
  const answers = await Promise.all(['Hi', 'my light is broken', 'in Newtown'].map((Body) => answerSms(sms({ Body }), uses)));
  expect(answers.map(({ body }) => textOf(body)).filter(Boolean)).toEqual([expect.stringContaining('How soon')]);
  expect(ofLead(uses)?.facts).toMatchObject({ job: 'my light is broken', suburb: 'Newtown' });
});

test('a whole conversation asks one thing at a time and ends in one booking', async () => {
  const uses = world();
  const heard = await talk(uses, 'Hi, my light is broken', 'Newtown', 'tomorrow', 'yes', 'yes');
  expect(heard[0]).toMatch(/Bright Sparks.*suburb.*\?.*Reply STOP to opt out$/);
  expect(heard[1]).toBe('How soon do you need it done?');
  expect(heard[2]).toMatch(/^We have (.*) \(reply YES\) or/);
  const [, time = '-'] = /^We have (.*?) \(reply YES\)/.exec(heard[2]!) ?? [];
  expect(heard[3]).toBe(`You're booked for ${time}. See you then! Text us here if anything changes.`);
  expect(heard[4]).toBe(`You're booked for ${time}. See you then!`);
  expect(ofLead(uses)?.booking).toMatchObject({ title: 'my light is broken, Newtown' });
});

test('a time that has gone meanwhile is not booked, and others are offered', async () => {
  const bookings: { startsAt: string; endsAt: string }[] = [];
  const uses = world({ changes: { bookings } });
  await talk(uses, 'light broken in Newtown, tomorrow');
  const [first = ''] = ofLead(uses)?.offered ?? [];
  const conversations = { ...uses.conversations };
  uses.conversations.recordReply = async (turn) => {
    bookings.push({ startsAt: first, endsAt: new Date(Date.parse(first) + 3600_000).toISOString() });
    return conversations.recordReply(turn);
  };
  const [heard] = await talk(uses, 'yes');
  expect(heard).toMatch(/^Sorry, .* has just gone\. .*\(reply YES\)/);
  expect(ofLead(uses)).toMatchObject({ booking: null, asked: 'choice' });
  expect(ofLead(uses)?.offered).not.toContain(first);
});

test.each([
  ['STOP', sms({ Body: 'STOP' })],
  ['HELP', sms({ Body: ' help ' })],
  ['our own number', sms({ From: ownNumber })],
  ['an alphanumeric sender', sms({ From: 'MyBank' })],
  ['a number that no business has', sms({ To: '+61480000008' })],
  ['an automatic answer', sms({ Body: "I'm driving and will reply later. This is an automatic reply" })],
  ['somebody who wants to be left alone', sms({ Body: 'please stop texting me' })],
])('says nothing to %s', async (_, message) => {
  expect(await answerSms(message, world())).toMatchObject({ statusCode: 200, body: empty });
});

test('says nothing after STOP, and keeps a log of the consent', async () => {
  const uses = world();
  await talk(uses, 'Hi', 'stop');
  expect(await talk(uses, 'hello?')).toEqual(['']);
  expect(await talk(uses, 'START', 'my light is broken')).toEqual(['', expect.stringMatching(/suburb/)]);
  expect(uses.conversations.consent.map(({ kind }) => kind)).toEqual(['inferred', 'opted-out', 'opted-in']);
});

test('a paused business stores, says nothing, and its owner hears of each text', async () => {
  const uses = world({ changes: { isPaused: true } });
  expect(await talk(uses, 'Hi', 'anybody?', 'gas leak!!')).toEqual(['', '', '']);
  expect(uses.conversations.messages).toHaveLength(3);
  expect(details(uses)).toMatchObject([{ reason: 'new' }, { reason: 'message' }, { reason: 'urgent', urgent: true }]);
});

test.each([
  ['in quarantine', 'quarantined', /no longer in use/],
  ['of a suspended business', 'suspended', /not answered at the moment/],
] as const)('a number %s stores, says so without a model, and nobody is alerted', async (_, closed, words) => {
  const uses = world({ changes: { closed }, replies: [said({ reply: 'Hello' })] });
  const [heard] = await talk(uses, 'Hi, gas leak');
  expect(heard).toMatch(words);
  expect(gsm7Length(heard!)).toBeLessThanOrEqual(160);
  expect(uses.conversations.messages).toMatchObject([{ body: 'Hi, gas leak', reply: heard }]);
  expect([uses.replyWriter.requests, uses.eventPublisher.published]).toEqual([[], []]);
});

test('is quiet while a person handles the lead, even if the person came while the reply was written', async () => {
  const uses = world();
  await talk(uses, 'Hi');
  const replyWriter = { ...uses.replyWriter };
  uses.replyWriter.write = async (request) => {
    ofLead(uses)!.isTakenOver = true;
    return replyWriter.write(request);
  };
  expect(await talk(uses, 'my light is broken', 'hello?')).toEqual(['', '']);
});

const details = (uses: World) => uses.eventPublisher.published.map(({ detail }) => detail);

describe('Lead Captured', () => {
  test('is published once for a new lead and once more when it turns urgent', async () => {
    const uses = world();
    await talk(uses, 'Hi', 'my light is broken', 'now the power point is sparking!!', 'sparking more!!');
    expect(details(uses)).toMatchObject([
      { businessId: business.businessId, messageSid: expect.any(String), urgent: false },
      { urgent: true },
    ]);
  });

  test('is published again by the next message if the bus was away, and the lead is answered all the same', async () => {
    const uses = { ...world(), eventPublisher: fakeEventPublisher({ failures: { publish: [new TransientError('away')] } }) };
    expect((await talk(uses, 'Hi'))[0]).not.toBe('');
    await talk(uses, 'my light is broken');
    expect(details(uses)).toHaveLength(1);
  });

  test.each([
    ['our test', { Body: 'CoreSentia test n0nce: Hi', From: ownNumber }],
    ["the owner's own trial", { From: ownerMobile }],
    ['an advertiser', { Body: 'SEO packages: first page of google from $99, reply for a free website audit' }],
  ])('is not published for %s', async (_, changes) => {
    const uses = world();
    await answerSms(sms(changes), uses);
    expect(details(uses)).toEqual([]);
  });
});

test("the owner's own mobile hears what a lead would hear, and books nothing", async () => {
  const uses = world();
  const hear = async (Body: string) => textOf((await answerSms(sms({ From: ownerMobile, Body }), uses)).body);
  expect(await hear('light broken in Newtown, tomorrow')).toMatch(/reply YES/);
  expect(await hear('yes')).toMatch(/^Trial: this would book .* Nothing was booked\.$/);
  expect(ofLead(uses, ownerMobile)).toMatchObject({ isTrial: true, booking: null });
});

test('answers the test SMS of our own number', async () => {
  const uses = world();
  const { body } = await answerSms(sms({ From: ownNumber, Body: 'CoreSentia test n0nce' }), uses);
  expect(checkReply(textOf(body), { businessName: business.businessName, isFirst: true })).toEqual([]);
  expect(uses.conversations.messages).toMatchObject([{ isTest: true }]);
});

test.each<[string, Partial<FakeBusiness>, object]>([
  ['that is answered', {}, {}],
  ['of an emergency', {}, { Body: 'gas leak!!' }],
  ['that says STOP', {}, { Body: 'STOP' }],
  ['to a business whose replies are paused', { isPaused: true }, {}],
  ['to a number in quarantine', { closed: 'quarantined' }, {}],
  ['to nobody', {}, { To: '+61480000008' }],
])('a message %s costs at most two round trips to the database', async (_, changes, text) => {
  const uses = world({ changes });
  const calls: PropertyKey[] = [];
  const conversations = new Proxy(uses.conversations, {
    get: (target, name) => {
      calls.push(name);
      return Reflect.get(target, name) as unknown;
    },
  });
  await answerSms(sms(text), { ...uses, conversations });
  expect(calls.length).toBeGreaterThan(0);
  expect(calls.length).toBeLessThanOrEqual(2);
});

test('stores a message that holds NUL, and one that is endless', async () => {
  const uses = world();
  await talk(uses, 'a\u0000b', 'x'.repeat(100_000));
  expect(uses.conversations.messages.map(({ body }) => body)).toEqual(['ab', 'x'.repeat(2000)]);
});

test('escapes what XML would read', async () => {
  const { body } = await answerSms(sms(), world({ changes: { businessName: 'Tom & <Jerry>' } }));
  expect(body).toContain('Tom &amp; &lt;Jerry&gt;');
});

test('fails when the message cannot be stored, so that Twilio goes to the fallback', async () => {
  const uses = world({ failures: { receive: [new TransientError('database is away')] } });
  expect((await errorOf(answerSms(sms(), uses))).name).toBe('TransientError');
});
