import { SendTaskFailureCommand, SendTaskHeartbeatCommand, SendTaskSuccessCommand } from '@aws-sdk/client-sfn';
import { callback, closeStacks, failure, type Stack, startStack } from './harness';

afterEach(closeStacks);

const succeed = (stack: Stack, taskToken: string, output: unknown = {}) =>
  stack.sfn.send(new SendTaskSuccessCommand({ taskToken, output: JSON.stringify(output) }));
const beat = (stack: Stack, taskToken: string) => stack.sfn.send(new SendTaskHeartbeatCommand({ taskToken }));

/** A machine of one callback Task; the tokens its function was given. */
async function waiting(more: Record<string, unknown> = {}) {
  const tokens: string[] = [];
  const lambda = ({ token }: { token: string }) => void tokens.push(token);
  const stack = await startStack({ StartAt: 'A', States: { A: { ...callback(more), End: true } } }, { lambda });
  const arn = await stack.start();
  await stack.kernel.activity.idle();
  return { stack, tokens, arn };
}

test('a callback Task waits for its token, and its result is what SendTaskSuccess sent', async () => {
  const { stack, tokens, arn } = await waiting();
  expect((await stack.outcome(arn)).types.at(-1)).toBe('TaskSubmitted');
  await succeed(stack, tokens[0]!, { form: 7 });
  const { output, types } = await stack.outcome(arn);
  expect(output).toEqual({ form: 7 });
  expect(types).toEqual([
    ...'ExecutionStarted TaskStateEntered TaskScheduled TaskStarted TaskSubmitted TaskSucceeded TaskStateExited'.split(' '),
    'ExecutionSucceeded',
  ]);
});

test('waiting for a token counts as idle, and time does not run to the deadline', async () => {
  const { stack, arn } = await waiting({ TimeoutSeconds: 30 * 24 * 3600 });
  const before = Date.now();
  await stack.kernel.untilIdle();
  expect(Date.now() - before).toBeLessThan(60_000);
  expect((await stack.outcome(arn)).status).toBe('RUNNING');
});

test('a token can be sent back before the function that was given it returns', async () => {
  const answer = Promise.withResolvers<void>();
  const tokens: string[] = [];
  const lambda = ({ token }: { token: string }) => {
    tokens.push(token);
    return answer.promise;
  };
  const stack = await startStack({ StartAt: 'A', States: { A: { ...callback(), End: true } } }, { lambda });
  const arn = await stack.start();
  while (tokens.length === 0) await new Promise((turn) => setImmediate(turn));
  await succeed(stack, tokens[0]!, 'early');
  answer.resolve();
  await stack.kernel.activity.idle();
  const { output, types } = await stack.outcome(arn);
  expect(output).toBe('early');
  expect(types).not.toContain('TaskSubmitted');
});

test('heartbeats keep a Task alive; a missed one is retried with a new token, and the old token is dead', async () => {
  const Retry = [{ ErrorEquals: ['States.HeartbeatTimeout'], IntervalSeconds: 5 }];
  const { stack, tokens, arn } = await waiting({ HeartbeatSeconds: 60, Retry });
  await stack.kernel.advance(50);
  await beat(stack, tokens[0]!);
  await stack.kernel.advance(50);
  expect(tokens).toHaveLength(1);
  await stack.kernel.advance(30);
  expect(tokens).toHaveLength(2);
  expect(tokens[1]).not.toBe(tokens[0]);
  await expect(succeed(stack, tokens[0]!)).rejects.toMatchObject({
    name: 'TaskTimedOut',
    message: "Task Timed Out: 'Provided task does not exist anymore'",
  });
  await succeed(stack, tokens[1]!, { ok: 1 });
  const { output, types } = await stack.outcome(arn);
  expect(output).toEqual({ ok: 1 });
  expect(types.slice(2, -2)).toEqual(
    'TaskScheduled TaskStarted TaskSubmitted TaskTimedOut TaskScheduled TaskStarted TaskSubmitted TaskSucceeded'.split(' '),
  );
});

test('a missed heartbeat is reported as States.Timeout', async () => {
  const { stack, arn } = await waiting({ HeartbeatSeconds: 60 });
  await stack.kernel.advance(61);
  expect((await stack.outcome(arn)).error).toBe('States.Timeout');
});

test('a callback Task whose function throws fails at once, and its token is dead', async () => {
  const tokens: string[] = [];
  const lambda = ({ token }: { token: string }) => {
    tokens.push(token);
    throw failure('Nope');
  };
  const stack = await startStack({ StartAt: 'A', States: { A: { ...callback(), End: true } } }, { lambda });
  expect((await stack.run()).error).toBe('Nope');
  await expect(succeed(stack, tokens[0]!)).rejects.toMatchObject({ name: 'TaskTimedOut' });
});

test('SendTaskFailure fails the Task with its error and cause', async () => {
  const { stack, tokens, arn } = await waiting();
  await stack.sfn.send(new SendTaskFailureCommand({ taskToken: tokens[0]!, error: 'Declined', cause: 'by the client' }));
  expect(await stack.outcome(arn)).toMatchObject({ status: 'FAILED', error: 'Declined', cause: 'by the client' });
});

test('a token settles its Task once only', async () => {
  const { stack, tokens } = await waiting();
  await succeed(stack, tokens[0]!);
  await expect(succeed(stack, tokens[0]!)).rejects.toMatchObject({ name: 'TaskTimedOut' });
  await expect(beat(stack, tokens[0]!)).rejects.toMatchObject({ name: 'TaskTimedOut' });
});

test('a token that was never given is told from one that is no token', async () => {
  const { stack } = await waiting();
  const foreign = Buffer.from(JSON.stringify(['arn:aws:states:ap-southeast-2:000000000000:execution:machine:none', 'x'])).toString(
    'base64',
  );
  await expect(succeed(stack, foreign)).rejects.toMatchObject({ name: 'TaskDoesNotExist' });
  await expect(succeed(stack, 'nonsense')).rejects.toMatchObject({ name: 'InvalidToken' });
});

test('output that is no JSON is InvalidOutput and leaves the Task open', async () => {
  const { stack, tokens, arn } = await waiting();
  const send = stack.sfn.send(new SendTaskSuccessCommand({ taskToken: tokens[0]!, output: '{' }));
  await expect(send).rejects.toMatchObject({ name: 'InvalidOutput' });
  expect((await stack.outcome(arn)).status).toBe('RUNNING');
});
