import { recordMessageStatus } from '../../functions/record-message-status';
import { TextReport } from '../../shared/text-status';
import { fakeTextLog } from '../fakes/text-log';

const report = (form: object) => TextReport.parse({ MessageSid: 'SM9', ...form });

test.each([
  [{ MessageStatus: 'delivered' }, { status: 'delivered', errorCode: null }],
  [
    { MessageStatus: 'undelivered', ErrorCode: '30003' },
    { status: 'undelivered', errorCode: 30_003 },
  ],
  [{ MessageStatus: 'accepted' }, { status: 'queued' }],
  [{ MessageStatus: 'canceled' }, { status: 'failed' }],
])('%j is recorded as %j', async (form, expected) => {
  const textLog = fakeTextLog();
  expect(await recordMessageStatus(report(form), 'reply:SM1', { textLog })).toEqual({ statusCode: 200, body: '' });
  expect(textLog.reports).toMatchObject([{ ref: 'reply:SM1', messageSid: 'SM9', ...expected }]);
});

test('a status that we do not know, or of a text that is not ours, is nothing to repeat', async () => {
  const textLog = fakeTextLog({ known: [] });
  for (const MessageStatus of ['partially_delivered', 'sent'])
    expect(await recordMessageStatus(report({ MessageStatus }), '', { textLog })).toMatchObject({ statusCode: 200 });
  expect(textLog.reports).toEqual([]);
});
