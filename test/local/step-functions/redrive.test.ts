import { DescribeExecutionCommand, RedriveExecutionCommand, SendTaskSuccessCommand, StopExecutionCommand } from '@aws-sdk/client-sfn';
import { branch, callback, closeStacks, failure, FUNCTION, type Stack, startStack, task } from './harness';

afterEach(closeStacks);

const redrive = (stack: Stack, executionArn: string) => stack.sfn.send(new RedriveExecutionCommand({ executionArn }));
const day = 24 * 3600;

/** A Task that names itself to the function and puts what it returns under its own name. */
const step = (name: string, more: Record<string, unknown>) =>
  task({
    Parameters: { FunctionName: FUNCTION, Payload: { step: name } },
    ResultSelector: { 'v.$': '$.Payload' },
    ResultPath: `$.${name}`,
    ...more,
  });

const own = (name: string) => step(name, { OutputPath: `$.${name}.v`, End: true });

/** Functions that fail in the steps listed in `broken`. */
function plant() {
  const calls: string[] = [];
  const broken = new Set<string>();
  const lambda = (payload: { step: string }) => {
    calls.push(payload.step);
    if (broken.has(payload.step)) throw failure('X');
    return payload.step;
  };
  return { calls, broken, lambda };
}

test('a redrive enters the failed state again with the same input, fresh retries and a longer history', async () => {
  const { calls, broken, lambda } = plant();
  broken.add('B');
  const Retry = [{ ErrorEquals: ['X'], IntervalSeconds: 1, MaxAttempts: 2 }];
  const States = { A: step('A', { Retry, Next: 'B' }), B: step('B', { Retry, Next: 'C' }), C: step('C', { Retry, End: true }) };
  const stack = await startStack({ StartAt: 'A', States }, { lambda });
  const failed = await stack.run({ i: 1 }, 30);
  expect(failed.status).toBe('FAILED');
  expect(calls).toEqual(['A', 'B', 'B', 'B']);
  await redrive(stack, failed.arn);
  await stack.kernel.advance(30);
  expect(calls).toEqual(['A', 'B', 'B', 'B', 'B', 'B', 'B']);
  broken.clear();
  await redrive(stack, failed.arn);
  await stack.kernel.activity.idle();
  const done = await stack.outcome(failed.arn);
  expect(done).toMatchObject({ status: 'SUCCEEDED', redriveCount: 2, error: undefined });
  expect(done.output).toEqual({ i: 1, A: { v: 'A' }, B: { v: 'B' }, C: { v: 'C' } });
  expect(done.events[failed.events.length]).toMatchObject({
    type: 'ExecutionRedriven',
    executionRedrivenEventDetails: { redriveCount: 1 },
  });
  expect(done.events[failed.events.length + 1]).toMatchObject({ type: 'TaskStateEntered', stateEnteredEventDetails: { name: 'B' } });
  await expect(redrive(stack, failed.arn)).rejects.toMatchObject({ name: 'ExecutionNotRedrivable' });
});

test('after Catch and Fail a redrive fails again without running the Task', async () => {
  const { calls, broken, lambda } = plant();
  broken.add('A');
  const A = step('A', { Catch: [{ ErrorEquals: ['States.ALL'], Next: 'F' }], End: true });
  const stack = await startStack({ StartAt: 'A', States: { A, F: { Type: 'Fail', Error: 'Caught' } } }, { lambda });
  const { arn } = await stack.run();
  broken.clear();
  await redrive(stack, arn);
  expect(await stack.outcome(arn)).toMatchObject({ status: 'FAILED', error: 'Caught' });
  expect(calls).toEqual(['A']);
});

test('in a Parallel only failed and aborted branches run again', async () => {
  const { calls, broken, lambda } = plant();
  broken.add('y');
  const later = { StartAt: 'V', States: { V: { Type: 'Wait', Seconds: 1, Next: 'y' }, y: own('y') } };
  const slow = { StartAt: 'z', States: { z: { Type: 'Wait', Seconds: 100, End: true } } };
  const P = { Type: 'Parallel', Branches: [branch('x', own('x')), later, slow], End: true };
  const stack = await startStack({ StartAt: 'P', States: { P } }, { lambda });
  const { arn, status } = await stack.run({ i: 1 }, 2);
  expect(status).toBe('FAILED');
  broken.clear();
  await redrive(stack, arn);
  await stack.kernel.advance(101);
  const { output } = await stack.outcome(arn);
  expect(calls).toEqual(['x', 'y', 'y']);
  expect(output).toEqual(['x', 'y', { i: 1 }]);
});

test('a Parallel whose own output was at fault runs anew', async () => {
  const { calls, lambda } = plant();
  const P = { Type: 'Parallel', Branches: [{ StartAt: 'x', States: { x: step('x', { End: true }) } }], OutputPath: '$.nope', End: true };
  const stack = await startStack({ StartAt: 'P', States: { P } }, { lambda });
  const { arn, error } = await stack.run();
  expect(error).toBe('States.Runtime');
  await redrive(stack, arn);
  await stack.kernel.activity.idle();
  expect(calls).toEqual(['x', 'x']);
});

test('a redriven callback Task has a new token and its full timeout; 14 days after the end it is too late', async () => {
  const tokens: string[] = [];
  const counts: number[] = [];
  const lambda = ({ token, count }: { token: string; count: number }) => {
    tokens.push(token);
    counts.push(count);
  };
  const Parameters = { FunctionName: FUNCTION, Payload: { 'token.$': '$$.Task.Token', 'count.$': '$$.Execution.RedriveCount' } };
  const A = callback({ Parameters, TimeoutSeconds: 60, End: true });
  const stack = await startStack({ StartAt: 'A', States: { A } }, { lambda });
  const { arn, error } = await stack.run({}, 61);
  expect(error).toBe('States.Timeout');
  await stack.kernel.advance(13 * day);
  await redrive(stack, arn);
  await stack.kernel.advance(59);
  expect((await stack.outcome(arn)).status).toBe('RUNNING');
  expect(counts).toEqual([0, 1]);
  const stale = stack.sfn.send(new SendTaskSuccessCommand({ taskToken: tokens[0]!, output: '{}' }));
  await expect(stale).rejects.toMatchObject({ name: 'TaskTimedOut' });
  await stack.kernel.advance(2);
  await stack.kernel.advance(15 * day);
  await expect(redrive(stack, arn)).rejects.toThrow('Execution redrivable period exceeded');
});

test('a redriven execution has the machine’s TimeoutSeconds from the start', async () => {
  const stack = await startStack({
    TimeoutSeconds: 60,
    StartAt: 'W',
    States: { W: { Type: 'Wait', Seconds: 50, Next: 'V' }, V: { Type: 'Wait', Seconds: 50, End: true } },
  });
  const { arn, status } = await stack.run({}, 61);
  expect(status).toBe('TIMED_OUT');
  await redrive(stack, arn);
  await stack.kernel.advance(51);
  expect((await stack.outcome(arn)).status).toBe('SUCCEEDED');
});

test('a Wait whose time is past is passed at once', async () => {
  const { broken, lambda } = plant();
  broken.add('A');
  const States = { W: { Type: 'Wait', TimestampPath: '$.at', Next: 'A' }, A: step('A', { End: true }) };
  const stack = await startStack({ StartAt: 'W', States }, { lambda });
  const arn = await stack.start({ at: new Date(Date.now() + 3600_000).toISOString() });
  await stack.sfn.send(new StopExecutionCommand({ executionArn: arn, error: 'Stopped', cause: 'by hand' }));
  expect(await stack.outcome(arn)).toMatchObject({ status: 'ABORTED', error: 'Stopped', cause: 'by hand' });
  await stack.kernel.advance(3601);
  broken.clear();
  await redrive(stack, arn);
  await stack.kernel.activity.idle();
  expect((await stack.outcome(arn)).status).toBe('SUCCEEDED');
});

test('DescribeExecution says whether and why not an execution can be redriven', async () => {
  const stack = await startStack({ StartAt: 'W', States: { W: { Type: 'Wait', Seconds: 5, End: true } } });
  const arn = await stack.start();
  const describe = () => stack.sfn.send(new DescribeExecutionCommand({ executionArn: arn }));
  expect(await describe()).toMatchObject({
    redriveStatus: 'NOT_REDRIVABLE',
    redriveStatusReason: 'Execution is RUNNING and cannot be redriven',
  });
  await stack.sfn.send(new StopExecutionCommand({ executionArn: arn }));
  expect(await describe()).toMatchObject({ redriveStatus: 'REDRIVABLE', redriveCount: 0 });
  await redrive(stack, arn);
  await stack.kernel.advance(6);
  expect(await describe()).toMatchObject({ redriveStatus: 'NOT_REDRIVABLE', redriveCount: 1, redriveDate: expect.any(Date) });
});
