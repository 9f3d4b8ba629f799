import {
  DescribeExecutionCommand,
  type DescribeExecutionCommandOutput,
  GetExecutionHistoryCommand,
  type HistoryEvent,
  SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import { type Kernel, openKernel } from '../../../local/kernel/kernel';
import { ACCOUNT, type BusEvent, REGION } from '../../../local/kernel/wiring';
import { type StepFunctions, startStepFunctions } from '../../../local/step-functions/server';

export const INVOKE = 'arn:aws:states:::lambda:invoke';
export const CALLBACK = `${INVOKE}.waitForTaskToken`;
export const FUNCTION = `arn:aws:lambda:${REGION}:${ACCOUNT}:function:work`;
export const MACHINE = `arn:aws:states:${REGION}:${ACCOUNT}:stateMachine:machine`;

/** A function's code in tests: gets the payload, returns the result or throws. */
export type Lambda = { run(payload: unknown): unknown }['run']; // a method's type, so that tests may narrow the payload

/** A Task that calls the test's function with the state's input. */
export function task(more: Record<string, unknown> = {}) {
  return { Type: 'Task', Resource: INVOKE, Parameters: { FunctionName: FUNCTION, 'Payload.$': '$' }, ...more };
}

/** A callback Task whose function is given the token. */
export function callback(more: Record<string, unknown> = {}) {
  const Parameters = { FunctionName: FUNCTION, Payload: { 'token.$': '$$.Task.Token' } };
  return { Type: 'Task', Resource: CALLBACK, TimeoutSeconds: 3600, Parameters, ...more };
}

export function failure(name: string, message = 'said so'): Error {
  return Object.assign(new Error(message), { name });
}

/** A function that throws this error. */
export function throwing(name: string, message?: string): () => never {
  return () => {
    throw failure(name, message);
  };
}

/** One branch of one state. */
export function branch(name: string, state: object) {
  return { StartAt: name, States: { [name]: { ...state, End: true } } };
}

export interface StackOptions {
  lambda?: Lambda;
  random?: () => number;
  dataDir?: string;
  persistence?: 'store' | 'memory';
}

const open: { close(): Promise<void> }[] = [];

/** Closes every stack of the test. */
export async function closeStacks(): Promise<void> {
  for (const stack of open.splice(0)) await stack.close();
}

/** The local Step Functions with one state machine `machine`, driven through the real SDK. */
export async function startStack(definition: unknown, options: StackOptions = {}): Promise<Stack> {
  const kernel = openKernel(options.dataDir);
  const emitted: Parameters<StackEmit>[1][] = [];
  const stepFunctions = await startStepFunctions(kernel, {
    port: 0,
    stateMachines: [{ name: 'machine', arn: MACHINE, definition }],
    random: options.random ?? (() => 0.5),
    persistence: options.persistence ?? 'store',
    emit: async (_bus, event) => void emitted.push(event),
    invoke: async (_name, event) => {
      try {
        return { payload: await options.lambda?.(event) };
      } catch (cause) {
        const { name, message } = cause as Error;
        return { error: { errorType: name, errorMessage: message, stackTrace: ['at work'] } };
      }
    },
  }).catch(async (cause) => {
    await kernel.close();
    throw cause;
  });
  const stack = new Stack(kernel, stepFunctions, emitted);
  open.push(stack);
  return stack;
}

type StackEmit = (bus: string, event: Pick<BusEvent, 'source' | 'detail-type' | 'detail'> & { resources?: string[] }) => Promise<void>;

export class Stack {
  readonly kernel: Kernel;
  readonly stepFunctions: StepFunctions;
  readonly emitted: Parameters<StackEmit>[1][];
  readonly sfn: SFNClient;
  #closed = false;

  constructor(kernel: Kernel, stepFunctions: StepFunctions, emitted: Parameters<StackEmit>[1][]) {
    this.kernel = kernel;
    this.stepFunctions = stepFunctions;
    this.emitted = emitted;
    this.sfn = new SFNClient({
      endpoint: stepFunctions.url,
      region: REGION,
      credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
      maxAttempts: 1,
    });
  }

  async start(input: unknown = {}, name?: string): Promise<string> {
    const { executionArn } = await this.sfn.send(
      new StartExecutionCommand({ stateMachineArn: MACHINE, input: JSON.stringify(input), ...(name && { name }) }),
    );
    return executionArn!;
  }

  /** Starts an execution and lets `seconds` pass. */
  async run(input: unknown = {}, seconds = 0): Promise<Outcome> {
    const arn = await this.start(input);
    await this.kernel.advance(seconds);
    return this.outcome(arn);
  }

  async outcome(arn: string): Promise<Outcome> {
    const execution = await this.sfn.send(new DescribeExecutionCommand({ executionArn: arn }));
    const { events = [] } = await this.sfn.send(new GetExecutionHistoryCommand({ executionArn: arn, maxResults: 1000 }));
    return new Outcome(execution, events);
  }

  /** Lets time pass while functions are still running, which `kernel.advance` would wait for. */
  async passTime(seconds: number): Promise<void> {
    Atomics.add(this.kernel.offset, 0, BigInt(seconds * 1000));
    await new Promise<void>((fired) => this.kernel.timers.at(0, 'work', fired)); // the earliest timer makes all due ones ring
    await new Promise((turn) => setTimeout(turn, 0));
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.sfn.destroy();
    await this.stepFunctions.close();
    await this.kernel.close();
  }
}

/** What became of an execution. */
export class Outcome {
  readonly arn: string;
  readonly status: string | undefined;
  readonly error: string | undefined;
  readonly cause: string | undefined;
  readonly redriveCount: number | undefined;
  readonly events: HistoryEvent[];
  readonly output: unknown;

  constructor(execution: DescribeExecutionCommandOutput, events: HistoryEvent[]) {
    this.arn = execution.executionArn!;
    this.status = execution.status;
    this.error = execution.error;
    this.cause = execution.cause;
    this.redriveCount = execution.redriveCount;
    this.output = execution.output === undefined ? undefined : JSON.parse(execution.output);
    this.events = events;
  }

  get types(): string[] {
    return this.events.map(({ type }) => type!);
  }
}
