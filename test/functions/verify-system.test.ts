import { verifySystem } from '../../functions/verify-system';
import { aRun } from '../fakes/a-run';
import { fakeSystemTests } from '../fakes/system-tests';

const leadId = '4e9faa22-74b9-4c5e-9b5a-7f7e2f3a3b06';
const reply = "Hi, it's Bright Sparks Electrical. What suburb is the job in? Reply STOP to opt out";
const complete = { leadId, inboundBody: 'CoreSentia test abc: Hi', reply };
const verify = (result: Parameters<typeof fakeSystemTests>[0]) => verifySystem(aRun(), { systemTests: fakeSystemTests(result) });

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
    message: expect.stringMatching(/^the reply to the test SMS: [a-z ,A-Z0-9-]+$/),
  });
});

test('can be repeated when the database gave no answer', async () => {
  const systemTests = fakeSystemTests({ result: complete, loseResponseOf: 'result' });
  await expect(verifySystem(aRun(), { systemTests })).rejects.toMatchObject({ name: 'TransientError' });
  await expect(verifySystem(aRun(), { systemTests })).resolves.toBeDefined();
});
