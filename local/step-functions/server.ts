import type { Kernel } from '../kernel/kernel';
import { type Listening, serveApp } from '../kernel/serve';
import type { EmitEvent, Invoke } from '../kernel/wiring';
import { Engine } from './engine';
import { currentStates, type Status } from './execution';
import type { HistoryEvent } from './history';
import type { StateMachine } from './machines';
import { MemoryJournal } from './memory-journal';
import { stepFunctionsApp } from './protocol';
import type { StartRequest } from './start-request';
import { StoreJournal } from './store-journal';

export type { StateMachine } from './machines';

export interface StepFunctionsOptions {
  port: number;
  stateMachines: StateMachine[];
  invoke: Invoke;
  emit: EmitEvent;
  /** 0 to 1, for retry jitter; Math.random by default. */
  random?: () => number;
  /** `store` (default): executions survive a kill at any moment; `memory`: they end with the process. */
  persistence?: 'store' | 'memory';
}

/** An execution at one look, for the control room. */
export interface ExecutionSummary {
  arn: string;
  name: string;
  stateMachineArn: string;
  status: Status;
  /** JSON text. */
  input: string;
  startDate: Date;
  stopDate: Date | undefined;
  /** Where it is, or where it stopped; several inside a Parallel, none after success. */
  currentStates: string[];
  redriveCount: number;
}

/** The laptop's Step Functions: AWS's protocol on a port, and what the stack calls in-process. */
export interface StepFunctions extends Listening {
  /** Like the API's StartExecution; resolves when the execution is stored. Throws ServiceError with AWS's error name as `code`. */
  startExecution(request: StartRequest): Promise<{ executionArn: string; startDate: Date }>;
  /** All executions, oldest first. */
  executions(): ExecutionSummary[];
  /** The ASL that an execution runs by, as JSON text. Throws ServiceError for an unknown ARN. */
  definition(executionArn: string): string;
  /** Everything that happened in an execution, oldest first. Throws ServiceError for an unknown ARN. */
  history(executionArn: string): HistoryEvent[];
}

/** Loads the state machines (throws DefinitionError for anything not implemented), continues stored executions and listens. */
export async function startStepFunctions(kernel: Kernel, options: StepFunctionsOptions): Promise<StepFunctions> {
  const { store, activity, faults } = kernel;
  const journal = options.persistence === 'memory' ? new MemoryJournal() : new StoreJournal(store, activity);
  const engine = new Engine(kernel, journal, options);
  const listening = await serveApp(stepFunctionsApp(engine, faults), { port: options.port, activity });
  return {
    url: listening.url,
    port: listening.port,
    async startExecution(request) {
      const { arn, startMs } = await activity.during(() => engine.start(request));
      return { executionArn: arn, startDate: new Date(startMs) };
    },
    executions: () => summaries(engine),
    definition: (arn) => engine.machines.definitionOf(engine.execution(arn)).text,
    history(arn) {
      const execution = engine.execution(arn);
      return engine.history(execution, 1, execution.lastEventId);
    },
    async close() {
      await listening.close();
      await engine.close();
    },
  };
}

function summaries({ executions }: Engine): ExecutionSummary[] {
  return [...executions.values()].map((execution) => ({
    arn: execution.arn,
    name: execution.name,
    stateMachineArn: execution.stateMachineArn,
    status: execution.status,
    input: execution.inputText,
    startDate: new Date(execution.startMs),
    stopDate: execution.stopMs === undefined ? undefined : new Date(execution.stopMs),
    currentStates: currentStates(execution.root),
    redriveCount: execution.redriveCount,
  }));
}
