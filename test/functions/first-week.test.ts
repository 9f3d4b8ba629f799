import { checkLogin } from '../../functions/check-login';
import { checkSmsActivity } from '../../functions/check-sms-activity';
import { followUp } from '../../functions/follow-up';
import { aForm, aRun, businessId } from '../fakes/a-run';
import { fakeLedger } from '../fakes/ledger';
import { fakeMailLog } from '../fakes/mail-log';
import { fakeMailer } from '../fakes/mailer';
import { fakeNoticeLog } from '../fakes/notice-log';
import { fakeNotices } from '../fakes/notices';
import { brand } from '../shared/mail/brand';

const settings = { brand, portalUrl: 'https://portal.example' };
const hours = (count: number) => count * 3_600_000;
const at = (iso: string, plusMs = 0) => void jest.useFakeTimers({ now: Date.parse(iso) + plusMs });
afterEach(() => void jest.useRealTimers());

interface Scripts {
  ledger?: Parameters<typeof fakeLedger>[0];
  mailer?: Parameters<typeof fakeMailer>[0];
  notices?: Parameters<typeof fakeNotices>[0];
}
const services = (scripts: Scripts = {}) => ({
  ledger: fakeLedger(scripts.ledger),
  mailer: fakeMailer(scripts.mailer),
  mailLog: fakeMailLog(),
  noticeLog: fakeNoticeLog(),
  notices: fakeNotices(scripts.notices),
  settings,
});
const checks = { day1At: '2026-11-22T23:00:00Z', day3At: '2026-11-24T23:00:00Z', day7At: '2026-11-28T23:00:00Z' };
const run = aRun({ checks });
const steps = [
  ['CheckLogin', checkLogin, checks.day1At],
  ['CheckSmsActivity', checkSmsActivity, checks.day3At],
  ['FollowUp', followUp, checks.day7At],
] as const;

test.each(steps)('%s mails the client once, by name and about the business', async (_, step, dueAt) => {
  at(dueAt);
  const parts = services();
  const { evidence } = await step(run, parts);
  expect(await step(run, parts)).toEqual({ evidence });
  expect(evidence).toMatchObject({ mailId: 'mail-1' });
  expect(parts.mailer.sent).toMatchObject([{ to: aForm().email }]);
  for (const fact of ['Hi Jo,', 'Bright Sparks Electrical', 'Robin']) expect(parts.mailer.sent[0]?.text).toContain(fact);
});

test.each(steps)('%s mails once though the response of SES is lost', async (_, step, dueAt) => {
  at(dueAt);
  const parts = services({ mailer: { loseResponseOf: 'send' } });
  await expect(step(run, parts)).rejects.toMatchObject({ name: 'EmailUnconfirmed' });
  await expect(step(run, parts)).rejects.toMatchObject({ name: 'EmailUnconfirmed' });
  expect(parts.mailer.sent).toHaveLength(1);
});

test.each(steps)('%s more than 36 hours late mails nobody', async (_, step, dueAt) => {
  at(dueAt, hours(36) + 1000);
  const parts = services();
  expect(await step(run, parts)).toEqual({ evidence: { skipped: 'late' } });
  expect(parts.mailer.sent).toEqual([]);
  expect(parts.notices.published).toEqual([]);
});

test.each(steps)('%s 36 hours late is still done', async (_, step, dueAt) => {
  at(dueAt, hours(36));
  const parts = services();
  await step(run, parts);
  expect(parts.mailer.sent).toHaveLength(1);
});

test.each(steps)('%s stops when no time was set', async (_, step) => {
  await expect(step(aRun({ checks: null }), services())).rejects.toMatchObject({ name: 'BusinessDataMissing' });
});

test('CheckLogin leaves a client alone who has looked at the dashboard', async () => {
  at(checks.day1At);
  const parts = services({ ledger: { week: { viewedAt: '2026-11-22T05:00:00Z', inboundCount: 0 } } });
  expect(await checkLogin(run, parts)).toEqual({ evidence: { viewedAt: '2026-11-22T05:00:00Z' } });
  expect(parts.mailer.sent).toEqual([]);
  expect(parts.notices.published).toEqual([]);
});

test('CheckLogin nudges with links to dashboard and sign-in, and tells the operator without personal data', async () => {
  at(checks.day1At);
  const parts = services();
  expect(await checkLogin(run, parts)).toEqual({ evidence: { viewedAt: null, mailId: 'mail-1' } });
  const { text = '' } = parts.mailer.sent[0] ?? {};
  expect(text).toContain(`https://portal.example/dashboard/${businessId}`);
  expect(text).toContain('https://portal.example/sign-in');
  expect(parts.notices.published).toHaveLength(1);
  expect(JSON.stringify(parts.notices.published)).toContain('INV-0042');
  expect(JSON.stringify(parts.notices.published)).not.toMatch(/Jo|Sparks|@/);
});

test('CheckLogin tells the operator once though the mail has to be repeated', async () => {
  at(checks.day1At);
  const parts = services({ mailer: { loseResponseOf: 'send' } });
  await expect(checkLogin(run, parts)).rejects.toMatchObject({ name: 'EmailUnconfirmed' });
  await parts.mailLog.recordEvent({ mailId: 'mail-1', kind: 'sent', messageId: 'ses-1', at: checks.day1At });
  await checkLogin(run, parts);
  expect(parts.notices.published).toHaveLength(1);
  expect(parts.mailer.sent).toHaveLength(1);
});

test('CheckSmsActivity leaves a client alone who has had an SMS', async () => {
  at(checks.day3At);
  const parts = services({ ledger: { week: { viewedAt: null, inboundCount: 4 } } });
  expect(await checkSmsActivity(run, parts)).toEqual({ evidence: { inboundCount: 4 } });
  expect(parts.mailer.sent).toEqual([]);
});

test('CheckSmsActivity gives tips with the number as people read it', async () => {
  at(checks.day3At);
  const parts = services();
  expect(await checkSmsActivity(run, parts)).toEqual({ evidence: { inboundCount: 0, mailId: 'mail-1' } });
  expect(parts.mailer.sent[0]?.text).toContain('0480 000 001');
});

test("FollowUp asks the SOP's question", async () => {
  at(checks.day7At);
  const parts = services();
  await followUp(run, parts);
  expect(parts.mailer.sent).toMatchObject([{ subject: "How's it going? Any questions?" }]);
});
