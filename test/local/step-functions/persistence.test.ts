import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RedriveExecutionCommand, SendTaskSuccessCommand } from '@aws-sdk/client-sfn';
import { openKernel } from '../../../local/kernel/kernel';
import { branch, callback, closeStacks, failure, FUNCTION, type Lambda, type Stack, startStack, task } from './harness';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'step-functions-'))));
afterEach(async () => {
  await closeStacks();
  rmSync(folder, { recursive: true });
});

/** Ends the stack so that only what a kill at this moment leaves on disk remains; returns its folder. */
async function kill(stack: Stack): Promise<string> {
  const left = join(folder, 'left');
  cpSync(join(folder, 'data'), left, { recursive: true });
  await stack.close();
  return left;
}

async function killAndRestart(stack: Stack, definition: unknown, lambda?: Lambda): Promise<Stack> {
  const left = await kill(stack);
  return startStack(definition, { dataDir: left, ...(lambda && { lambda }) });
}

const start = (definition: unknown, lambda?: Lambda) =>
  startStack(definition, { dataDir: join(folder, 'data'), ...(lambda && { lambda }) });

test('a Wait goes on after a kill and nothing is logged twice', async () => {
  const definition = { StartAt: 'W', States: { W: { Type: 'Wait', Seconds: 100, End: true } } };
  const first = await start(definition);
  const arn = await first.start({ a: 1 });
  await first.kernel.advance(60);
  const second = await killAndRestart(first, definition);
  await second.kernel.advance(30);
  expect((await second.outcome(arn)).status).toBe('RUNNING');
  await second.kernel.advance(11);
  const { types, output } = await second.outcome(arn);
  expect(types).toEqual(['ExecutionStarted', 'WaitStateEntered', 'WaitStateExited', 'ExecutionSucceeded']);
  expect(output).toEqual({ a: 1 });
});

test('a token that was open at a kill still works, and its function is not called again', async () => {
  const definition = { StartAt: 'A', States: { A: { ...callback({ HeartbeatSeconds: 600 }), End: true } } };
  const tokens: string[] = [];
  const lambda = ({ token }: { token: string }) => void tokens.push(token);
  const first = await start(definition, lambda);
  const arn = await first.start();
  await first.kernel.activity.idle();
  const second = await killAndRestart(first, definition, lambda);
  await second.kernel.activity.idle();
  expect(tokens).toHaveLength(1);
  await second.sfn.send(new SendTaskSuccessCommand({ taskToken: tokens[0]!, output: '"ok"' }));
  expect((await second.outcome(arn)).output).toBe('ok');
});

test('a deadline that was running at a kill still ends the Task', async () => {
  const definition = { StartAt: 'A', States: { A: { ...callback({ TimeoutSeconds: 100 }), End: true } } };
  const first = await start(definition);
  const arn = await first.start();
  await first.kernel.advance(90);
  const second = await killAndRestart(first, definition);
  await second.kernel.advance(11);
  expect((await second.outcome(arn)).error).toBe('States.Timeout');
});

test('a function that was running at a kill is called again in the same attempt', async () => {
  const definition = { StartAt: 'A', States: { A: { ...task(), End: true } } };
  const called = Promise.withResolvers<void>();
  const answer = Promise.withResolvers<void>();
  const first = await start(definition, () => {
    called.resolve();
    return answer.promise;
  });
  const arn = await first.start();
  await called.promise;
  const restarting = killAndRestart(first, definition, () => 'second');
  answer.resolve();
  const second = await restarting;
  await second.kernel.activity.idle();
  const { output, types } = await second.outcome(arn);
  expect(output).toMatchObject({ Payload: 'second' });
  expect(types.filter((type) => type === 'TaskScheduled')).toHaveLength(1);
});

test('a function that was running at a kill is not called again after its deadline', async () => {
  const definition = { StartAt: 'A', States: { A: { ...task({ TimeoutSeconds: 60 }), End: true } } };
  const called = Promise.withResolvers<void>();
  const answer = Promise.withResolvers<void>();
  const first = await start(definition, () => {
    called.resolve();
    return answer.promise;
  });
  const arn = await first.start();
  await called.promise;
  const killed = kill(first);
  answer.resolve();
  const dataDir = await killed;
  const kernel = openKernel(dataDir);
  await kernel.advance(61);
  await kernel.close();
  let calls = 0;
  const second = await startStack(definition, { dataDir, lambda: () => (calls += 1) });
  await second.kernel.advance(0);
  expect([calls, (await second.outcome(arn)).error]).toEqual([0, 'States.Timeout']);
});

test('a retry that was due after a kill happens, with the attempts counted on', async () => {
  const Retry = [{ ErrorEquals: ['X'], IntervalSeconds: 60, MaxAttempts: 2, BackoffRate: 1 }];
  const definition = { StartAt: 'A', States: { A: { ...task({ Retry }), End: true } } };
  let calls = 0;
  const lambda = () => {
    calls += 1;
    throw failure('X');
  };
  const first = await start(definition, lambda);
  const arn = await first.start();
  await first.kernel.advance(61);
  expect(calls).toBe(2);
  const second = await killAndRestart(first, definition, lambda);
  await second.kernel.advance(61);
  expect(calls).toBe(3);
  expect((await second.outcome(arn)).status).toBe('FAILED');
});

test('branches of a Parallel go on where each of them was', async () => {
  const P = {
    Type: 'Parallel',
    Branches: [branch('A', { Type: 'Wait', Seconds: 10 }), branch('B', { Type: 'Wait', Seconds: 50 })],
    End: true,
  };
  const definition = { StartAt: 'P', States: { P } };
  const first = await start(definition);
  const arn = await first.start(1);
  await first.kernel.advance(20);
  const second = await killAndRestart(first, definition);
  expect(second.stepFunctions.executions()).toMatchObject([{ currentStates: ['B'] }]);
  await second.kernel.advance(31);
  expect((await second.outcome(arn)).output).toEqual([1, 1]);
});

const machine = (result: string) => ({
  StartAt: 'W',
  States: { W: { Type: 'Wait', Seconds: 10, Next: 'P' }, P: { Type: 'Pass', Result: result, End: true } },
});

test('a running execution keeps the definition it started with', async () => {
  const first = await start(machine('old'));
  const arn = await first.start();
  const second = await killAndRestart(first, machine('new'));
  const { output } = await second.run({}, 11);
  expect(output).toBe('new');
  expect((await second.outcome(arn)).output).toBe('old');
});

test('a failed execution can be redriven after a restart', async () => {
  const definition = {
    StartAt: 'A',
    States: { A: { ...task({ Parameters: { FunctionName: FUNCTION }, ResultPath: null }), Next: 'B' }, B: { ...task(), End: true } },
  };
  let calls = 0;
  const first = await start(definition, () => {
    calls += 1;
    if (calls === 2) throw failure('X');
  });
  const { arn } = await first.run();
  const second = await killAndRestart(first, definition, () => 'mended');
  await second.sfn.send(new RedriveExecutionCommand({ executionArn: arn }));
  await second.kernel.activity.idle();
  expect(await second.outcome(arn)).toMatchObject({ status: 'SUCCEEDED', redriveCount: 1, output: { Payload: 'mended' } });
});

test('the machine’s TimeoutSeconds outlast a restart', async () => {
  const definition = { TimeoutSeconds: 100, StartAt: 'W', States: { W: { Type: 'Wait', Seconds: 500, End: true } } };
  const first = await start(definition);
  const arn = await first.start();
  await first.kernel.advance(90);
  const second = await killAndRestart(first, definition);
  await second.kernel.advance(11);
  expect((await second.outcome(arn)).status).toBe('TIMED_OUT');
});

test('a start that was acknowledged is on disk', async () => {
  const definition = { StartAt: 'W', States: { W: { Type: 'Wait', Seconds: 10, End: true } } };
  const first = await start(definition);
  const names = await Promise.all(Array.from({ length: 50 }, (_, i) => first.start({ i }, `n${i}`)));
  const second = await killAndRestart(first, definition);
  expect(second.stepFunctions.executions().map(({ arn }) => arn)).toEqual(names);
});
