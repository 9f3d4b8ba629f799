import { reviewOnboarding } from '../../functions/review-onboarding';
import { aForm, aRun, businessId, runId } from '../fakes/a-run';
import { fakeLedger } from '../fakes/ledger';
import { fakeNoticeLog } from '../fakes/notice-log';
import { fakeNotices } from '../fakes/notices';

const services = (notices: Parameters<typeof fakeNotices>[0] = {}) => ({
  ledger: fakeLedger(),
  noticeLog: fakeNoticeLog(),
  notices: fakeNotices(notices),
});
const submittedAt = '2026-11-22T01:00:00Z';
const odd = aRun({ onboarding: { businessId, submittedAt, form: aForm({ businessName: 'Test', email: 'jo.miller@gmial.com' }) } });

test('says nothing to the operator about an ordinary form', async () => {
  const parts = services();
  expect(await reviewOnboarding(aRun(), parts)).toEqual({ evidence: { businessId, submittedAt, oddities: 0, flags: null } });
  expect(parts.notices.published).toEqual([]);
});

test('tells the operator once what looks odd, without personal data, and goes on', async () => {
  const parts = services();
  const { evidence } = await reviewOnboarding(odd, parts);
  await reviewOnboarding(odd, parts);
  expect(evidence).toMatchObject({ oddities: 3, flags: expect.stringContaining('business name: looks like a test') });
  expect(parts.notices.published).toHaveLength(1);
  const { subject, body } = parts.notices.published[0] ?? { subject: '', body: '' };
  expect(subject).toContain('INV-0042');
  expect(body).toContain('- e-mail: the domain looks like a slip for gmail.com');
  for (const personal of ['jo.miller', 'Miller', '0480', 'Joanna']) expect(`${subject} ${body}`).not.toContain(personal);
});

test('settles the row of the wait', async () => {
  const parts = services();
  await reviewOnboarding(aRun(), parts);
  expect(parts.ledger.steps.get('AwaitOnboarding')).toMatchObject({ status: 'done', evidence: { businessId, submittedAt } });
});

test('is repeated when the notice got no answer', async () => {
  const parts = services({ loseResponseOf: 'publish' });
  await expect(reviewOnboarding(odd, parts)).rejects.toMatchObject({ name: 'TransientError' });
});

test('stops when there is no form', async () => {
  await expect(reviewOnboarding(aRun({ runId, onboarding: null }), services())).rejects.toMatchObject({ name: 'BusinessDataMissing' });
});
