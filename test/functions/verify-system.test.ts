import { verifySystem } from '../../functions/verify-system';
import { aRun } from '../fakes/a-run';
import { fakeSystemTests } from '../fakes/system-tests';
import { fakeTelephony } from '../fakes/telephony';

const leadId = '4e9faa22-74b9-4c5e-9b5a-7f7e2f3a3b06';
const reply = "Hi, it's Bright Sparks Electrical. What suburb is the job in? Reply STOP to opt out";
const complete = { leadId, inboundBody: 'CoreSentia test abc: Hi', reply };
const run = aRun({ testSms: { nonce: 'abc', messageSid: 'SM1' } });
const parts = (script: Parameters<typeof fakeSystemTests>[0] = {}) => ({
  systemTests: fakeSystemTests(script),
  telephony: fakeTelephony(),
  settings: { testNumber: '+61480000090' },
});
const verify = (script: Parameters<typeof fakeSystemTests>[0]) => verifySystem(run, parts(script), { redriveCount: 0 });

test('is content with a lead, a conversation and a fitting reply', async () => {
  expect(await verify({ result: complete })).toEqual({ evidence: { leadId, replyChecked: true, conversation: true } });
});

test.each([
  ['lead, no conversation, no reply', {}],
  ['lead', { ...complete, leadId: null }],
  ['conversation', { ...complete, inboundBody: null }],
  ['reply', { ...complete, reply: null }],
])('is patient while there is no %s', async (missing, result) => {
  await expect(verify({ result })).rejects.toMatchObject({ name: 'ReplyPending', message: `the test SMS has had no ${missing} yet` });
});

test.each([
  ['without the name of the business', 'Hi, what suburb? Reply STOP to opt out'],
  ['with a price', 'Bright Sparks Electrical: that is $90. Reply STOP to opt out'],
  ['that is empty', ''],
])('stops at a reply %s, without quoting it', async (_, unfit) => {
  await expect(verify({ result: { ...complete, reply: unfit } })).rejects.toMatchObject({
    name: 'ReplyInappropriate',
    message: expect.stringMatching(/^the reply to the test SMS: [a-z ,;A-Z0-9-]+$/),
  });
});

test('can be repeated when the database gave no answer', async () => {
  const services = parts({ result: complete, loseResponseOf: 'result' });
  await expect(verifySystem(run, services, { redriveCount: 0 })).rejects.toMatchObject({ name: 'TransientError' });
  await expect(verifySystem(run, services, { redriveCount: 0 })).resolves.toBeDefined();
});

test('sends no SMS of its own before a redrive', async () => {
  const services = parts({ result: complete });
  await verifySystem(run, services, { redriveCount: 0 });
  expect(services.telephony.sent).toEqual([]);
});

test('sends one more test after a redrive, however often it is retried, and does not count the old one', async () => {
  const services = parts({ result: complete });
  for (let attempt = 0; attempt < 3; attempt += 1) {
    await expect(verifySystem(run, services, { redriveCount: 1 })).rejects.toMatchObject({ name: 'ReplyPending' });
  }
  expect(services.telephony.sent).toMatchObject([{ to: run.number?.e164, body: expect.stringContaining('CoreSentia test abc-1:') }]);
});

test('is content with the answer to the test of its own redrive', async () => {
  const services = parts({ result: { ...complete, inboundBody: 'CoreSentia test abc-2: Hi' } });
  await expect(verifySystem(run, services, { redriveCount: 2 })).resolves.toMatchObject({ evidence: { leadId } });
});
