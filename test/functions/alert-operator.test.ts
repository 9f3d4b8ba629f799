import { alertOperator } from '../../functions/alert-operator';
import { terminalCodes, TransientError } from '../../shared/errors';
import type { Offboardings } from '../../shared/ports';
import { hintFor } from '../../shared/runbook-hints';
import { fakeExecutions } from '../fakes/executions';
import { fakeNoticeLog } from '../fakes/notice-log';
import { fakeNotices } from '../fakes/notices';
import { fakeOffboardings } from '../fakes/offboardings';
import { errorOf } from '../support/error-of';

const executionArn = 'arn:aws:states:ap-southeast-2:123456789012:execution:provisioning:e1';
const stopDate = Date.parse('2026-11-22T03:04:05Z');
const failure = { state: 'ProvisionNumber', error: 'NumberUnavailable', cause: 'no Australian mobile is for sale' };
const input = JSON.stringify({ tenantId: 't', invoiceId: 'i', invoiceNumber: 'INV-0042' });
const ended = (detail: object = {}) => ({
  time: '2026-11-22T03:04:06Z',
  detail: { executionArn, name: 'e1', status: 'FAILED' as const, stopDate, input, ...detail },
});
const services = ({
  lastFailures = { [executionArn]: failure },
  notices = fakeNotices(),
  owner = null,
}: {
  lastFailures?: Record<string, typeof failure>;
  notices?: ReturnType<typeof fakeNotices>;
  owner?: Awaited<ReturnType<Offboardings['ofExecution']>>;
} = {}) => ({
  executions: fakeExecutions({ lastFailures }),
  noticeLog: fakeNoticeLog(),
  notices,
  offboardings: fakeOffboardings({ owners: owner ? { [executionArn]: owner } : {} }),
});

test('says which client, which step, why, what to do, until when, and where', async () => {
  const uses = services();
  await alertOperator(ended(), uses);
  const [notice] = uses.notices.published;
  expect(notice?.subject).toBe('INV-0042: ProvisionNumber failed - action needed');
  for (const part of [
    'invoice INV-0042',
    'ProvisionNumber',
    'NumberUnavailable',
    'no Australian mobile is for sale',
    'infra/stages.ts',
    'Only the failed step is repeated',
    '14 days, until 2026-12-06 03:04 UTC',
    `https://ap-southeast-2.console.aws.amazon.com/states/home?region=ap-southeast-2#/v2/executions/details/${executionArn}`,
  ])
    expect(notice?.body).toContain(part);
});

test('one end of an execution is told once, the next after a redrive again', async () => {
  const uses = services();
  await alertOperator(ended(), uses);
  await alertOperator(ended(), uses);
  await alertOperator(ended({ stopDate: stopDate + 60_000 }), uses);
  expect(uses.notices.published).toHaveLength(2);
});

test('does not advise to redrive what must not be redriven', async () => {
  const uses = services({ lastFailures: { [executionArn]: { ...failure, error: 'ExecutionMismatch' } } });
  await alertOperator(ended(), uses);
  expect(uses.notices.published[0]?.body).toContain("Don't redrive");
});

test('a form that never came is explained as that', async () => {
  const uses = services({ lastFailures: { [executionArn]: { state: 'AwaitOnboarding', error: 'States.Timeout', cause: '' } } });
  await alertOperator(ended(), uses);
  expect(uses.notices.published[0]?.body).toMatch(/Cause: +the client has not sent the onboarding form within 30 days/);
});

test.each([
  ['no input', { input: null }],
  ['an input that is no JSON', { input: '{' }],
  ['a number that may not be shown', { input: '{"invoiceNumber":"Sam Smith 0480"}' }],
])('names the execution when there is %s', async (_, detail) => {
  const uses = services();
  await alertOperator(ended(detail), uses);
  expect(uses.notices.published[0]?.body).toContain('invoice e1');
  expect(uses.notices.published[0]?.body).not.toContain('Sam');
});

test('tells of an execution whose history names no failure', async () => {
  const uses = services({ lastFailures: {} });
  await alertOperator(ended({ status: 'ABORTED' }), uses);
  expect(uses.notices.published[0]?.subject).toBe('INV-0042: ABORTED - action needed');
});

test('fails when the notice does not go out, so that it is repeated', async () => {
  const uses = services({ notices: fakeNotices({ failures: { publish: [new TransientError('SNS is down')] } }) });
  expect((await errorOf(alertOperator(ended(), uses))).name).toBe('TransientError');
});

test.each([...terminalCodes, 'EmailUnconfirmed', 'ReplyPending', 'TransientError', 'States.Timeout', 'Aborted'])(
  '%s has a hint of its own',
  (error) => {
    expect(hintFor({ state: 'X', error })).not.toEqual(hintFor({ state: 'X', error: 'TypeError' }));
  },
);

test('an error named like a method of objects is a bug like others', () => {
  expect(hintFor({ state: 'X', error: 'constructor' })).toEqual(hintFor({ state: 'X', error: 'TypeError' }));
});

test('is quiet about a run that an offboarding has stopped', async () => {
  const uses = services({ owner: { kind: 'stopped', invoiceNumber: 'INV-0042' } });
  await alertOperator(ended({ status: 'ABORTED' }), uses);
  expect(uses.notices.published).toEqual([]);
});

test('tells of a run that somebody has redriven although its client is leaving', async () => {
  const refused = { ...failure, error: 'RunCancelled', cause: 'the client of this run is being offboarded' };
  const uses = services({ lastFailures: { [executionArn]: refused }, owner: { kind: 'stopped', invoiceNumber: 'INV-0042' } });
  await alertOperator(ended(), uses);
  expect(uses.notices.published[0]?.body).toContain("Don't redrive");
});

test('names the client of an offboarding that failed, which its input does not', async () => {
  const uses = services({ owner: { kind: 'offboarding', invoiceNumber: 'INV-0007' } });
  await alertOperator(ended({ input: JSON.stringify({ offboardingId: 'o' }) }), uses);
  const [notice] = uses.notices.published;
  expect(notice?.subject).toMatch(/^INV-0007: /);
  expect(notice?.body).toContain('Offboarding of the client with invoice INV-0007');
});
