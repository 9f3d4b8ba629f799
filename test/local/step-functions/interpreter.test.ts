import { branch, closeStacks, failure, FUNCTION, INVOKE, startStack, task, throwing } from './harness';

afterEach(closeStacks);

test('lambda:invoke gives the function its payload and wraps what it returns', async () => {
  const stack = await startStack({ StartAt: 'A', States: { A: { ...task(), End: true } } }, { lambda: (payload) => ({ got: payload }) });
  const { output, types } = await stack.run({ x: 1 });
  expect(output).toEqual({ ExecutedVersion: '$LATEST', Payload: { got: { x: 1 } }, StatusCode: 200 });
  expect(types).toEqual(
    'ExecutionStarted TaskStateEntered TaskScheduled TaskStarted TaskSucceeded TaskStateExited ExecutionSucceeded'.split(' '),
  );
});

test('a bare function ARN returns the function’s own result', async () => {
  const stack = await startStack(
    { StartAt: 'A', States: { A: { Type: 'Task', Resource: FUNCTION, End: true } } },
    { lambda: () => [1, 2] },
  );
  const { output, types } = await stack.run();
  expect(output).toEqual([1, 2]);
  expect(types.slice(2, 5)).toEqual(['LambdaFunctionScheduled', 'LambdaFunctionStarted', 'LambdaFunctionSucceeded']);
});

test('a thrown error becomes the error name and a JSON cause', async () => {
  const stack = await startStack(
    { StartAt: 'A', States: { A: { ...task(), End: true } } },
    { lambda: throwing('NumberUnavailable', 'no number') },
  );
  const { status, error, cause, types } = await stack.run();
  expect([status, error]).toEqual(['FAILED', 'NumberUnavailable']);
  expect(JSON.parse(cause!)).toEqual({ errorMessage: 'no number', errorType: 'NumberUnavailable', stackTrace: ['at work'] });
  expect(types.slice(-2)).toEqual(['TaskFailed', 'ExecutionFailed']);
});

test('a Task over its TimeoutSeconds is States.Timeout, and its late result is ignored', async () => {
  const answer = Promise.withResolvers<string>();
  const Catch = [{ ErrorEquals: ['States.Timeout'], ResultPath: '$.e', Next: 'B' }];
  const A = { ...task({ TimeoutSeconds: 30, Catch }), End: true };
  const stack = await startStack({ StartAt: 'A', States: { A, B: { Type: 'Pass', End: true } } }, { lambda: () => answer.promise });
  const arn = await stack.start({ k: 1 });
  await stack.passTime(31);
  answer.resolve('too late');
  await stack.kernel.activity.idle();
  const { output, types } = await stack.outcome(arn);
  expect(output).toEqual({ k: 1, e: { Error: 'States.Timeout', Cause: '' } });
  expect(types).toEqual([
    ...'ExecutionStarted TaskStateEntered TaskScheduled TaskStarted TaskTimedOut TaskStateExited'.split(' '),
    ...'PassStateEntered PassStateExited ExecutionSucceeded'.split(' '),
  ]);
});

test('a Wait of 60 days lasts 60 days', async () => {
  const stack = await startStack({ StartAt: 'W', States: { W: { Type: 'Wait', TimestampPath: '$.at', End: true } } });
  const day = 24 * 3600;
  const { arn, status } = await stack.run({ at: new Date(Date.now() + 60 * day * 1000).toISOString() }, 59 * day);
  expect(status).toBe('RUNNING');
  await stack.kernel.advance(2 * day);
  expect((await stack.outcome(arn)).status).toBe('SUCCEEDED');
});

test.each([
  ['Seconds', { Seconds: 90 }],
  ['SecondsPath', { SecondsPath: '$.n' }],
])('Wait takes %s', async (_name, fields) => {
  const stack = await startStack({ StartAt: 'W', States: { W: { Type: 'Wait', ...fields, End: true } } });
  const { arn, status } = await stack.run({ n: 90 }, 89);
  expect(status).toBe('RUNNING');
  await stack.kernel.advance(2);
  expect((await stack.outcome(arn)).types).toEqual(['ExecutionStarted', 'WaitStateEntered', 'WaitStateExited', 'ExecutionSucceeded']);
});

test('Retry backs off up to MaxDelaySeconds with FULL jitter and counts in the context', async () => {
  const at: number[] = [];
  const counts: number[] = [];
  const lambda = (payload: { retries: number }) => {
    at.push(Date.now());
    counts.push(payload.retries);
    if (at.length < 5) throw failure('X');
  };
  const Parameters = { FunctionName: FUNCTION, Payload: { 'retries.$': '$$.State.RetryCount' } };
  const Retry = [{ ErrorEquals: ['X'], IntervalSeconds: 2, BackoffRate: 2, MaxAttempts: 4, MaxDelaySeconds: 5, JitterStrategy: 'FULL' }];
  const stack = await startStack({ StartAt: 'A', States: { A: task({ Parameters, Retry, End: true }) } }, { lambda });
  const { status } = await stack.run({}, 60);
  expect(status).toBe('SUCCEEDED');
  const delays = at.slice(1).map((time, index) => Math.round((time - at[index]!) / 100) / 10);
  expect(delays).toEqual([1, 2, 2.5, 2.5]); // half of 2, 4, 5, 5
  expect(counts).toEqual([0, 1, 2, 3, 4]);
});

test('every retrier counts for itself, and Catch comes when the matching one is used up', async () => {
  const errors = ['ErrorA', 'ErrorB', 'ErrorC', 'ErrorB'];
  let calls = 0;
  const lambda = () => {
    throw failure(errors[calls++]!);
  };
  const Retry = [
    { ErrorEquals: ['ErrorA', 'ErrorB'], MaxAttempts: 2 },
    { ErrorEquals: ['ErrorC'], IntervalSeconds: 5 },
  ];
  const X = { ...task({ Retry, Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Z' }] }), Next: 'Y' };
  const stack = await startStack({ StartAt: 'X', States: { X, Y: { Type: 'Succeed' }, Z: { Type: 'Pass', End: true } } }, { lambda });
  const { output } = await stack.run({}, 60);
  expect(output).toMatchObject({ Error: 'ErrorB' });
  expect(calls).toBe(4);
});

test('MaxAttempts 0 in the first matching retrier keeps later retriers out', async () => {
  let calls = 0;
  const lambda = () => {
    calls += 1;
    throw failure('Terminal');
  };
  const Retry = [{ ErrorEquals: ['Terminal'], MaxAttempts: 0 }, { ErrorEquals: ['States.ALL'] }];
  const stack = await startStack({ StartAt: 'A', States: { A: { ...task({ Retry }), End: true } } }, { lambda });
  expect((await stack.run({}, 60)).error).toBe('Terminal');
  expect(calls).toBe(1);
});

test('States.TaskFailed takes a function’s error and leaves a timeout alone', async () => {
  const Catch = [{ ErrorEquals: ['States.TaskFailed'], Next: 'B' }];
  const definition = {
    StartAt: 'A',
    States: { A: { ...task({ TimeoutSeconds: 5, Catch }), End: true }, B: { Type: 'Pass', Result: 'caught', End: true } },
  };
  const failing = await startStack(definition, { lambda: throwing('X') });
  expect((await failing.run()).output).toBe('caught');
  await closeStacks();
  const answer = Promise.withResolvers<void>();
  const hanging = await startStack(definition, { lambda: () => answer.promise });
  const arn = await hanging.start();
  await hanging.passTime(6);
  answer.resolve();
  expect((await hanging.outcome(arn)).error).toBe('States.Timeout');
});

test('a failing branch aborts its siblings and fails the Parallel, whose Catch takes it', async () => {
  const P = {
    Type: 'Parallel',
    Parameters: { 'only.$': '$.a' },
    Branches: [
      { StartAt: 'B1', States: { B1: { Type: 'Pass', Parameters: { 'in.$': '$$.Execution.Input', 'it.$': '$' }, End: true } } },
      { StartAt: 'W', States: { W: { Type: 'Wait', Seconds: 9, End: true } } },
      { StartAt: 'A', States: { A: { ...task(), End: true } } },
    ],
    Catch: [{ ErrorEquals: ['X'], ResultPath: '$.e', Next: 'B' }],
    End: true,
  };
  const stack = await startStack({ StartAt: 'P', States: { P, B: { Type: 'Pass', End: true } } }, { lambda: throwing('X') });
  const { output, events, types } = await stack.run({ a: 1 });
  expect(output).toMatchObject({ a: 1, e: { Error: 'X' } });
  const pass = events.find(({ type }) => type === 'PassStateExited')?.stateExitedEventDetails;
  expect(JSON.parse(pass!.output!)).toEqual({ in: { a: 1 }, it: { only: 1 } });
  expect(types.slice(-7)).toEqual([
    ...'TaskFailed WaitStateAborted ParallelStateFailed ParallelStateExited'.split(' '),
    ...'PassStateEntered PassStateExited ExecutionSucceeded'.split(' '),
  ]);
});

test('a branch that fails before its sibling began aborts it without a trace', async () => {
  const Branches = [{ StartAt: 'F', States: { F: { Type: 'Fail', Error: 'Early' } } }, branch('A', task())];
  let calls = 0;
  const stack = await startStack(
    { StartAt: 'P', States: { P: { Type: 'Parallel', Branches, End: true } } },
    { lambda: () => (calls += 1) },
  );
  const { error, types } = await stack.run();
  expect([error, calls]).toEqual(['Early', 0]);
  expect(types).toEqual(
    'ExecutionStarted ParallelStateEntered ParallelStateStarted FailStateEntered ParallelStateFailed ExecutionFailed'.split(' '),
  );
});

test('a Parallel gives its branches’ outputs in order and can be retried as a whole', async () => {
  let calls = 0;
  const lambda = () => {
    calls += 1;
    if (calls === 1) throw failure('Once');
    return 'done';
  };
  const Branches = [
    { StartAt: 'W', States: { W: { Type: 'Wait', Seconds: 5, Next: 'R' }, R: { Type: 'Pass', Result: 'slow', End: true } } },
    { StartAt: 'A', States: { A: { ...task({ OutputPath: '$.Payload' }), End: true } } },
  ];
  const Retry = [{ ErrorEquals: ['Once'], IntervalSeconds: 3 }];
  const stack = await startStack({ StartAt: 'P', States: { P: { Type: 'Parallel', Branches, Retry, End: true } } }, { lambda });
  const { output, types } = await stack.run({}, 20);
  expect(output).toEqual(['slow', 'done']);
  expect(types.filter((type) => type.startsWith('Parallel'))).toEqual(
    'ParallelStateEntered ParallelStateStarted ParallelStateStarted ParallelStateSucceeded ParallelStateExited'.split(' '),
  );
});

test('States.ALL does not catch States.Runtime, whose cause says where', async () => {
  const Choice = { Type: 'Choice', Choices: [{ Variable: '$.nope', StringEquals: 'x', Next: 'S' }] };
  const P = {
    Type: 'Parallel',
    Branches: [{ StartAt: 'C', States: { C: Choice, S: { Type: 'Succeed' } } }],
    Catch: [{ ErrorEquals: ['States.ALL'], Next: 'S' }],
    End: true,
  };
  const stack = await startStack({ StartAt: 'P', States: { P, S: { Type: 'Succeed' } } });
  const { error, cause } = await stack.run();
  expect(error).toBe('States.Runtime');
  expect(cause).toMatch(/^An error occurred while executing the state 'C' \(entered at the event id #4\)\. Invalid path '\$\.nope'/);
});

test('a missing path in Parameters is States.Runtime with the whole input in its cause', async () => {
  const A = { Type: 'Pass', Parameters: { 'v.$': '$.nope' }, End: true };
  const stack = await startStack({ StartAt: 'A', States: { A } });
  const { error, cause } = await stack.run({ secret: 1 });
  expect(error).toBe('States.Runtime');
  expect(cause).toContain(`The JSONPath '$.nope' specified for the field 'v.$' could not be found in the input '{"secret":1}'`);
});

test('Fail takes its error and cause from paths and intrinsic functions', async () => {
  const F = { Type: 'Fail', ErrorPath: '$.a', CausePath: "States.Format('c-{}', $.b)" };
  const stack = await startStack({ StartAt: 'F', States: { F } });
  expect(await stack.run({ a: 'EE', b: 'CC' })).toMatchObject({ status: 'FAILED', error: 'EE', cause: 'c-CC' });
});

test('the machine’s TimeoutSeconds end the execution as TIMED_OUT', async () => {
  const stack = await startStack({ TimeoutSeconds: 60, StartAt: 'W', States: { W: { Type: 'Wait', Seconds: 500, End: true } } });
  const { status, error, types } = await stack.run({}, 61);
  expect([status, error]).toEqual(['TIMED_OUT', 'States.Timeout']);
  expect(types.slice(-2)).toEqual(['WaitStateAborted', 'ExecutionTimedOut']);
});

test('a result over 256 KiB is States.DataLimitExceeded, which States.ALL does not catch', async () => {
  const A = { ...task({ Catch: [{ ErrorEquals: ['States.ALL'], Next: 'B' }] }), End: true };
  const stack = await startStack({ StartAt: 'A', States: { A, B: { Type: 'Pass', End: true } } }, { lambda: () => 'x'.repeat(270_000) });
  const { error, types } = await stack.run();
  expect(error).toBe('States.DataLimitExceeded');
  expect(types).toContain('TaskFailed');
});

test('an execution ends at 25,000 history events', async () => {
  const stack = await startStack({ StartAt: 'A', States: { A: { Type: 'Pass', Next: 'B' }, B: { Type: 'Pass', Next: 'A' } } });
  const { status, error, cause } = await stack.run();
  expect([status, error]).toEqual(['FAILED', 'States.Runtime']);
  expect(cause).toContain('25000');
});

test('a loop of Parallels does not exhaust the stack', async () => {
  const P = { Type: 'Parallel', Branches: [{ StartAt: 'S', States: { S: { Type: 'Succeed' } } }], ResultPath: null, Next: 'P' };
  const stack = await startStack({ StartAt: 'P', States: { P } });
  expect((await stack.run()).cause).toContain('maximum number of history events');
});

const double = ({ n, list }: { n: number; list: unknown[] }) => ({ n: 2 * n, list });

test('data flows through InputPath, Parameters, ResultSelector, ResultPath and OutputPath', async () => {
  const A = {
    Type: 'Task',
    Resource: INVOKE,
    InputPath: '$.in',
    Parameters: { FunctionName: FUNCTION, Payload: { 'n.$': '$.n', list: [{ 'id.$': '$$.Execution.Name' }] } },
    ResultSelector: { 'doubled.$': '$.Payload' },
    ResultPath: '$.in.result',
    OutputPath: '$.in',
    End: true,
  };
  const stack = await startStack({ StartAt: 'A', States: { A } }, { lambda: double });
  const arn = await stack.start({ in: { n: 21 }, out: 1 }, 'the-name');
  await stack.kernel.advance(0);
  expect((await stack.outcome(arn)).output).toEqual({ n: 21, result: { doubled: { n: 42, list: [{ id: 'the-name' }] } } });
});

test('ids are consecutive, and every event follows the one before it in its branch', async () => {
  const P = { Type: 'Parallel', Branches: [branch('A', { Type: 'Pass' }), branch('B', { Type: 'Pass' })], End: true };
  const stack = await startStack({ StartAt: 'P', States: { P } });
  const { events } = await stack.run();
  expect(events.map(({ id, previousEventId, type }) => [id, previousEventId, type])).toEqual([
    [1, 0, 'ExecutionStarted'],
    [2, 0, 'ParallelStateEntered'],
    [3, 2, 'ParallelStateStarted'],
    [4, 3, 'PassStateEntered'],
    [5, 4, 'PassStateExited'],
    [6, 3, 'PassStateEntered'],
    [7, 6, 'PassStateExited'],
    [8, 7, 'ParallelStateSucceeded'],
    [9, 8, 'ParallelStateExited'],
    [10, 9, 'ExecutionSucceeded'],
  ]);
});

test('untilIdle goes through Waits and retries to the end', async () => {
  let calls = 0;
  const lambda = async () => {
    calls += 1;
    await new Promise((turn) => setImmediate(turn));
    if (calls < 3) throw failure('X');
  };
  const A = { ...task({ TimeoutSeconds: 30, Retry: [{ ErrorEquals: ['X'], IntervalSeconds: 900 }] }), Next: 'W' };
  const stack = await startStack({ StartAt: 'A', States: { A, W: { Type: 'Wait', Seconds: 604_800, End: true } } }, { lambda });
  const arn = await stack.start();
  await stack.kernel.untilIdle();
  expect([calls, (await stack.outcome(arn)).status]).toEqual([3, 'SUCCEEDED']);
});
