import {
  DescribeExecutionCommand,
  DescribeStateMachineCommand,
  DescribeStateMachineForExecutionCommand,
  ListExecutionsCommand,
  ListStateMachinesCommand,
  paginateGetExecutionHistory,
  paginateListExecutions,
  StartExecutionCommand,
  StopExecutionCommand,
} from '@aws-sdk/client-sfn';
import { closeStacks, MACHINE, startStack, task } from './harness';

afterEach(closeStacks);

const definition = { StartAt: 'W', States: { W: { Type: 'Wait', Seconds: 5, End: true } } };

test('starting again with the same name and input gives the running execution', async () => {
  const stack = await startStack(definition);
  const first = await stack.sfn.send(new StartExecutionCommand({ stateMachineArn: MACHINE, name: 'one', input: '{"a":1}' }));
  const again = await stack.sfn.send(new StartExecutionCommand({ stateMachineArn: MACHINE, name: 'one', input: '{ "a": 1 }' }));
  expect(again.executionArn).toBe(first.executionArn);
  expect(again.startDate).toEqual(first.startDate);
  expect(stack.stepFunctions.executions()).toHaveLength(1);
});

test('starting again with another input, or after the end, is ExecutionAlreadyExists', async () => {
  const stack = await startStack(definition);
  const arn = await stack.start({ a: 1 }, 'one');
  const error = { name: 'ExecutionAlreadyExists', message: `Execution Already Exists: '${arn}'` };
  await expect(stack.start({ a: 2 }, 'one')).rejects.toMatchObject(error);
  await stack.kernel.advance(6);
  await expect(stack.start({ a: 1 }, 'one')).rejects.toMatchObject(error);
});

test('times reach the SDK as dates', async () => {
  const stack = await startStack(definition);
  const before = Date.now();
  const { startDate } = await stack.sfn.send(new StartExecutionCommand({ stateMachineArn: MACHINE }));
  expect(startDate).toBeInstanceOf(Date);
  expect(Math.abs(startDate!.getTime() - before)).toBeLessThan(60_000);
});

test.each([
  ['StateMachineDoesNotExist', new StartExecutionCommand({ stateMachineArn: `${MACHINE}-not` })],
  ['InvalidName', new StartExecutionCommand({ stateMachineArn: MACHINE, name: 'a b' })],
  ['InvalidExecutionInput', new StartExecutionCommand({ stateMachineArn: MACHINE, input: '{' })],
  ['InvalidExecutionInput', new StartExecutionCommand({ stateMachineArn: MACHINE, input: JSON.stringify('x'.repeat(262_145)) })],
  ['ValidationException', new StartExecutionCommand({ stateMachineArn: '' })],
])('a bad start is %s', async (name, command) => {
  const stack = await startStack(definition);
  await expect(stack.sfn.send(command)).rejects.toMatchObject({ name, $metadata: { httpStatusCode: 400 } });
});

test('an unknown execution is ExecutionDoesNotExist', async () => {
  const stack = await startStack(definition);
  const executionArn = 'arn:aws:states:ap-southeast-2:000000000000:execution:machine:none';
  const error = { name: 'ExecutionDoesNotExist', message: `Execution Does Not Exist: '${executionArn}'` };
  await expect(stack.sfn.send(new DescribeExecutionCommand({ executionArn }))).rejects.toMatchObject(error);
  await expect(stack.sfn.send(new StopExecutionCommand({ executionArn }))).rejects.toMatchObject(error);
});

test('an operation or parameter that is not implemented is refused', async () => {
  const stack = await startStack(definition);
  const call = async (target: string, body: string) => {
    const response = await fetch(stack.stepFunctions.url, {
      method: 'POST',
      body,
      headers: { 'X-Amz-Target': `AWSStepFunctions.${target}` },
    });
    return [response.status, ((await response.json()) as { __type: string }).__type];
  };
  expect(await call('StartSyncExecution', '{}')).toEqual([400, 'UnknownOperationException']);
  expect(await call('ListExecutions', JSON.stringify({ mapRunArn: 'arn' }))).toEqual([400, 'ValidationException']);
  expect(await call('ListExecutions', 'no json')).toEqual([400, 'SerializationException']);
});

test('history is paged in both directions and hides data on request', async () => {
  const States = Object.fromEntries(
    Array.from({ length: 60 }, (_, i) => [`S${i}`, { Type: 'Pass', ...(i < 59 ? { Next: `S${i + 1}` } : { End: true }) }]),
  );
  const stack = await startStack({ StartAt: 'S0', States });
  const executionArn = await stack.start({ secret: 1 });
  const read = async (options: object) => {
    const ids: number[] = [];
    let text = '';
    for await (const { events = [] } of paginateGetExecutionHistory({ client: stack.sfn, pageSize: 50 }, { executionArn, ...options })) {
      ids.push(...events.map(({ id }) => id!));
      text += JSON.stringify(events);
    }
    return { ids, text };
  };
  const upwards = Array.from({ length: 122 }, (_, index) => index + 1);
  const all = await read({});
  expect(all.ids).toEqual(upwards);
  expect(all.text).toContain('secret');
  const reverse = await read({ reverseOrder: true, includeExecutionData: false });
  expect(reverse.ids).toEqual(upwards.toReversed());
  expect(reverse.text).not.toContain('secret');
});

test('executions are listed newest first, by status and in pages that later starts do not shift', async () => {
  const stack = await startStack(definition);
  for (const name of ['a', 'b', 'c']) await stack.start({}, name);
  await stack.kernel.advance(6);
  for (const name of ['d', 'e']) await stack.start({}, name);
  const names: string[] = [];
  for await (const { executions = [] } of paginateListExecutions({ client: stack.sfn, pageSize: 2 }, { stateMachineArn: MACHINE })) {
    names.push(...executions.map(({ name }) => name!));
    if (names.length === 2) await stack.start({}, 'f');
  }
  expect(names).toEqual(['e', 'd', 'c', 'b', 'a']);
  const done = await stack.sfn.send(new ListExecutionsCommand({ stateMachineArn: MACHINE, statusFilter: 'SUCCEEDED' }));
  expect(done.executions?.map(({ name }) => name)).toEqual(['c', 'b', 'a']);
  const bad = stack.sfn.send(new ListExecutionsCommand({ stateMachineArn: MACHINE, nextToken: 'bad' }));
  await expect(bad).rejects.toMatchObject({ name: 'InvalidToken' });
});

test('a state machine is described with the definition it runs', async () => {
  const stack = await startStack(definition);
  const { definition: text, status, creationDate } = await stack.sfn.send(new DescribeStateMachineCommand({ stateMachineArn: MACHINE }));
  expect([JSON.parse(text!), status]).toEqual([definition, 'ACTIVE']);
  expect(creationDate).toBeInstanceOf(Date);
  const executionArn = await stack.start();
  const own = await stack.sfn.send(new DescribeStateMachineForExecutionCommand({ executionArn }));
  expect(JSON.parse(own.definition!)).toEqual(definition);
  const { stateMachines } = await stack.sfn.send(new ListStateMachinesCommand({}));
  expect(stateMachines).toMatchObject([{ stateMachineArn: MACHINE, name: 'machine', type: 'STANDARD' }]);
});

test('every change of status is announced on the default bus as AWS does', async () => {
  const stack = await startStack({ StartAt: 'A', States: { A: { ...task(), End: true } } }, { lambda: () => 1 });
  const { arn } = await stack.run({ k: 1 });
  expect(stack.emitted).toHaveLength(2);
  expect(stack.emitted[0]).toMatchObject({
    source: 'aws.states',
    'detail-type': 'Step Functions Execution Status Change',
    resources: [arn],
    detail: { executionArn: arn, stateMachineArn: MACHINE, status: 'RUNNING', startDate: expect.any(Number), stopDate: null, output: null },
  });
  expect(stack.emitted[1]!.detail).toMatchObject({
    status: 'SUCCEEDED',
    input: '{"k":1}',
    inputDetails: { included: true },
    output: '{"ExecutedVersion":"$LATEST","Payload":1,"StatusCode":200}',
    redriveCount: 0,
    redriveDate: null,
    redriveStatus: 'NOT_REDRIVABLE',
  });
});

test('large input and output are left out of the status-change event', async () => {
  const stack = await startStack({ StartAt: 'S', States: { S: { Type: 'Succeed' } } });
  await stack.run('x'.repeat(200_000));
  expect(stack.emitted[1]!.detail).toMatchObject({
    input: null,
    inputDetails: { included: false },
    output: null,
    outputDetails: { included: false },
  });
});

test('an armed fault makes the API fail', async () => {
  const stack = await startStack(definition);
  await stack.kernel.faults.arm({ vendor: 'stepfunctions', call: 'StartExecution', mode: 'rate-limit', times: 1, slowMs: 1 });
  await expect(stack.start()).rejects.toMatchObject({ name: 'ThrottlingException' });
  await stack.start();
});

test('startExecution in-process is the same as over the API', async () => {
  const stack = await startStack(definition);
  const { executionArn } = await stack.stepFunctions.startExecution({ stateMachineArn: MACHINE, name: 'n', input: '{}' });
  expect(stack.stepFunctions.executions()).toMatchObject([
    { arn: executionArn, name: 'n', status: 'RUNNING', currentStates: ['W'], redriveCount: 0 },
  ]);
});
