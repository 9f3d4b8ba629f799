import type { CallDraft } from '../../../local/twilio/voice';
import { type Answer, buy, options, receiver, startRig } from './rig';

const caller = '+61412345678';
const open: { close(): Promise<unknown> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).toReversed()) await one.close();
});

const twiml = (verbs: string): Answer => ({ body: `<?xml version="1.0"?><Response>${verbs}</Response>` });

/** A number whose VoiceUrl answers as given; `call` resolves when the call is over. */
async function withNumber(answers: Record<string, Answer>) {
  const hook = await receiver(({ path }) => answers[path] ?? {});
  const rig = await startRig();
  open.push(hook, rig);
  const { sid, phoneNumber } = await buy(rig.client);
  await rig.client.incomingPhoneNumbers(sid).update({ voiceUrl: `${hook.url}/voice`, statusCallback: `${hook.url}/ended` });
  const call = (draft: Partial<CallDraft> = {}) => rig.emulator.callFromHandset({ from: caller, to: phoneNumber, ...draft });
  return { ...rig, hook, phoneNumber, call };
}
const dial = twiml('<Dial timeout="18" action="/after" answerOnBridge="true"><Number>+61480000123</Number></Dial>');
const sorry = twiml('<Say language="en-AU">Sorry &amp; goodbye</Say><Hangup/><Say>never heard</Say>');

test("a call reaches the VoiceUrl with Twilio's parameters and a genuine signature, and its end the status callback", async () => {
  const { call, hook, phoneNumber } = await withNumber({ '/voice': sorry });
  const { callSid, ...result } = await call();
  expect(result).toEqual({ status: 'completed', heard: ['Sorry & goodbye'], rang: [] });
  const shared = { CallSid: callSid, AccountSid: options.accountSid, From: caller, To: phoneNumber, Direction: 'inbound' };
  expect(hook.received).toMatchObject([
    { method: 'POST', path: '/voice', genuine: true, params: { ...shared, CallStatus: 'ringing' } },
    { method: 'POST', path: '/ended', genuine: true, params: { ...shared, CallStatus: 'completed' } },
  ]);
});

test.each([
  [true, 'completed'],
  [false, 'no-answer'],
])('<Dial> rings, and its action hears whether somebody answered: %s', async (ownerAnswers, DialCallStatus) => {
  const { call, hook } = await withNumber({ '/voice': dial, '/after': sorry });
  expect(await call({ ownerAnswers })).toMatchObject({ rang: ['+61480000123'], heard: ['Sorry & goodbye'] });
  expect(hook.received[1]).toMatchObject({ path: '/after', genuine: true, params: { DialCallStatus } });
});

test('a caller who hangs up while it rings leaves only the status callback', async () => {
  const { call, hook } = await withNumber({ '/voice': dial });
  expect(await call({ hangsUp: true })).toMatchObject({ status: 'no-answer', heard: [] });
  expect(hook.received.map(({ path, params }) => [path, params['CallStatus']])).toEqual([
    ['/voice', 'ringing'],
    ['/ended', 'no-answer'],
  ]);
});

test.each<[string, Answer, number]>([
  ['a webhook that fails', { status: 500 }, 11_200],
  ['an answer that is no TwiML', { body: '<html></html>' }, 12_200],
  ['an answer that is not well-formed', { body: '<Response>' }, 12_100],
])('%s is heard as an error and listed', async (_, answer, code) => {
  const { call, emulator } = await withNumber({ '/voice': answer });
  expect((await call()).heard).toEqual([expect.stringContaining('application error')]);
  expect(emulator.alerts()).toMatchObject([{ code }]);
});

test('TwiML that redirects to itself comes to an end', async () => {
  const { call, hook } = await withNumber({ '/voice': twiml('<Redirect>/voice</Redirect>') });
  await call();
  expect(hook.received.length).toBeLessThan(15);
});

test('a number that nobody here owns cannot be called', async () => {
  const { emulator } = await withNumber({});
  await expect(emulator.callFromHandset({ from: caller, to: '+61480999999' })).rejects.toThrow('not a number of this account');
});
