import { getExpectedTwilioSignature } from 'twilio/lib/webhooks/webhooks';
import { answerWebhook } from '../../functions/sms-webhook';
import { fakeConversations } from '../fakes/conversations';
import { fakeEventPublisher } from '../fakes/event-publisher';
import { fakeReplyWriter } from '../fakes/reply-writer';
import { functionUrlEvent } from '../support/function-url-event';
import { authToken } from '../support/twilio-request';

const number = '+61480000001';
const business = { businessId: '6b0f6a3e-1111-4222-8333-444455556666', businessName: 'Bright Sparks', services: 'Lights', number };
const path = '/api/sms/webhook';
const url = `https://abc.lambda-url.ap-southeast-2.on.aws${path}`;

/** mulberry32: the same numbers in every run. */
function dice(seed: number) {
  let state = seed;
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return {
    below: (limit: number) => Math.floor(next() * limit),
    oneOf: <T>(items: readonly T[]): T => items[Math.floor(next() * items.length)]!,
  };
}
type Dice = ReturnType<typeof dice>;

const phones = [
  '+61400000001',
  '+61400000002',
  '+61400000003',
  'MyBank',
  '',
  '12345',
  '+0',
  '+61480000001',
  '\u0000',
  `+${'9'.repeat(70)}`,
];
const bodies = [
  '',
  'hi',
  'STOP',
  'yes',
  '\u0000',
  '\ud800',
  '<Response/>',
  '𝕳𝖊𝖑𝖑𝖔',
  "'; drop table leads;--",
  '%00%ff',
  '{"a":1}',
  '\r\n\t',
  'a'.repeat(3000),
];
const mediaCounts = ['0', '1', '-1', 'NaN', '1e9', '', '99999999999999999999'];

/** A form with some fields missing and some that make no sense. */
function form({ below, oneOf }: Dice, id: number): Record<string, string> {
  const fields = {
    MessageSid: oneOf([`SM${id}`, `SM${id}`, `SM${id % 50}`, '', 'S'.repeat(100)]),
    From: oneOf(phones),
    To: oneOf([number, number, '+61480000009', '', 'x']),
    Body: oneOf(bodies),
    NumMedia: oneOf(mediaCounts),
    __proto__x: 'y',
  };
  return Object.fromEntries(Object.entries(fields).filter(() => below(12) > 0));
}

/** Bytes as they come: whole, cut, repeated fields, broken UTF-8 and percent signs, huge. */
function mangled(body: string, { below, oneOf }: Dice): string {
  const mangle = oneOf<(text: string) => string>([
    (text) => text,
    (text) => text.slice(0, below(text.length + 1)),
    (text) => `${text}&${text}`,
    (text) => `${text}&Body=%FF%FE%C0%AF`,
    (text) => text.replace('%', '%%'),
    () => '',
    () => '{"json": true}',
  ]);
  return mangle(body);
}

const count = process.env['FULL'] ? 100_000 : 30_000;

test(`of ${count} generated webhooks none is a 5xx, none without a valid signature costs a service, and nearly all are refused before`, async () => {
  const random = dice(42);
  const huge = 'x'.repeat(1_000_000);
  const services = {
    conversations: fakeConversations({ businesses: [business] }),
    eventPublisher: fakeEventPublisher(),
    replyWriter: fakeReplyWriter(),
  };
  let made = 0;
  const statuses = new Map<number, number>();
  const write = jest.spyOn(process.stdout, 'write').mockReturnValue(true);
  for (let id = 0; id < count; id += 1) {
    const fields = form(random, id);
    const isSigned = random.below(50) === 0;
    const text = new URLSearchParams(fields).toString();
    const body = isSigned ? text : random.below(5000) === 0 ? huge : mangled(text, random);
    // Twilio signs what it sent, which is what a server reads back from the bytes.
    const signed = Object.fromEntries(new URLSearchParams(text));
    const signature = isSigned
      ? getExpectedTwilioSignature(authToken, url, signed)
      : random.oneOf(['', 'x', 'AAAAAAAAAAAAAAAAAAAAAAAAAAA=', 'ü'.repeat(14)]);
    const headers = random.below(20) === 0 && !isSigned ? {} : { 'x-twilio-signature': signature };
    const method = !isSigned && random.below(50) === 0 ? random.oneOf(['GET', 'PUT', 'HEAD', '']) : 'POST';
    const event = functionUrlEvent({ path, method, headers, body, base64: random.below(2) === 0 });
    const before = made;
    const { statusCode } = await answerWebhook(event, { authToken, publicUrl: undefined }, async () => {
      made += 1;
      return { services };
    });
    statuses.set(statusCode, (statuses.get(statusCode) ?? 0) + 1);
    if (!isSigned && made !== before) throw new Error(`request ${id} got in without a signature`);
  }
  write.mockRestore();
  expect(new Set(statuses.keys())).toEqual(new Set([200, 400, 403, 405]));
  expect(made / count).toBeLessThan(0.03);
  expect(made).toBeGreaterThan(0);
});

test.each([undefined, null, {}, 'x', { headers: null }, { rawPath: 1 }])('an event that is none (%j) is a 400', async (event) => {
  const answer = await answerWebhook(event, { authToken, publicUrl: undefined }, async () => {
    throw new Error('nothing is needed');
  });
  expect(answer.statusCode).toBe(400);
});
