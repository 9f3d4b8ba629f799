import { TerminalError, TransientError } from '../../shared/errors';
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

test('does not send after a claim whose answer was lost', async () => {
  const services = { mailLog: fakeMailLog({ loseResponseOf: 'claim' }), mailer: fakeMailer() };
  await expect(sendOnce(mail, services)).rejects.toMatchObject({ name: 'TransientError' });
  await expect(sendOnce(mail, services)).rejects.toMatchObject(unconfirmed);
  expect(services.mailer.sent).toHaveLength(0);
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

test('throws what SES said even if the claim cannot be released, and stays careful then', async () => {
  const refusal = new TerminalError('EmailRefused', 'sandbox');
  const failures = { release: [new TransientError('database down')] };
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
