import { handler, recordEmailEvent } from '../../functions/record-email-event';
import { TransientError } from '../../shared/errors';
import { fakeMailLog } from '../fakes/mail-log';
import { fakeNoticeLog } from '../fakes/notice-log';
import { fakeNotices } from '../fakes/notices';
import { errorOf } from '../support/error-of';

const mailId = '6b0f6a3e-1111-4222-8333-444455556666';
const at = '2026-11-22T03:04:05.000Z';
const emailEvent = (eventType: string, changes: object = {}) => ({
  time: '2026-11-22T03:05:00Z',
  detail: { eventType, mail: { messageId: 'ses-1', tags: { 'mail-id': [mailId], 'ses:configuration-set': ['x'] } }, ...changes },
});

function services(mailLog = fakeMailLog(), notices = fakeNotices()) {
  const mail = { mailId, key: 'k', template: 'welcome', runId: null, to: 'sam@example.com', messageId: null };
  mailLog.rows.push({ ...mail, status: 'claimed', token: 'a' });
  return { mailLog, noticeLog: fakeNoticeLog(), notices };
}

test.each([
  ['Send', 'sent', {}],
  ['Delivery', 'delivered', { delivery: { timestamp: at } }],
  ['Bounce', 'bounced', { bounce: { timestamp: at, bounceType: 'Permanent' } }],
  ['Complaint', 'complained', { complaint: { timestamp: at } }],
  ['Reject', 'rejected', {}],
])('%s is noted as %s', async (eventType, status, changes) => {
  const uses = services();
  await recordEmailEvent(emailEvent(eventType, changes), uses);
  expect(uses.mailLog.rows).toMatchObject([{ status, messageId: 'ses-1' }]);
});

test.each(['Bounce', 'Complaint', 'Reject'])('the operator hears once of a %s, without the address', async (eventType) => {
  const uses = services();
  for (let copy = 0; copy < 3; copy += 1) await recordEmailEvent(emailEvent(eventType), uses);
  expect(uses.notices.published).toHaveLength(1);
  expect(uses.notices.published[0]?.body).toContain(mailId);
  expect(uses.notices.published[0]?.body).not.toContain('sam@');
});

test.each(['Send', 'Delivery'])('the operator does not hear of a %s', async (eventType) => {
  const uses = services();
  await recordEmailEvent(emailEvent(eventType), uses);
  expect(uses.notices.published).toEqual([]);
});

test.each([
  ['an event of another kind', emailEvent('Open')],
  ['a mail without our tag', emailEvent('Bounce', { mail: { messageId: 'm', tags: {} } })],
  ['a tag that is no id of ours', emailEvent('Bounce', { mail: { messageId: 'm', tags: { 'mail-id': ['x'] } } })],
  [
    'a mail that we do not know',
    emailEvent('Bounce', { mail: { messageId: 'm', tags: { 'mail-id': ['00000000-0000-4000-8000-000000000000'] } } }),
  ],
])('%s changes nothing', async (_, event) => {
  const uses = services();
  await recordEmailEvent(event, uses);
  expect(uses.mailLog.rows).toMatchObject([{ status: 'claimed' }]);
  expect(uses.notices.published).toEqual([]);
});

test('fails when the database or SNS is away, so that it is repeated', async () => {
  const away = new TransientError('away');
  expect((await errorOf(recordEmailEvent(emailEvent('Send'), services(fakeMailLog({ failures: { recordEvent: [away] } }))))).name).toBe(
    'TransientError',
  );
  const uses = services(fakeMailLog(), fakeNotices({ failures: { publish: [away] } }));
  expect((await errorOf(recordEmailEvent(emailEvent('Bounce'), uses))).name).toBe('TransientError');
});

test('refuses what is no event of SES', async () => {
  expect((await errorOf(handler({ detail: {} }))).name).toBe('ZodError');
});
