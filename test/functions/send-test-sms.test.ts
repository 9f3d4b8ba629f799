import { sendTestSms } from '../../functions/send-test-sms';
import { aRun, runId } from '../fakes/a-run';
import { fakeSystemTests } from '../fakes/system-tests';
import { fakeTelephony } from '../fakes/telephony';

const settings = { testNumber: '+61480000090' };
const services = (
  scripts: { telephony?: Parameters<typeof fakeTelephony>[0]; systemTests?: Parameters<typeof fakeSystemTests>[0] } = {},
) => ({
  telephony: fakeTelephony(scripts.telephony),
  systemTests: fakeSystemTests(scripts.systemTests),
  settings,
});

test("texts the new number from ours, with the test's nonce", async () => {
  const parts = services();
  expect(await sendTestSms(aRun(), parts, { redriveCount: 0 })).toEqual({ evidence: { messageSid: 'SM1' } });
  const nonce = parts.systemTests.tests.get(runId)?.nonce ?? '';
  expect(nonce).toMatch(/^[0-9a-f]{12}$/);
  expect(parts.telephony.sent).toMatchObject([
    { from: '+61480000090', to: '+61480000001', body: expect.stringContaining(`CoreSentia test ${nonce}:`) },
  ]);
});

test('is one SMS: plain characters, at most 160', async () => {
  const parts = services();
  await sendTestSms(aRun(), parts, { redriveCount: 0 });
  expect(parts.telephony.sent[0]?.body).toMatch(/^[A-Za-z0-9 .,:?']{1,160}$/);
});

test.each([
  ['plan', { systemTests: { loseResponseOf: 'plan' as const } }],
  ['findSent', { telephony: { loseResponseOf: 'findSent' as const } }],
  ['sendSms', { telephony: { loseResponseOf: 'sendSms' as const } }],
  ['recordSent', { systemTests: { loseResponseOf: 'recordSent' as const } }],
])('texts once though the response to %s is lost', async (_, scripts) => {
  const parts = services(scripts);
  await expect(sendTestSms(aRun(), parts, { redriveCount: 0 })).rejects.toMatchObject({ name: 'TransientError' });
  expect(await sendTestSms(aRun(), parts, { redriveCount: 0 })).toEqual({ evidence: { messageSid: 'SM1' } });
  expect(parts.telephony.sent).toHaveLength(1);
  expect(parts.systemTests.tests.get(runId)?.messageSid).toBe('SM1');
});

test('another run has another nonce', async () => {
  const parts = services();
  await sendTestSms(aRun(), parts, { redriveCount: 0 });
  await sendTestSms(aRun({ runId: '5b0e4f6e-3c1f-4a55-9d0e-0a4c5a3a9b99' }), parts, { redriveCount: 0 });
  expect(new Set([...parts.systemTests.tests.values()].map((test) => test.nonce)).size).toBe(2);
});

test('stops when there is no number', async () => {
  await expect(sendTestSms(aRun({ number: null }), services(), { redriveCount: 0 })).rejects.toMatchObject({ name: 'BusinessDataMissing' });
});
