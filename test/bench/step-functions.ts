/** How fast the local Step Functions are: `npm run bench`, or alone from an esbuild bundle of this file. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { type Kernel, openKernel } from '../../local/kernel/kernel';
import { ACCOUNT, REGION } from '../../local/kernel/wiring';
import { type StepFunctions, startStepFunctions } from '../../local/step-functions/server';

const MACHINE = `arn:aws:states:${REGION}:${ACCOUNT}:stateMachine:`;
const WAITING = 10_000;
const CONCURRENCY = 100;

/** What was measured; times in seconds, memory in MB. */
export interface StepFunctionsFigures {
  inMemoryPerSecond: number;
  persistentPerSecond: number;
  waitingMemoryMb: number;
  waitingStartSeconds: number;
  restartSeconds: number;
}

/** Measures and prints each figure beside its goal. */
export async function benchStepFunctions(): Promise<StepFunctionsFigures> {
  const folder = mkdtempSync(join(tmpdir(), 'step-functions-bench-'));
  try {
    const waiting = await fillWithWaiting(join(folder, 'waiting'));
    report(`MB (RSS) more with ${WAITING} executions waiting`, waiting.megabytes, ['<', 500]);
    const restartSeconds = await restart(join(folder, 'waiting'));
    report(`s to restart with ${WAITING} executions waiting`, restartSeconds, ['<', 10]);
    const inMemoryPerSecond = await throughput(undefined, 4000);
    report('executions/s of 12 no-op Tasks, in memory', inMemoryPerSecond, ['>=', 1500]);
    const persistentPerSecond = await throughput(join(folder, 'throughput'), 1500);
    report('executions/s of 12 no-op Tasks, persistent', persistentPerSecond, ['>=', 300]);
    return {
      inMemoryPerSecond,
      persistentPerSecond,
      waitingMemoryMb: waiting.megabytes,
      waitingStartSeconds: waiting.seconds,
      restartSeconds,
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** `goal` is `[direction, value]`. */
function report(what: string, figure: number, [direction, goal]: ['>=' | '<', number]): void {
  const reached = direction === '<' ? figure < goal : figure >= goal;
  console.log(`step-functions: ${figure.toFixed(1)} ${what} (goal ${direction} ${goal}: ${reached ? 'reached' : 'MISSED'})`);
}

const taskMore = {
  TimeoutSeconds: 60,
  Retry: [{ ErrorEquals: ['X'], IntervalSeconds: 1 }],
  ResultPath: null,
};
const Parameters = { FunctionName: 'work', Payload: { 'runId.$': '$.runId', 'execution.$': '$$.Execution.Id' } };

/** Twelve Tasks as the provisioning machine has them, then the end or a Wait. */
function machine(last: object) {
  const tasks = Array.from({ length: 12 }, (_, index) => [
    `S${index}`,
    { Type: 'Task', Resource: 'arn:aws:states:::lambda:invoke', Parameters, ...taskMore, Next: index < 11 ? `S${index + 1}` : 'Last' },
  ]);
  return { StartAt: 'S0', States: { ...Object.fromEntries(tasks), Last: last } };
}

interface Opened {
  kernel: Kernel;
  stepFunctions: StepFunctions;
  ended: Map<string, () => void>;
}

async function open(dataDir: string | undefined): Promise<Opened> {
  const kernel = openKernel(dataDir);
  const ended = new Map<string, () => void>();
  const stepFunctions = await startStepFunctions(kernel, {
    port: 0,
    persistence: dataDir ? 'store' : 'memory',
    stateMachines: [
      { name: 'ends', arn: `${MACHINE}ends`, definition: machine({ Type: 'Succeed' }) },
      { name: 'waits', arn: `${MACHINE}waits`, definition: machine({ Type: 'Wait', Seconds: 7 * 24 * 3600, End: true }) },
    ],
    invoke: async () => ({ payload: { ok: true } }),
    emit: async (_bus, { detail }) => {
      if (detail['status'] !== 'RUNNING') ended.get(String(detail['executionArn']))?.();
    },
  });
  return { kernel, stepFunctions, ended };
}

const input = JSON.stringify({ runId: '0f8fad5b-d9cb-469f-a165-70867728950e', invoiceNumber: 'INV-0042' });

async function throughput(dataDir: string | undefined, count: number): Promise<number> {
  const { kernel, stepFunctions, ended } = await open(dataDir);
  let left = count;
  const one = async (name: string) => {
    const end = Promise.withResolvers<void>();
    ended.set(`${MACHINE.replace(':stateMachine:', ':execution:')}ends:${name}`, end.resolve);
    await stepFunctions.startExecution({ stateMachineArn: `${MACHINE}ends`, name, input });
    await end.promise;
  };
  const worker = async () => {
    while (left > 0) await one(`n${left--}`);
  };
  const began = performance.now();
  await Promise.all(Array.from({ length: CONCURRENCY }, worker));
  await kernel.activity.idle();
  const seconds = (performance.now() - began) / 1000;
  await stepFunctions.close();
  await kernel.close();
  return count / seconds;
}

async function fillWithWaiting(dataDir: string) {
  globalThis.gc?.();
  const before = process.memoryUsage().rss;
  const { kernel, stepFunctions } = await open(dataDir);
  const began = performance.now();
  for (let index = 0; index < WAITING; index += CONCURRENCY) {
    const starts = Array.from({ length: CONCURRENCY }, () => stepFunctions.startExecution({ stateMachineArn: `${MACHINE}waits`, input }));
    await Promise.all(starts);
  }
  await kernel.activity.idle();
  const seconds = (performance.now() - began) / 1000;
  globalThis.gc?.();
  const megabytes = (process.memoryUsage().rss - before) / 1e6;
  await stepFunctions.close();
  await kernel.close();
  return { megabytes, seconds };
}

async function restart(dataDir: string): Promise<number> {
  const began = performance.now();
  const { kernel, stepFunctions } = await open(dataDir);
  const waiting = stepFunctions.executions().filter(({ currentStates }) => currentStates[0] === 'Last').length;
  const seconds = (performance.now() - began) / 1000;
  await stepFunctions.close();
  await kernel.close();
  if (waiting !== WAITING) throw new Error(`${waiting} of ${WAITING} executions are waiting after the restart`);
  return seconds;
}

if (basename(process.argv[1] ?? '') === 'step-functions.js') void benchStepFunctions();
