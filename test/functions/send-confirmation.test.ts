import { sendConfirmation } from '../../functions/send-confirmation';
import { hashToken } from '../../shared/token';
import { aForm, aRun, runId } from '../fakes/a-run';
import { fakeMailLog } from '../fakes/mail-log';
import { fakeMailer } from '../fakes/mailer';
import { fakeOnboardings } from '../fakes/onboardings';
import { brand } from '../shared/mail/brand';

const settings = { brand, portalUrl: 'https://portal.example/' };
const now = new Date('2026-11-22T03:00:00Z');
beforeEach(() => void jest.useFakeTimers({ now }));
afterEach(() => void jest.useRealTimers());

function services(start: { onboardings?: Parameters<typeof fakeOnboardings>[0]; mailer?: Parameters<typeof fakeMailer>[0] } = {}) {
  return { mailer: fakeMailer(start.mailer), mailLog: fakeMailLog(), onboardings: fakeOnboardings(start.onboardings), settings };
}
const run = aRun({ onboarding: null });
const tokenIn = (text: string) => /https:\/\/portal\.example\/onboarding\/([\w-]{43})\s/.exec(text)?.[1] ?? '';

test("mails the invoice's contact a link to the form that works for 35 days", async () => {
  const { onboardings, ...rest } = services();
  expect(await sendConfirmation(run, { onboardings, ...rest })).toEqual({ evidence: { mailId: 'mail-1' } });
  const [mail] = rest.mailer.sent;
  expect(mail).toMatchObject({ to: run.client.email, subject: "Great! Let's get you set up" });
  expect(mail?.text).toContain('Hi Joanna,');
  const tokenHash = hashToken(tokenIn(mail?.text ?? ''));
  expect([...onboardings.invites]).toEqual([[tokenHash, { runId, expiresAt: new Date('2026-12-27T03:00:00Z') }]]);
  expect(mail?.html).toContain(`/onboarding/${tokenIn(mail?.text ?? '')}"`);
});

test('makes an invite only for a mail that goes out', async () => {
  const parts = services();
  await sendConfirmation(run, parts);
  await sendConfirmation(run, parts);
  expect(parts.mailer.sent).toHaveLength(1);
  expect(parts.onboardings.invites.size).toBe(1);
});

test('mails once though the response of SES is lost', async () => {
  const parts = services({ mailer: { loseResponseOf: 'send' } });
  await expect(sendConfirmation(run, parts)).rejects.toMatchObject({ name: 'EmailUnconfirmed' });
  await expect(sendConfirmation(run, parts)).rejects.toMatchObject({ name: 'EmailUnconfirmed' });
  expect(parts.mailer.sent).toHaveLength(1);
});

test.each(['createInvite', 'invite'] as const)('mails once though the response to %s is lost', async (loseResponseOf) => {
  const parts = services({ onboardings: { loseResponseOf } });
  await expect(sendConfirmation(run, parts)).rejects.toMatchObject({ name: 'TransientError' });
  await sendConfirmation(run, parts);
  expect(parts.mailer.sent).toHaveLength(1);
});

test('mentions a form that was sent before payment', async () => {
  const unattached = { onboardingId: 'one', submittedAt: '2026-11-20T00:00:00Z', form: aForm() };
  const parts = services({ onboardings: { unattached } });
  await sendConfirmation(run, parts);
  expect(parts.mailer.sent[0]?.text).toContain('You already sent us a form');
  const without = services();
  await sendConfirmation(run, without);
  expect(without.mailer.sent[0]?.text).not.toContain('already');
});
