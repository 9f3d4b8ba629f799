import { TransientError } from '../../shared/errors';
import { notifyOnce } from '../../shared/notify-once';
import { fakeNoticeLog } from '../fakes/notice-log';
import { fakeNotices } from '../fakes/notices';
import { errorOf } from '../support/error-of';

const notice = { key: 'k1', subject: 's', body: 'b' };

test('is sent once', async () => {
  const uses = { noticeLog: fakeNoticeLog(), notices: fakeNotices() };
  for (let i = 0; i < 3; i += 1) await notifyOnce(notice, uses);
  expect(uses.notices.published).toEqual([{ subject: 's', body: 'b' }]);
});

test('is sent by the next attempt at once when this one could not', async () => {
  const uses = { noticeLog: fakeNoticeLog(), notices: fakeNotices({ failures: { publish: [new TransientError('x')] } }) };
  expect(await errorOf(notifyOnce(notice, uses))).toMatchObject({ name: 'TransientError', message: 'x' });
  await notifyOnce(notice, uses);
  expect(uses.notices.published).toHaveLength(1);
});

test('is left to the attempt that is at it, and taken over when that has been silent for 30 seconds', async () => {
  let now = 0;
  const uses = { noticeLog: fakeNoticeLog({ now: () => now }), notices: fakeNotices() };
  await uses.noticeLog.claim(notice.key);
  expect(await errorOf(notifyOnce(notice, uses))).toMatchObject({
    name: 'TransientError',
    message: expect.stringContaining('another attempt'),
  });
  now += 30_000;
  await notifyOnce(notice, uses);
  expect(uses.notices.published).toHaveLength(1);
});
