import { answerCall } from '../../functions/voice-webhook';
import { textBack, textBackCaller } from '../../functions/text-back-caller';
import { ownPaths } from '../../infra/front-door';
import { TransientError } from '../../shared/errors';
import { checkReply } from '../../shared/reply-checks';
import { fakeCalls } from '../fakes/calls';
import { fakeEventPublisher } from '../fakes/event-publisher';
import { fakeTelephony } from '../fakes/telephony';
import { fakeTextLog } from '../fakes/text-log';
import { errorOf } from '../support/error-of';

const number = '+61480000001';
const caller = '+61480000002';
const owner = '+61480000123';
const paths = { first: '/api/voice/webhook', rang: '/api/voice/after-ringing', ended: '/api/voice/status' };
const call = (changes: object = {}) => ({
  CallSid: 'CA1',
  From: caller,
  To: number,
  CallStatus: 'ringing',
  DialCallStatus: '',
  ...changes,
});
const world = (options: Parameters<typeof fakeCalls>[0] = { ringPhone: owner }) => ({
  calls: fakeCalls(options),
  eventPublisher: fakeEventPublisher(),
});
const missedCall = { detailType: 'Call Missed', detail: { callSid: 'CA1' } };

test('a call rings the owner, and the caller hears it ring', async () => {
  const uses = world();
  const { body } = await answerCall(call(), paths.first, uses);
  expect(body).toContain(`<Dial timeout="18" action="${paths.rang}" method="POST" answerOnBridge="true"><Number>${owner}</Number></Dial>`);
  expect(uses.eventPublisher.published).toEqual([]);
});

test('a call that the owner took ends there', async () => {
  const uses = world();
  await answerCall(call(), paths.first, uses);
  expect((await answerCall(call({ DialCallStatus: 'completed' }), paths.rang, uses)).body).toContain('<Hangup/>');
  await answerCall(call({ CallStatus: 'completed' }), paths.ended, uses);
  expect(uses.eventPublisher.published).toEqual([]);
});

test.each(['no-answer', 'busy', 'failed', 'canceled'])(
  'after %s the caller hears what comes next, and the call is missed',
  async (DialCallStatus) => {
    const uses = world();
    await answerCall(call(), paths.first, uses);
    const { body } = await answerCall(call({ DialCallStatus }), paths.rang, uses);
    expect(body).toMatch(/<Say language="en-AU">Thanks for calling Bright Sparks\..*text message/);
    await answerCall(call({ CallStatus: 'completed' }), paths.ended, uses);
    expect(uses.eventPublisher.published).toEqual([missedCall]);
    expect(uses.calls.rows.get('CA1')).toMatchObject({ outcome: 'missed' });
  },
);

test('a caller who hangs up while it rings has been missed, even if nothing knew of the call', async () => {
  const uses = world();
  expect(await answerCall(call({ CallStatus: 'no-answer' }), paths.ended, uses)).toEqual({ statusCode: 200, body: '' });
  expect(uses.eventPublisher.published).toEqual([missedCall]);
});

test.each([
  ['that was passed on', { ForwardedFrom: owner }, { ringPhone: owner }],
  ['to an owner who wants no calls', {}, {}],
])('a call %s rings nobody', async (_, changes, options) => {
  const uses = world(options);
  expect((await answerCall(call(changes), paths.first, uses)).body).toContain('<Say');
  expect(uses.eventPublisher.published).toEqual([missedCall]);
});

test('a call to a number that no business has ends politely', async () => {
  const uses = world();
  expect((await answerCall(call({ To: '+61480000008' }), paths.first, uses)).body).toMatch(/<Say.*<Hangup\/>/);
  expect(uses.eventPublisher.published).toEqual([]);
});

test.each([
  ['quarantined', /no longer in use/],
  ['suspended', /not answered at the moment/],
] as const)('a call to a number that is %s hears so, rings nobody and brings no text', async (closed, words) => {
  const uses = world({ ringPhone: owner, closed });
  const { body } = await answerCall(call(), paths.first, uses);
  expect(body).toMatch(words);
  expect(body).not.toContain('<Dial');
  await answerCall(call({ CallStatus: 'completed' }), paths.ended, uses);
  expect(uses.eventPublisher.published).toEqual([]);
});

/** A missed call, and what text-back needs. */
async function missed(options: Parameters<typeof fakeCalls>[0] & { from?: string; telephony?: Parameters<typeof fakeTelephony>[0] } = {}) {
  const { from = caller, telephony = {}, ...more } = options;
  const calls = fakeCalls(more);
  await calls.receive({ callSid: 'CA1', from, to: number, forwarded: false });
  await calls.end({ callSid: 'CA1', answered: false });
  return { calls, smsStatusUrl: 'https://status.example/', telephony: fakeTelephony(telephony), textLog: fakeTextLog() };
}

test.each(Object.values(paths))('the distribution on our own domain passes %s on', (path) => {
  const patterns = ownPaths.flatMap(([pattern, name]) => (name === 'voice-webhook' ? [new RegExp(`^${pattern.replace('*', '.*')}$`)] : []));
  expect(patterns.some((pattern) => pattern.test(path))).toBe(true);
});

describe('text-back', () => {
  test('texts the caller once', async () => {
    const uses = await missed();
    await textBackCaller({ callSid: 'CA1' }, uses);
    await textBackCaller({ callSid: 'CA1' }, uses);
    expect(uses.telephony.sent).toMatchObject([{ from: number, to: caller, body: textBack('Bright Sparks') }]);
  });

  test.each([
    ['a landline', '+61290000001', 'no mobile'],
    ['another country', '+12025550123', 'no mobile'],
    ['a withheld number', 'anonymous', 'withheld'],
  ])('does not text %s', async (_, from, reason) => {
    const uses = await missed({ from });
    await textBackCaller({ callSid: 'CA1' }, uses);
    expect(uses.telephony.sent).toEqual([]);
    expect(uses.calls.rows.get('CA1')).toMatchObject({ reason });
  });

  test('does not text whom the database forbids, nor after a call that was answered', async () => {
    const uses = await missed({ silent: [caller] });
    await textBackCaller({ callSid: 'CA1' }, uses);
    await textBackCaller({ callSid: 'CA2' }, uses);
    expect(uses.telephony.sent).toEqual([]);
  });

  test('comes again if Twilio proved that it did not take the text', async () => {
    const uses = await missed({ telephony: { failures: { sendText: [new TransientError('slower', { accepted: 'no' })] } } });
    expect((await errorOf(textBackCaller({ callSid: 'CA1' }, uses))).name).toBe('TransientError');
    expect(uses.textLog.released).toHaveLength(1);
  });

  test.each(['Bright Sparks', 'The Extraordinarily Long Name of a Most Respectable Plumbing Company of Brunswick', ''])(
    'is one fit SMS for “%s”',
    (businessName) => {
      expect(checkReply(textBack(businessName), { businessName, isFirst: true })).toEqual([]);
    },
  );
});
