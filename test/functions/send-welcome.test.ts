import { sendWelcome } from '../../functions/send-welcome';
import { hashToken } from '../../shared/token';
import { aForm, aRun, businessId, userId } from '../fakes/a-run';
import { fakeLogins } from '../fakes/logins';
import { fakeMailLog } from '../fakes/mail-log';
import { fakeMailer } from '../fakes/mailer';
import { brand } from '../shared/mail/brand';

const settings = { brand, portalUrl: 'https://portal.example' };
beforeEach(() => void jest.useFakeTimers({ now: new Date('2026-11-22T03:00:00Z') }));
afterEach(() => void jest.useRealTimers());

const services = (scripts: { logins?: Parameters<typeof fakeLogins>[0]; mailer?: Parameters<typeof fakeMailer>[0] } = {}) => ({
  logins: fakeLogins(scripts.logins),
  mailer: fakeMailer(scripts.mailer),
  mailLog: fakeMailLog(),
  settings,
});
const tokenIn = (text: string) => /https:\/\/portal\.example\/welcome\/([\w-]{43})\s/.exec(text)?.[1];

test("sends the SOP's welcome mail to the address that signs in", async () => {
  const parts = services();
  expect(await sendWelcome(aRun(), parts)).toEqual({ evidence: { mailId: 'mail-1' } });
  const [mail] = parts.mailer.sent;
  expect(mail).toMatchObject({ to: aForm().email, subject: "🚀 You're Live! Here's Your CoreSentia Dashboard" });
  const facts = [
    'Hi Jo,',
    'Bright Sparks Electrical',
    '📱 Your Number: 0480 000 001',
    `https://portal.example/dashboard/${businessId}`,
    'View all leads and conversations',
    'Manage your booking calendar',
    'Update your availability',
    'Track response rates',
    '2. You',
    'Test the system by texting your number',
    'text me on 0480 000 099',
    'Welcome aboard!',
    'Robin',
  ];
  for (const fact of facts) expect(mail?.text).toContain(fact);
});

test('carries a link to choose a password that works for 14 days', async () => {
  const parts = services();
  await sendWelcome(aRun(), parts);
  const token = tokenIn(parts.mailer.sent[0]?.text ?? '') ?? '';
  expect([...parts.logins.links]).toEqual([[hashToken(token), { userId, expiresAt: new Date('2026-12-06T03:00:00Z'), usedAt: null }]]);
});

test('asks somebody who was here before to sign in as usual, without a link', async () => {
  const parts = services();
  await sendWelcome(aRun({ login: { userId, existedBefore: true } }), parts);
  const { text = '', html = '' } = parts.mailer.sent[0] ?? {};
  expect(text).toContain('sign in as usual');
  expect(`${text}${html}`).not.toContain('/welcome/');
  expect(parts.logins.links.size).toBe(0);
});

test('goes out once though the response of SES is lost', async () => {
  const parts = services({ mailer: { loseResponseOf: 'send' } });
  await expect(sendWelcome(aRun(), parts)).rejects.toMatchObject({ name: 'EmailUnconfirmed' });
  await expect(sendWelcome(aRun(), parts)).rejects.toMatchObject({ name: 'EmailUnconfirmed' });
  expect(parts.mailer.sent).toHaveLength(1);
});

test('goes out once though the response to createLink is lost', async () => {
  const parts = services({ logins: { loseResponseOf: 'createLink' } });
  await expect(sendWelcome(aRun(), parts)).rejects.toMatchObject({ name: 'TransientError' });
  await sendWelcome(aRun(), parts);
  expect(parts.mailer.sent).toHaveLength(1);
});

test('makes no second link when the step is repeated', async () => {
  const parts = services();
  await sendWelcome(aRun(), parts);
  await sendWelcome(aRun(), parts);
  expect(parts.logins.links.size).toBe(1);
  expect(parts.mailer.sent).toHaveLength(1);
});

test('escapes the name of the business', async () => {
  const parts = services();
  await sendWelcome(aRun({ business: { id: businessId, name: '<b>Sparks</b> & Sons', timeZone: 'Australia/Sydney' } }), parts);
  expect(parts.mailer.sent[0]?.html).toContain('&lt;b&gt;Sparks&lt;/b&gt; &amp; Sons');
  expect(parts.mailer.sent[0]?.html).not.toContain('<b>');
});

test.each(['business', 'login', 'number', 'onboarding'] as const)('sends nothing when there is no %s', async (part) => {
  const parts = services();
  await expect(sendWelcome(aRun({ [part]: null }), parts)).rejects.toMatchObject({ name: 'BusinessDataMissing' });
  expect(parts.mailer.sent).toEqual([]);
});

test('can be sent after what was missing is there', async () => {
  const parts = services();
  await expect(sendWelcome(aRun({ login: null }), parts)).rejects.toMatchObject({ name: 'BusinessDataMissing' });
  await sendWelcome(aRun(), parts);
  expect(parts.mailer.sent).toHaveLength(1);
});
