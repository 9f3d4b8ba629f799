import { handler, sendSignInLink } from '../../functions/send-sign-in-link';
import { TerminalError, TransientError } from '../../shared/errors';
import { userId } from '../fakes/a-run';
import { fakeLogins } from '../fakes/logins';
import { fakeMailer } from '../fakes/mailer';
import { fakeMailLog } from '../fakes/mail-log';
import { errorOf } from '../support/error-of';
import { brand, logged } from './portal/world';

const email = 'jo@brightsparks.example';
const asked = { userId, requestedAt: '2026-11-24T01:00:00.000Z' };

function services(...failures: Error[]) {
  const mailer = fakeMailer({ failures: { send: failures } });
  const settings = { brand, portalUrl: 'https://portal.example' };
  return { logins: fakeLogins({ users: [{ userId, email }] }), mailer, mailLog: fakeMailLog(), settings };
}

test('the person gets a link that the portal knows', async () => {
  const uses = services();
  await sendSignInLink(asked, uses);
  expect(uses.mailer.sent).toMatchObject([{ to: email, text: expect.stringMatching(/https:\/\/portal\.example\/welcome\/[\w-]{43}/) }]);
  expect([...uses.logins.links.values()]).toMatchObject([{ userId, usedAt: null }]);
});

test('one mail goes out in ten minutes, however often it was asked for or the event comes', async () => {
  const uses = services();
  for (const minute of ['00', '00', '09']) await sendSignInLink({ userId, requestedAt: `2026-11-24T01:${minute}:00.000Z` }, uses);
  expect(uses.mailer.sent).toHaveLength(1);
  await sendSignInLink({ userId, requestedAt: '2026-11-24T01:10:00.000Z' }, uses);
  expect(uses.mailer.sent).toHaveLength(2);
});

test('an id of nobody, which stands for an unknown address, does nothing', async () => {
  const uses = services();
  await sendSignInLink({ ...asked, userId: '7b0f6a3e-1111-4222-8333-444455556666' }, uses);
  expect(uses).toMatchObject({ mailer: { sent: [] }, mailLog: { rows: [] } });
});

test('SES is down: Lambda repeats it, and then it goes out', async () => {
  const uses = services(new TransientError('down', { accepted: 'no' }));
  expect(await errorOf(sendSignInLink(asked, uses))).toBeInstanceOf(TransientError);
  await sendSignInLink(asked, uses);
  expect(uses.mailer.sent).toHaveLength(1);
});

test('nobody knows whether it went out: it is not sent again, the log says so, and ten minutes later the person can ask again', async () => {
  const uses = services(new TransientError('lost'));
  const log = await logged(async () => {
    for (const _ of [1, 2]) await sendSignInLink(asked, uses);
  });
  expect(log.match(/not surely mailed/g)).toHaveLength(2);
  expect(uses).toMatchObject({ mailer: { sent: [] }, mailLog: { rows: [{ status: 'claimed' }] } });
  await sendSignInLink({ userId, requestedAt: '2026-11-24T01:10:00.000Z' }, uses);
  expect(uses.mailer.sent).toHaveLength(1);
});

test('an address that SES refuses is logged without the address, and not repeated', async () => {
  const uses = services(new TerminalError('EmailAddressRejected', 'no such mailbox'));
  const log = await logged(() => sendSignInLink(asked, uses));
  expect(log).toContain('EmailAddressRejected');
  expect(log).not.toContain(email);
});

test('what is no such event is refused before anything is touched', async () => {
  for (const event of [{}, { userId: email, requestedAt: asked.requestedAt }, { userId, requestedAt: 'soon' }])
    expect(await errorOf(handler(event))).toMatchObject({ name: 'ZodError' });
});
