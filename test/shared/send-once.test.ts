import timers from 'node:timers/promises';
import { TerminalError, TransientError } from '../../shared/errors';
import type { MailClaim, MailLog } from '../../shared/ports/mail-log';
import { type OneMail, sendOnce } from '../../shared/send-once';
import { fakeMailer } from '../fakes/mailer';
import { fakeMailLog } from '../fakes/mail-log';

const mail: OneMail = {
  key: 'run-1:welcome',
  template: 'welcome',
  runId: null,
  to: 'jo@example.com',
  compose: () => ({ subject: 'Hello', html: '<p>Hello</p>', text: 'Hello' }),
};
const unconfirmed = { name: 'EmailUnconfirmed' };

/** The waits before repeats, which take no time here. */
let waits: unknown[];
beforeEach(() => {
  waits = [];
  jest.spyOn(timers, 'setTimeout').mockImplementation(async (ms) => void waits.push(ms));
});

test('sends a mail once, however often it is asked to', async () => {
  const services = { mailLog: fakeMailLog(), mailer: fakeMailer() };
  const first = await sendOnce(mail, services);
  expect(await sendOnce(mail, services)).toEqual(first);
  expect(services.mailer.sent).toMatchObject([{ mailId: 'mail-1', to: 'jo@example.com', subject: 'Hello' }]);
  expect(services.mailLog.rows).toMatchObject([{ status: 'sent', messageId: 'ses-1' }]);
});

test('does not send twice when the answer of SES is lost', async () => {
  const services = { mailLog: fakeMailLog(), mailer: fakeMailer({ loseResponseOf: 'send' }) };
  await expect(sendOnce(mail, services)).rejects.toMatchObject(unconfirmed);
  await expect(sendOnce(mail, services)).rejects.toMatchObject(unconfirmed);
  expect(services.mailer.sent).toHaveLength(1);
});

test('is settled by the event of SES after an answer was lost', async () => {
  const services = { mailLog: fakeMailLog(), mailer: fakeMailer({ loseResponseOf: 'send' }) };
  await expect(sendOnce(mail, services)).rejects.toMatchObject(unconfirmed);
  await services.mailLog.recordEvent({ mailId: 'mail-1', kind: 'delivered', messageId: 'ses-1', at: '2026-11-22T00:00:00Z' });
  await expect(sendOnce(mail, services)).resolves.toEqual({ mailId: 'mail-1' });
  expect(services.mailer.sent).toHaveLength(1);
});

test('does not send twice when the database does not take the message id', async () => {
  const failures = { recordSent: [new TransientError('down', { accepted: 'no' })] };
  const services = { mailLog: fakeMailLog({ failures }), mailer: fakeMailer() };
  await expect(sendOnce(mail, services)).rejects.toMatchObject({ name: 'TransientError' });
  await expect(sendOnce(mail, services)).rejects.toMatchObject(unconfirmed);
  expect(services.mailer.sent).toHaveLength(1);
});

const away = () => new TransientError('database down');

test('sends once after a claim whose answer was lost: it gets its own claim back', async () => {
  const services = { mailLog: fakeMailLog({ loseResponseOf: 'claim' }), mailer: fakeMailer() };
  expect(await sendOnce(mail, services)).toEqual({ mailId: 'mail-1' });
  expect(services.mailer.sent).toHaveLength(1);
});

test('claims three times if there is no answer, then leaves the mail to the next attempt', async () => {
  const services = { mailLog: fakeMailLog({ failures: { claim: [away(), away(), away()] } }), mailer: fakeMailer() };
  await expect(sendOnce(mail, services)).rejects.toMatchObject({ name: 'TransientError', message: 'database down' });
  expect(services.mailer.sent).toHaveLength(0);
  await sendOnce(mail, services);
  expect(services.mailer.sent).toHaveLength(1);
});

test.each(['before its release', 'after its release'])('is not in doubt because of claims that land late, %s', async (when) => {
  const mailLog = fakeMailLog();
  const late: MailClaim[] = [];
  const slow: MailLog = {
    ...mailLog,
    async claim(claim) {
      if (when === 'before its release') await mailLog.claim(claim);
      else late.push(claim);
      throw new TransientError('too slow');
    },
  };
  const mailer = fakeMailer();
  await expect(sendOnce(mail, { mailLog: slow, mailer })).rejects.toMatchObject({ name: 'TransientError' });
  for (const claim of late) expect(await mailLog.claim(claim)).toMatchObject({ outcome: 'unconfirmed' });
  expect(mailLog.rows).toMatchObject([{ status: 'released' }]);
  await sendOnce(mail, { mailLog, mailer });
  for (const claim of late) expect(await mailLog.claim(claim)).toMatchObject({ outcome: 'sent' });
  expect(mailer.sent).toHaveLength(1);
});

test('sends once after claims whose answer cannot be read', async () => {
  const unreadable = new Error('claim_mail answered something else: outcome');
  const services = { mailLog: fakeMailLog({ failures: { claim: [unreadable, unreadable] } }), mailer: fakeMailer() };
  expect(await sendOnce(mail, services)).toEqual({ mailId: 'mail-1' });
  expect(services.mailer.sent).toHaveLength(1);
});

test('waits a moment before it claims again', async () => {
  const services = { mailLog: fakeMailLog({ failures: { claim: [away(), away()] } }), mailer: fakeMailer() };
  await sendOnce(mail, services);
  expect(waits).toEqual([100, 400]);
});

test('does not claim again what is refused for good', async () => {
  const refused = new TerminalError('VendorAccountProblem', 'key refused');
  const services = { mailLog: fakeMailLog({ failures: { claim: [refused, away()] } }), mailer: fakeMailer() };
  await expect(sendOnce(mail, services)).rejects.toBe(refused);
});

test('another attempt does not send what the first has claimed', async () => {
  const services = { mailLog: fakeMailLog(), mailer: fakeMailer() };
  const compose = async () => {
    await expect(sendOnce(mail, services)).rejects.toMatchObject(unconfirmed);
    return { subject: 'Hello', html: '<p>Hello</p>', text: 'Hello' };
  };
  await sendOnce({ ...mail, compose }, services);
  expect(services.mailer.sent).toHaveLength(1);
});

test.each([
  ['SES proves that it did not take the mail', new TransientError('throttled', { accepted: 'no' }), 'TransientError'],
  ['SES refuses the mail', new TerminalError('EmailRefused', 'sandbox'), 'EmailRefused'],
  ['SES refuses the address', new TerminalError('EmailAddressRejected', 'suppressed'), 'EmailAddressRejected'],
])('sends again after %s', async (_, failure, name) => {
  const services = { mailLog: fakeMailLog(), mailer: fakeMailer({ failures: { send: [failure] } }) };
  await expect(sendOnce(mail, services)).rejects.toMatchObject({ name });
  await sendOnce(mail, services);
  expect(services.mailer.sent).toHaveLength(1);
});

test('sends again after it could not be composed, because nothing was handed over', async () => {
  const services = { mailLog: fakeMailLog(), mailer: fakeMailer() };
  const failing = { ...mail, compose: () => Promise.reject(new TransientError('database down')) };
  await expect(sendOnce(failing, services)).rejects.toMatchObject({ name: 'TransientError', message: 'database down' });
  await sendOnce(mail, services);
  expect(services.mailer.sent).toHaveLength(1);
});

test('shows a bug as what it is, and keeps the claim', async () => {
  const services = { mailLog: fakeMailLog(), mailer: fakeMailer({ failures: { send: [new TypeError('bug')] } }) };
  await expect(sendOnce(mail, services)).rejects.toMatchObject({ name: 'TypeError' });
  await expect(sendOnce(mail, services)).rejects.toMatchObject(unconfirmed);
});

const refusal = new TerminalError('EmailRefused', 'sandbox');

test.each([
  ['fails twice', { failures: { release: [away(), away()] } }],
  ['is answered with something else', { failures: { release: [new Error('release_mail answered something else')] } }],
  ['loses its answer', { loseResponseOf: 'release' as const }],
])('sends again after a refusal whose release %s', async (_, script) => {
  const services = { mailLog: fakeMailLog(script), mailer: fakeMailer({ failures: { send: [refusal] } }) };
  await expect(sendOnce(mail, services)).rejects.toBe(refusal);
  await sendOnce(mail, services);
  expect(services.mailer.sent).toHaveLength(1);
});

test('throws what SES said even if the claim cannot be released, and stays careful then', async () => {
  const failures = { release: [away(), away(), away()] };
  const services = { mailLog: fakeMailLog({ failures }), mailer: fakeMailer({ failures: { send: [refusal] } }) };
  await expect(sendOnce(mail, services)).rejects.toBe(refusal);
  await expect(sendOnce(mail, services)).rejects.toMatchObject(unconfirmed);
});

test('composes only what it really sends', async () => {
  const services = { mailLog: fakeMailLog(), mailer: fakeMailer() };
  await sendOnce(mail, services);
  await sendOnce({ ...mail, compose: () => Promise.reject(new Error('composed again')) }, services);
  expect(services.mailer.sent).toHaveLength(1);
});
