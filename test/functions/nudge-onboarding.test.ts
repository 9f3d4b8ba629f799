import { nudgeOnboarding } from '../../functions/nudge-onboarding';
import { TerminalError, TransientError } from '../../shared/errors';
import { hashToken } from '../../shared/token';
import { aForm } from '../fakes/a-run';
import { fakeExecutions } from '../fakes/executions';
import { fakeMailLog } from '../fakes/mail-log';
import { fakeMailer } from '../fakes/mailer';
import { fakeOnboardings } from '../fakes/onboardings';
import { brand } from '../shared/mail/brand';

const settings = { brand, portalUrl: 'https://portal.example' };
type Due = NonNullable<NonNullable<Parameters<typeof fakeOnboardings>[0]>['due']>;
type Scripts = { executions?: Parameters<typeof fakeExecutions>[0]; mailer?: Parameters<typeof fakeMailer>[0] };

const services = (due: Due, scripts: Scripts = {}) => ({
  executions: fakeExecutions(scripts.executions),
  mailer: fakeMailer(scripts.mailer),
  mailLog: fakeMailLog(),
  onboardings: fakeOnboardings({ due }),
  settings,
});
const reminder = (runId: string, day: 1 | 3 | 7 = 1) => ({
  runId,
  day,
  email: `${runId}@example.com`,
  firstName: 'Jo',
  invoiceNumber: `INV-${runId}`,
});
const offer = { runId: 'a', onboardingId: 'form-1', submittedAt: '2026-11-20T20:00:00Z', email: 'a@example.com', firstName: null };

test.each([1, 3, 7] as const)('reminds after %i days, once, with a fresh link', async (day) => {
  const parts = services({ reminders: [reminder('a', day)] });
  await nudgeOnboarding(parts);
  await nudgeOnboarding(parts);
  expect(parts.mailLog.rows).toMatchObject([{ key: `a:reminder-${day}`, template: `reminder-${day}`, status: 'sent' }]);
  expect(parts.mailer.sent).toMatchObject([{ to: 'a@example.com', text: expect.stringContaining('Hi Jo,') }]);
  const token = /\/onboarding\/([\w-]{43})/.exec(parts.mailer.sent[0]?.text ?? '')?.[1] ?? '';
  expect([...parts.onboardings.invites.keys()]).toEqual([hashToken(token)]);
});

test('offers a form that was sent before payment, once, by its day and without what it says', async () => {
  const parts = services({ offers: [offer] });
  await nudgeOnboarding(parts);
  await nudgeOnboarding(parts);
  expect(parts.mailer.sent).toHaveLength(1);
  expect(parts.mailer.sent[0]).toMatchObject({ to: 'a@example.com', subject: 'Use the form sent on 21 November 2026?' });
  expect(parts.mailer.sent[0]?.text).toContain('Hi there,');
  expect(parts.mailer.sent[0]?.text).not.toContain(aForm().businessName);
});

test('repeats a wake-up that was lost', async () => {
  const parts = services({ wakeUps: [{ runId: 'a', taskToken: 'token' }] }, { executions: { open: ['token'] } });
  await nudgeOnboarding(parts);
  expect([...parts.executions.woken.keys()]).toEqual(['token']);
  expect((await parts.onboardings.due()).wakeUps).toEqual([]);
});

test('closes a wait whose attempt is gone', async () => {
  const parts = services({ wakeUps: [{ runId: 'a', taskToken: 'token' }] });
  await nudgeOnboarding(parts);
  expect((await parts.onboardings.due()).wakeUps).toEqual([]);
});

test("one client's trouble does not stop the others, and is told at the end", async () => {
  const refused = new TerminalError('EmailAddressRejected', 'no such address');
  const parts = services(
    {
      wakeUps: [
        { runId: 'a', taskToken: 'one' },
        { runId: 'b', taskToken: 'two' },
      ],
      reminders: [reminder('c'), reminder('d')],
      offers: [offer],
    },
    {
      executions: { open: ['one', 'two'], failures: { sendTaskSuccess: [new TransientError('timeout')] } },
      mailer: { failures: { send: [refused] } },
    },
  );
  const error = await nudgeOnboarding(parts).catch((error: unknown) => error as AggregateError);
  expect(error).toBeInstanceOf(AggregateError);
  expect(error).toMatchObject({ message: '2 nudges failed: TransientError, EmailAddressRejected' });
  expect([...parts.executions.woken.keys()]).toEqual(['two']);
  expect(parts.mailer.sent.map((mail) => mail.to)).toEqual(['d@example.com', 'a@example.com']);
  expect((await parts.onboardings.due()).wakeUps).toEqual([{ runId: 'a', taskToken: 'one' }]);
});

test('does not remind twice when the answer of SES is lost', async () => {
  const parts = services({ reminders: [reminder('a')] }, { mailer: { loseResponseOf: 'send' } });
  await expect(nudgeOnboarding(parts)).rejects.toThrow('EmailUnconfirmed');
  await expect(nudgeOnboarding(parts)).rejects.toThrow('EmailUnconfirmed');
  expect(parts.mailer.sent).toHaveLength(1);
});

test('leaves to the next hour what would not fit into this one, and cuts no mail off', async () => {
  jest.useFakeTimers({ now: Date.parse('2026-11-22T03:00:00Z') });
  try {
    const parts = services({ reminders: ['a', 'b', 'c', 'd'].map((runId) => reminder(runId)), offers: [offer] });
    const { mailer } = parts;
    const slow: typeof mailer = {
      ...mailer,
      send: async (mail) => {
        jest.setSystemTime(Date.now() + 41_000);
        return mailer.send(mail);
      },
    };
    await nudgeOnboarding({ ...parts, mailer: slow });
    expect(parts.mailLog.rows.map(({ key, status }) => `${key} ${status}`)).toEqual(['a:reminder-1 sent', 'b:reminder-1 sent']);
  } finally {
    jest.useRealTimers();
  }
});

test('does nothing when nothing is due', async () => {
  await expect(nudgeOnboarding(services({}))).resolves.toBeUndefined();
});
