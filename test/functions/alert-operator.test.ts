import { alertOperator } from '../../functions/alert-operator';
import type { FailedRun } from '../../shared/ports/ledger';
import { stepNames } from '../../shared/run';
import { terminalCodes, TransientError } from '../../shared/errors';
import type { Offboardings } from '../../shared/ports/offboardings';
import { hintFor } from '../../shared/runbook-hints';
import { fakeExecutions } from '../fakes/executions';
import { fakeFailedRuns } from '../fakes/failed-runs';
import { fakeNoticeLog } from '../fakes/notice-log';
import { fakeNotices } from '../fakes/notices';
import { fakeOffboardings } from '../fakes/offboardings';
import { errorOf } from '../support/error-of';

const executionArn = 'arn:aws:states:ap-southeast-2:123456789012:execution:coresentia-prod-provisioning:e1';
const stopDate = Date.parse('2026-11-22T03:04:05Z');
beforeAll(() => jest.useFakeTimers({ now: stopDate + 2000 }));
afterAll(() => jest.useRealTimers());
const failure = { state: 'ProvisionNumber', error: 'NumberUnavailable', cause: 'no Australian mobile is for sale', eventId: 57 };
const run: FailedRun = {
  invoiceNumber: 'INV-0042',
  done: stepNames.slice(0, 4),
  numberState: null,
  priceCeiling: { amountCents: 1500, currency: 'USD' },
};
const input = JSON.stringify({ tenantId: 't', invoiceId: 'i', invoiceNumber: 'INV-0042' });
const ended = (detail: object = {}) => ({
  time: '2026-11-22T03:04:06Z',
  detail: { executionArn, name: 'e1', status: 'FAILED' as const, stopDate, input, ...detail },
});
const services = ({
  lastFailures = { [executionArn]: failure },
  notices = fakeNotices(),
  runs = { [executionArn]: run },
  owner = null,
}: {
  lastFailures?: Record<string, typeof failure>;
  notices?: ReturnType<typeof fakeNotices>;
  runs?: Record<string, FailedRun>;
  owner?: Awaited<ReturnType<Offboardings['ofExecution']>>;
} = {}) => ({
  executions: fakeExecutions({ lastFailures }),
  failedRuns: fakeFailedRuns({ runs }),
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
    'It buys one number.',
    'about US$8.25 a month from then on, at most 15.00 USD.',
    'Not repeated: the claim of the invoice, the confirmation mail, the onboarding form, the review of the form.',
    '14 days, until 2026-12-06 03:04 UTC',
    'After that: npm run re-issue -- INV-0042 --stage prod',
    'ProvisionNumber (step 3 of the SOP: Twilio number purchased and configured)',
    `https://ap-southeast-2.console.aws.amazon.com/states/home?region=ap-southeast-2#/v2/executions/details/${executionArn}`,
  ])
    expect(notice?.body).toContain(part);
});

test('one end of an execution is told once, the next after a redrive again', async () => {
  const uses = services();
  await alertOperator(ended(), uses);
  await alertOperator(ended(), uses);
  await alertOperator(ended({ stopDate: stopDate + 1 }), uses);
  expect(uses.notices.published).toHaveLength(1);
  uses.executions.lastFailure = async () => ({ ...failure, eventId: 71 });
  await alertOperator(ended({ stopDate: stopDate + 60_000 }), uses);
  expect(uses.notices.published).toHaveLength(2);
});

test('does not advise to redrive what must not be redriven', async () => {
  const uses = services({ lastFailures: { [executionArn]: { ...failure, error: 'ExecutionMismatch' } } });
  await alertOperator(ended(), uses);
  expect(uses.notices.published[0]?.body).toContain("Don't redrive");
});

test.each([
  ['SendWelcome', 'EmailUnconfirmed', 'npm run settle-mail -- INV-0042 welcome --was-sent --stage prod (or --send-again)'],
  ['ConfirmDeposit', 'InvoiceNotScreened', 'npm run screen -- INV-0042 --stage prod'],
])('the command for %s after %s names the stage: without it, it would look at the laptop', async (state, error, command) => {
  const uses = services({ lastFailures: { [executionArn]: { ...failure, state, error } } });
  await alertOperator(ended(), uses);
  expect(uses.notices.published[0]?.body).toContain(command);
});

test('a form that never came is explained as that', async () => {
  const uses = services({ lastFailures: { [executionArn]: { state: 'AwaitOnboarding', error: 'States.Timeout', cause: '', eventId: 9 } } });
  await alertOperator(ended(), uses);
  expect(uses.notices.published[0]?.body).toMatch(/Cause: +the client has not sent the onboarding form within 30 days/);
});

test.each([
  [null, 'buys one number', 'about US$8.25'],
  ['reserved', 'buys one number', 'about US$8.25'],
  ['requested', 'never two', 'unless it is paid already'],
  ['owned', 'buys nothing', 'nothing'],
])('a redrive of the purchase of a number that is %s %s and costs %s', async (numberState, does, costs) => {
  const uses = services({ runs: { [executionArn]: { ...run, numberState } } });
  await alertOperator(ended(), uses);
  expect(uses.notices.published[0]?.body).toContain(does);
  expect(/Costs: .*/.exec(uses.notices.published[0]?.body ?? '')?.[0]).toContain(costs);
});

test.each(stepNames)('says what a redrive of %s does and costs', async (state) => {
  const uses = services({ lastFailures: { [executionArn]: { ...failure, state } } });
  await alertOperator(ended(), uses);
  expect(uses.notices.published[0]?.body).toMatch(/\nIt \w.+\.\nCosts: +\w.+\.\nNot repeated: /);
});

test.each(['TypeError', 'Error', 'Aborted'])('what %s carries as its cause may name people and is left out', async (error) => {
  const uses = services({ lastFailures: { [executionArn]: { ...failure, error, cause: 'Unexpected token S in Sam Smith 0480 000 001' } } });
  await alertOperator(ended(), uses);
  expect(uses.notices.published[0]?.body).not.toContain('Sam');
  expect(uses.notices.published[0]?.body).toContain('the message stands in the execution');
});

test('an execution that stopped too long ago is to be issued again', async () => {
  const uses = services();
  await alertOperator(ended({ stopDate: Date.now() - 14 * 86_400_000 }), uses);
  expect(uses.notices.published[0]?.body).toContain('npm run re-issue -- INV-0042');
  expect(uses.notices.published[0]?.body).toContain('Not repeated: the claim of the invoice');
  expect(uses.notices.published[0]?.body).not.toContain('choose "Redrive"');
});

test('an offboarding that failed is called that', async () => {
  const other = executionArn.replace('provisioning', 'offboarding');
  const uses = services({ lastFailures: { [other]: { ...failure, state: 'ReleaseNumber', error: 'TransientError' } } });
  await alertOperator(ended({ executionArn: other, input: '{"offboardingId":"o1"}' }), uses);
  expect(uses.notices.published[0]?.subject).toBe('Offboarding: ReleaseNumber failed - action needed');
  expect(uses.notices.published[0]?.body).toContain('Offboarding of the client of execution e1 has stopped');
  expect(uses.notices.published[0]?.body).toContain(
    'It gives the number back to Twilio for good if it is ours still, which two people have confirmed.',
  );
});

test('an offboarding says what of it is done, and what to do when redrive is over', async () => {
  const other = executionArn.replace('provisioning', 'offboarding');
  const uses = services({
    lastFailures: { [other]: { ...failure, state: 'ReleaseNumber', error: 'TransientError' } },
    runs: { [other]: { ...run, done: ['StopProvisioning', 'SuspendBusiness', 'Unheard'] } },
  });
  await alertOperator(ended({ executionArn: other, stopDate: Date.now() - 15 * 86_400_000 }), uses);
  expect(uses.notices.published[0]?.body).toContain('Not repeated: the end of provisioning, the suspension, Unheard.');
  expect(uses.notices.published[0]?.body).toContain('Instead: “Start it again” on the board');
});

test('a state of another machine is spoken of in general', async () => {
  const uses = services({ lastFailures: { [executionArn]: { ...failure, state: 'toString' } } });
  await alertOperator(ended(), uses);
  expect(uses.notices.published[0]?.body).toContain('It does the failed step again, which has one effect however often it runs.');
});

test.each([
  ['ABORTED', 'INV-0042: stopped at WaitForDay1 - action needed'],
  ['TIMED_OUT', 'INV-0042: WaitForDay1 timed out - action needed'],
] as const)('an execution that is %s is not called failed', async (status, subject) => {
  const uses = services({ lastFailures: { [executionArn]: { ...failure, state: 'WaitForDay1', error: 'Aborted' } } });
  await alertOperator(ended({ status }), uses);
  expect(uses.notices.published[0]?.subject).toBe(subject);
  expect(uses.notices.published[0]?.body).toContain('“Offboard this client” or “Undo” on the board');
  expect(uses.notices.published[0]?.body).toContain('It waits for what is left of the time, or goes on at once if it is past.');
});

test('the alert goes out although the run cannot be read', async () => {
  const uses = services();
  uses.failedRuns.byExecution = async () => {
    throw new TransientError('the database is down');
  };
  await alertOperator(ended(), uses);
  expect(uses.notices.published[0]?.subject).toContain('INV-0042');
});

test.each([
  ['no input', { input: null }],
  ['an input that is no JSON', { input: '{' }],
  ['a number that may not be shown', { input: '{"invoiceNumber":"Sam Smith 0480"}' }],
])('names the execution when there is %s', async (_, detail) => {
  const uses = services({ runs: {} });
  await alertOperator(ended(detail), uses);
  expect(uses.notices.published[0]?.body).toContain('of execution e1');
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
    expect(hintFor({ state: 'X', error, stage: 'prod' })).not.toEqual(hintFor({ state: 'X', error: 'TypeError', stage: 'prod' }));
  },
);

test('on the laptop the commands need no stage', () => {
  const { do: action } = hintFor({ state: 'SendWelcome', error: 'EmailUnconfirmed', stage: 'local' });
  expect(action).toContain('npm run settle-mail -- {invoice} welcome --was-sent (or --send-again)');
});

test('an error named like a method of objects is a bug like others', () => {
  expect(hintFor({ state: 'X', error: 'constructor', stage: 'prod' })).toEqual(hintFor({ state: 'X', error: 'TypeError', stage: 'prod' }));
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
  const uses = services({ owner: { kind: 'offboarding', invoiceNumber: 'INV-0007' }, runs: {} });
  await alertOperator(ended({ input: JSON.stringify({ offboardingId: 'o' }) }), uses);
  const [notice] = uses.notices.published;
  expect(notice?.subject).toMatch(/^INV-0007: /);
  expect(notice?.body).toContain('of the client with invoice INV-0007');
});
