import { answerInstead } from '../../functions/sms-fallback';
import { answerSms } from '../../functions/sms-webhook';
import { answerCall } from '../../functions/voice-webhook';
import { TransientError } from '../../shared/errors';
import { checkReply } from '../../shared/reply-checks';
import { fakeConversations } from '../fakes/conversations';
import type { Conversations } from '../../shared/ports';
import { fakeReplyWriter } from '../fakes/reply-writer';
import type { Script } from '../fakes/script';
import { errorOf } from '../support/error-of';
import { authToken, twilioRequest } from '../support/twilio-request';

const business = {
  businessId: '6b0f6a3e-1111-4222-8333-444455556666',
  businessName: 'Bright Sparks',
  services: 'Electrical work',
  number: '+61480000001',
  testNonces: ['n0nce'],
};
const ownNumber = '+61480000009';
const lead = '+61480000002';
const sms = (changes: object = {}) => ({
  MessageSid: 'SM1',
  From: lead,
  To: business.number,
  Body: 'Hi, can you fix a light?',
  NumMedia: 0,
  ...changes,
});
const empty = '<?xml version="1.0" encoding="UTF-8"?><Response/>';
const textOf = (body: string) => /<Message>(.*)<\/Message>/.exec(body)?.[1] ?? '';

function services({ replies = [], ...script }: { replies?: string[] } & Script<Conversations> = {}) {
  return {
    conversations: fakeConversations({ businesses: [business], ownNumbers: [ownNumber], ...script }),
    replyWriter: fakeReplyWriter({ replies }),
  };
}

test('stores the message, answers it, and stores the answer', async () => {
  const uses = services();
  const { statusCode, headers, body } = await answerSms(sms(), uses);
  expect([statusCode, headers?.['content-type']]).toEqual([200, 'text/xml; charset=utf-8']);
  expect(checkReply(textOf(body), { businessName: business.businessName, isFirst: true })).toEqual([]);
  expect(uses.conversations.messages).toMatchObject([{ messageSid: 'SM1', from: lead, reply: textOf(body) }]);
});

test("sends the model's words when they are fit", async () => {
  const reply = 'Hi, Bright Sparks here! Which suburb are you in? Reply STOP to opt out';
  const uses = services({ replies: [reply.replace("'", '’')] });
  expect(textOf((await answerSms(sms(), uses)).body)).toBe(reply);
  expect(uses.replyWriter.requests).toMatchObject([{ messages: [{ role: 'user', text: 'Hi, can you fix a light?' }], timeoutMs: 6000 }]);
});

test.each([
  ['promises a price', 'Bright Sparks: that is $80. Reply STOP to opt out'],
  ['asks two questions', 'Bright Sparks: where? When? Reply STOP to opt out'],
  ['does not name the business', 'Hi! Which suburb? Reply STOP to opt out'],
  ['does not say how to opt out', 'Hi, Bright Sparks here. Which suburb?'],
  ['is too long', `Bright Sparks ${'x'.repeat(150)} Reply STOP to opt out`],
  ['is nothing that a phone can show', '你好'],
])('takes the template when the model %s', async (_, reply) => {
  const withModel = await answerSms(sms(), services({ replies: [reply] }));
  expect(withModel).toEqual(await answerSms(sms(), services()));
});

test('a repeated webhook that was answered is stored once and gets no second answer', async () => {
  const uses = services();
  await answerSms(sms(), uses);
  expect((await answerSms(sms(), uses)).body).toBe(empty);
  expect(uses.conversations.messages).toHaveLength(1);
});

test('a repeated webhook whose answer was lost on the way to the database is answered', async () => {
  const uses = services({ failures: { recordReply: [new TransientError('database is away')] } });
  await errorOf(answerSms(sms(), uses));
  expect(textOf((await answerSms(sms(), uses)).body)).not.toBe('');
});

test('the second answer asks one thing more and names no STOP', async () => {
  const uses = services();
  await answerSms(sms(), uses);
  const second = textOf((await answerSms(sms({ MessageSid: 'SM2', Body: 'A light in Bondi' }), uses)).body);
  expect(second).toBe('Thanks! How soon do you need it done?');
});

test.each([
  ['STOP', sms({ Body: 'STOP' })],
  ['HELP', sms({ Body: ' help ' })],
  ['our own number', sms({ From: ownNumber })],
  ['an alphanumeric sender', sms({ From: 'MyBank' })],
  ['a number that no business has', sms({ To: '+61480000008' })],
])('says nothing to %s', async (_, message) => {
  expect(await answerSms(message, services())).toMatchObject({ statusCode: 200, body: empty });
});

test('says nothing after STOP', async () => {
  const uses = services();
  await answerSms(sms({ Body: 'stop' }), uses);
  expect((await answerSms(sms({ MessageSid: 'SM2' }), uses)).body).toBe(empty);
});

test('answers the test SMS of our own number', async () => {
  const uses = services();
  const { body } = await answerSms(sms({ From: ownNumber, Body: 'CoreSentia test n0nce' }), uses);
  expect(checkReply(textOf(body), { businessName: business.businessName, isFirst: true })).toEqual([]);
  expect(uses.conversations.messages).toMatchObject([{ isTest: true }]);
});

test('stores a message that holds NUL', async () => {
  const uses = services();
  await answerSms(sms({ Body: 'a\u0000b' }), uses);
  expect(uses.conversations.messages).toMatchObject([{ body: 'ab' }]);
});

test('escapes what XML would read', async () => {
  const uses = { ...services(), conversations: fakeConversations({ businesses: [{ ...business, businessName: 'Tom & <Jerry>' }] }) };
  expect((await answerSms(sms(), uses)).body).toContain('Tom &amp; &lt;Jerry&gt;');
});

test('fails when the message cannot be stored, so that Twilio goes to the fallback', async () => {
  const uses = services({ failures: { receive: [new TransientError('database is away')] } });
  expect((await errorOf(answerSms(sms(), uses))).name).toBe('TransientError');
});

test('the fallback says that the message has arrived, but not to a keyword or a sender without a number', () => {
  expect(textOf(answerInstead(sms()).body)).toMatch(/has arrived/);
  expect(answerInstead(sms({ Body: 'STOP' })).body).toBe(empty);
  expect(answerInstead(sms({ From: 'MyBank' })).body).toBe(empty);
});

const call = (signature?: string) => twilioRequest({ CallSid: 'CA1' }, { path: '/api/voice/webhook', ...(signature && { signature }) });

test('a caller hears that the number takes text messages', () => {
  expect(answerCall(call(), { authToken, publicUrl: undefined }).body).toMatch(/<Say language="en-AU">.*text messages only.*<Hangup\/>/);
  expect(answerCall(call('forged'), { authToken, publicUrl: undefined })).toEqual({ statusCode: 403, body: '' });
});
