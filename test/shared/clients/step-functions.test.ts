import { sfnExecutions } from '../../../shared/clients/step-functions';
import { useAwsEndpoint } from '../../support/aws-environment';
import { errorOf } from '../../support/error-of';
import { type Scripted, type ScriptedServer, scriptedServer } from '../../support/scripted-server';

let server: ScriptedServer;
beforeEach(async () => {
  server = await scriptedServer();
  useAwsEndpoint(server.url);
});
afterEach(() => server.close());

const arn = 'arn:aws:states:ap-southeast-2:123456789012:execution:provisioning:e1';
const machineArn = 'arn:aws:states:ap-southeast-2:123456789012:stateMachine:provisioning';
const event = (id: number, type: string, details: object = {}) => ({ id, previousEventId: id - 1, type, timestamp: 1, ...details });
const entered = (id: number, name: string) => event(id, 'TaskStateEntered', { stateEnteredEventDetails: { name } });
const failed = (id: number, error: string, cause: string) =>
  event(id, 'ExecutionFailed', { executionFailedEventDetails: { error, cause } });
const history = (events: object[], nextToken?: string): Scripted => ({ status: 200, body: { events, ...(nextToken && { nextToken }) } });
const lambdaCause = JSON.stringify({ errorMessage: 'no number for sale', errorType: 'NumberUnavailable', stackTrace: ['secret path'] });

test('a task token that is open is accepted', async () => {
  server.script({ status: 200, body: {} });
  expect(await sfnExecutions().sendTaskSuccess('token-1', { businessId: 'b1' })).toBe('accepted');
  expect(JSON.parse(server.requests[0]?.body ?? '')).toEqual({ taskToken: 'token-1', output: '{"businessId":"b1"}' });
});

test.each(['TaskTimedOut', 'TaskDoesNotExist'])('%s means that the attempt is over', async (type) => {
  server.script({ status: 400, body: { __type: `com.amazonaws#${type}`, message: 'x' } });
  expect(await sfnExecutions().sendTaskSuccess('token-1', {})).toBe('gone');
});

const faults: [string, Scripted, string][] = [
  ['InvalidToken', { status: 400, body: { __type: 'InvalidToken' } }, 'VendorRequestRejected'],
  ['401', { status: 401, body: { __type: 'UnrecognizedClientException' } }, 'VendorAccountProblem'],
  ['409', { status: 409, body: { __type: 'ConflictException' } }, 'VendorRequestRejected'],
  ['ThrottlingException', { status: 400, body: { __type: 'ThrottlingException' } }, 'TransientError'],
  ['429', { status: 429, body: {} }, 'TransientError'],
  ['500', { status: 500, body: {} }, 'TransientError'],
  ['a hang-up', 'hang-up', 'TransientError'],
  ['an answer that is cut', 'cut', 'TransientError'],
  ['200 that is no JSON', { status: 200, body: '<html>' }, 'TransientError'],
];
test('an execution is stopped, and one that is gone needs no stopping', async () => {
  server.script({ status: 200, body: { stopDate: 1 } }, { status: 400, body: { __type: 'ExecutionDoesNotExist' } });
  await sfnExecutions().stop(arn, 'the client is being offboarded');
  await sfnExecutions().stop(arn, 'the client is being offboarded');
  expect(JSON.parse(server.requests[0]?.body ?? '')).toEqual({
    executionArn: arn,
    error: 'Aborted',
    cause: 'the client is being offboarded',
  });
});

const notRedrivable = { status: 400, body: { __type: 'ExecutionNotRedrivable' } };
test.each([
  ['redriven', [{ status: 200, body: { redriveDate: 1 } }]],
  ['running', [notRedrivable, { status: 200, body: { executionArn: arn, status: 'RUNNING' } }]],
  ['too-late', [notRedrivable, { status: 200, body: { executionArn: arn, status: 'ABORTED' } }]],
  ['too-late', [{ status: 400, body: { __type: 'ExecutionDoesNotExist' } }]],
])('a redrive is %s', async (outcome, answers) => {
  server.script(...answers);
  expect(await sfnExecutions().redrive(arn)).toBe(outcome);
});

test.each(faults)('%s is our error, without the token', async (_, answer, name) => {
  server.script(answer, answer, answer);
  const error = await errorOf(sfnExecutions().sendTaskSuccess('token-1', {}));
  expect(error.name).toBe(name);
  expect(error.everything).not.toContain('token-1');
  expect((await errorOf(sfnExecutions().lastFailure(arn))).name).toBe(name);
  expect((await errorOf(sfnExecutions().failedSince(machineArn, new Date(0)))).name).toBe(name);
  server.script(answer, answer);
  for (const call of [() => sfnExecutions().stop(arn, 'x'), () => sfnExecutions().redrive(arn)])
    expect((await errorOf(call())).name).toBe(name);
});

test('finds the state that failed and the message of its error', async () => {
  server.script(
    history([
      failed(9, 'NumberUnavailable', lambdaCause),
      event(8, 'TaskFailed'),
      event(7, 'TaskScheduled'),
      entered(6, 'ProvisionNumber'),
      entered(2, 'ConfirmDeposit'),
    ]),
  );
  expect(await sfnExecutions().lastFailure(arn)).toEqual({
    state: 'ProvisionNumber',
    error: 'NumberUnavailable',
    cause: 'no number for sale',
    eventId: 9,
  });
  expect(JSON.parse(server.requests[0]?.body ?? '')).toMatchObject({ executionArn: arn, reverseOrder: true });
});

test('looks on further pages for where the state was entered', async () => {
  server.script(
    history([failed(9, 'ReplyPending', 'plain'), event(8, 'TaskFailed')], 'next'),
    history([event(7, 'TaskScheduled'), entered(6, 'VerifySystem')]),
  );
  expect(await sfnExecutions().lastFailure(arn)).toEqual({ state: 'VerifySystem', error: 'ReplyPending', cause: 'plain', eventId: 9 });
});

test('names a time-out and a stop although they carry no details', async () => {
  server.script(
    history([event(9, 'ExecutionTimedOut'), entered(8, 'AwaitOnboarding')]),
    history([event(9, 'ExecutionAborted'), entered(8, 'GoLive')]),
  );
  expect(await sfnExecutions().lastFailure(arn)).toEqual({ state: 'AwaitOnboarding', error: 'States.Timeout', cause: '', eventId: 9 });
  expect(await sfnExecutions().lastFailure(arn)).toEqual({ state: 'GoLive', error: 'Aborted', cause: '', eventId: 9 });
});

test.each([0, undefined])('finds the state of a stop that hangs on no event (%s), on whichever page it is', async (previousEventId) => {
  const stop = { ...event(9, 'ExecutionAborted'), previousEventId };
  server.script(history([stop, event(8, 'TaskScheduled')], 'next'), history([entered(7, 'AwaitRelease'), entered(2, 'StopProvisioning')]));
  expect(await sfnExecutions().lastFailure(arn)).toMatchObject({ state: 'AwaitRelease', error: 'Aborted', eventId: 9 });
});

test('tells the newest failure after a redrive', async () => {
  server.script(
    history([
      failed(9, 'New', ''),
      event(8, 'TaskFailed'),
      entered(7, 'B'),
      event(6, 'ExecutionRedriven'),
      failed(5, 'Old', ''),
      entered(4, 'A'),
    ]),
  );
  expect(await sfnExecutions().lastFailure(arn)).toMatchObject({ state: 'B', error: 'New' });
});

test('an execution that has not failed has no failure', async () => {
  server.script(history([event(3, 'TaskScheduled'), entered(2, 'A')]));
  expect(await sfnExecutions().lastFailure(arn)).toBeUndefined();
});

const page = (executions: object[], nextToken?: string): Scripted => ({
  status: 200,
  body: { executions, ...(nextToken && { nextToken }) },
});

test('lists what failed, timed out or was stopped since then, from all pages', async () => {
  const item = (name: string, stopDate: number) => ({
    executionArn: `${arn}-${name}`,
    stateMachineArn: machineArn,
    name,
    startDate: 1,
    stopDate,
  });
  server.script(page([item('a', 2000.5)], 'next'), page([item('b', 999), item('c', 1000)]), page([]), page([item('d', 3000)]));
  expect(await sfnExecutions().failedSince(machineArn, new Date(1_000_000))).toEqual([
    { executionArn: `${arn}-a`, status: 'FAILED', endedAt: new Date(2_000_500) },
    { executionArn: `${arn}-c`, status: 'FAILED', endedAt: new Date(1_000_000) },
    { executionArn: `${arn}-d`, status: 'ABORTED', endedAt: new Date(3_000_000) },
  ]);
  const asked = server.requests.map(({ body }) => JSON.parse(body) as { statusFilter: string; nextToken?: string });
  expect(asked.map(({ statusFilter, nextToken }) => [statusFilter, nextToken])).toEqual([
    ['FAILED', undefined],
    ['FAILED', 'next'],
    ['TIMED_OUT', undefined],
    ['ABORTED', undefined],
  ]);
});
