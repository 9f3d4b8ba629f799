import { randomUUID } from 'node:crypto';
import type { Kernel } from '../kernel/kernel';
import type { EmitEvent, Invoke } from '../kernel/wiring';
import { ServiceError, StateError } from './errors';
import { type Execution, newBranch, type Status } from './execution';
import { dataDetails, type HistoryEvent } from './history';
import { Interpreter, type Outcome } from './interpreter';
import type { Journal } from './journal';
import { isTooLarge } from './json';
import { type LoadedMachine, Machines, type StateMachine } from './machines';
import { notRedrivableReason } from './redrive';
import { checkName, parseInput, parseJson, type StartRequest } from './start-request';
import { statusChange } from './status-change';
import { executionOfToken } from './task-token';
import type { OpenTask } from './tasks';
import { type Live, roleArn, Thread } from './thread';

/** What the engine is given by the stack. */
export interface EngineOptions {
  stateMachines: StateMachine[];
  invoke: Invoke;
  emit: EmitEvent;
  /** 0 to 1, for retry jitter. */
  random?: () => number;
}

/** All executions of all state machines. Every method that changes something resolves once that is on disk; errors are ServiceError. */
export class Engine {
  readonly machines: Machines;
  readonly executions = new Map<string, Execution>();
  readonly #live = new Map<string, Live>();
  readonly #kernel: Kernel;
  readonly #journal: Journal;
  readonly #options: EngineOptions;
  readonly #interpreter: Interpreter;
  #lastId = 0;

  /** Loads the machines (throws DefinitionError) and continues the executions of the journal. */
  constructor(kernel: Kernel, journal: Journal, options: EngineOptions) {
    this.#kernel = kernel;
    this.#journal = journal;
    this.#options = options;
    this.machines = new Machines(journal, options.stateMachines);
    this.#interpreter = new Interpreter({
      timers: kernel.timers,
      activity: kernel.activity,
      journal,
      invoke: options.invoke,
      random: options.random ?? Math.random,
      ended: (root, outcome) => this.#ended(root.record, outcome),
    });
    for (const execution of journal.load()) this.#restore(execution);
  }

  async start({ stateMachineArn, name = randomUUID(), input = '{}' }: StartRequest): Promise<Execution> {
    const machine = this.machines.get(stateMachineArn);
    checkName(name);
    const parsed = parseInput(input);
    const arn = `${stateMachineArn.replace(':stateMachine:', ':execution:')}:${name}`;
    const existing = this.executions.get(arn);
    if (!existing) this.#create({ arn, name, machine, inputText: input, input: parsed });
    else if (existing.status !== 'RUNNING' || JSON.stringify(JSON.parse(existing.inputText)) !== JSON.stringify(parsed))
      throw new ServiceError('ExecutionAlreadyExists', `Execution Already Exists: '${arn}'`);
    await this.#journal.committed();
    return this.execution(arn);
  }

  async stop(arn: string, error?: string, cause?: string): Promise<Execution> {
    const execution = this.execution(arn);
    if (execution.status === 'RUNNING') this.#close(execution, { status: 'ABORTED', error, cause });
    await this.#journal.committed();
    return execution;
  }

  async redrive(arn: string): Promise<Execution> {
    const execution = this.execution(arn);
    const reason = notRedrivableReason(execution);
    if (reason !== undefined)
      throw new ServiceError('ExecutionNotRedrivable', `Execution '${arn}' is not redrivable. RedriveStatusReason: '${reason}'`);
    execution.status = 'RUNNING';
    execution.redriveCount += 1;
    execution.redriveMs = Date.now();
    for (const field of ['stopMs', 'error', 'cause', 'outputText'] as const) delete execution[field];
    const live = this.#enliven(execution);
    this.#setDeadline(live);
    live.root.branch.lastEventId = execution.lastEventId;
    live.root.log({ type: 'ExecutionRedriven', details: { redriveCount: execution.redriveCount } });
    this.#announce(execution);
    this.#interpreter.redrive(live.root);
    await this.#journal.committed();
    return execution;
  }

  async sendTaskSuccess(token: string, output: string): Promise<void> {
    const task = this.#openTask(token);
    if (isTooLarge(output)) throw new ServiceError('InvalidOutput', 'Invalid Output: the output is longer than 262144 bytes');
    this.#interpreter.tasks.succeed(task, parseJson(output, 'InvalidOutput', 'Invalid Output'));
    await this.#journal.committed();
  }

  async sendTaskFailure(token: string, error = 'States.TaskFailed', cause?: string): Promise<void> {
    this.#interpreter.tasks.fail(this.#openTask(token), new StateError(error, cause));
    await this.#journal.committed();
  }

  async sendTaskHeartbeat(token: string): Promise<void> {
    this.#interpreter.tasks.heartbeat(this.#openTask(token));
    await this.#journal.committed();
  }

  execution(arn: string): Execution {
    const execution = this.executions.get(arn);
    if (!execution) throw new ServiceError('ExecutionDoesNotExist', `Execution Does Not Exist: '${arn}'`);
    return execution;
  }

  /** Events with ids from `first` to `last`, ascending. */
  history(execution: Execution, first: number, last: number): HistoryEvent[] {
    return this.#journal.events(execution, first, last);
  }

  /** Nothing moves any more; what is stored continues with the next start. */
  async close(): Promise<void> {
    this.#interpreter.tasks.close();
    for (const { root, cancelDeadline } of this.#live.values()) {
      cancelDeadline();
      releaseAll(root);
    }
    await this.#journal.committed();
  }

  #create({ arn, name, machine, inputText, input }: NewExecution): void {
    const startMs = Date.now();
    const execution: Execution = {
      id: (this.#lastId += 1),
      arn,
      name,
      stateMachineArn: machine.arn,
      stateMachineName: machine.name,
      definitionId: machine.definition.id,
      inputText,
      startMs,
      status: 'RUNNING',
      redriveCount: 0,
      lastEventId: 0,
      root: newBranch('', input),
    };
    execution.root.state = this.machines.programOf(execution).StartAt;
    this.executions.set(arn, execution);
    const live = this.#enliven(execution);
    this.#setDeadline(live);
    live.root.log({ type: 'ExecutionStarted', details: { ...dataDetails('input', inputText), roleArn: roleArn(machine.name) } });
    live.root.branch.lastEventId = 0; // AWS: the first state's event follows event 0
    this.#announce(execution);
    this.#interpreter.start(live.root);
  }

  #restore(execution: Execution): void {
    this.#lastId = Math.max(this.#lastId, execution.id);
    this.executions.set(execution.arn, execution);
    if (execution.status !== 'RUNNING') return;
    const live = this.#enliven(execution);
    this.#armDeadline(live);
    this.#interpreter.resume(live.root);
  }

  #enliven(record: Execution): Live {
    const program = this.machines.programOf(record);
    const root = new Thread({ record, flow: program, branch: record.root, journal: this.#journal });
    const live: Live = { record, program, root, cancelDeadline: () => undefined };
    this.#live.set(record.arn, live);
    return live;
  }

  /** The machine's TimeoutSeconds begin, at the start and at every redrive. */
  #setDeadline(live: Live): void {
    const { TimeoutSeconds } = live.program;
    if (TimeoutSeconds === undefined) return;
    live.record.deadlineMs = Date.now() + TimeoutSeconds * 1000;
    this.#armDeadline(live);
  }

  #armDeadline(live: Live): void {
    const { record } = live;
    if (record.deadlineMs === undefined) return;
    live.cancelDeadline = this.#kernel.timers.at(record.deadlineMs, 'deadline', () =>
      this.#close(record, { status: 'TIMED_OUT', error: 'States.Timeout' }),
    );
  }

  #ended(execution: Execution, outcome: Outcome): void {
    if (outcome.status === 'SUCCEEDED')
      return this.#close(execution, { status: 'SUCCEEDED', outputText: JSON.stringify(outcome.output) ?? 'null' });
    const { error, causeText } = outcome.failure;
    this.#close(execution, { status: 'FAILED', error, cause: causeText });
  }

  #close(execution: Execution, end: End): void {
    const live = this.#live.get(execution.arn);
    if (!live) return;
    this.#live.delete(execution.arn);
    live.cancelDeadline();
    const { status, outputText, error, cause } = end;
    if (status === 'ABORTED' || status === 'TIMED_OUT') this.#interpreter.abort(live.root);
    Object.assign(
      execution,
      { status, stopMs: Date.now() },
      outputText !== undefined && { outputText },
      error && { error },
      cause !== undefined && { cause },
    );
    const details =
      outputText === undefined ? { ...(error && { error }), ...(cause !== undefined && { cause }) } : dataDetails('output', outputText);
    live.root.log({ type: END_EVENTS[status], details });
    this.#announce(execution);
  }

  /** The emitter stores the event in the same turn, so that it commits together with the status. */
  #announce(execution: Execution): void {
    void this.#kernel.activity.during(() => this.#options.emit('default', statusChange(execution)));
  }

  #openTask(token: string): OpenTask {
    const task = this.#interpreter.tasks.open.get(token);
    if (task) return task;
    const arn = executionOfToken(token);
    if (arn === undefined) throw new ServiceError('InvalidToken', "Invalid Token: 'Invalid token'");
    if (!this.executions.has(arn)) throw new ServiceError('TaskDoesNotExist', "Task Does Not Exist: 'Provided task does not exist'");
    throw new ServiceError('TaskTimedOut', "Task Timed Out: 'Provided task does not exist anymore'");
  }
}

interface NewExecution {
  arn: string;
  name: string;
  machine: LoadedMachine;
  inputText: string;
  /** The same, parsed. */
  input: unknown;
}

interface End {
  status: Exclude<Status, 'RUNNING'>;
  outputText?: string;
  error?: string | undefined;
  cause?: string | undefined;
}

const END_EVENTS = {
  SUCCEEDED: 'ExecutionSucceeded',
  FAILED: 'ExecutionFailed',
  TIMED_OUT: 'ExecutionTimedOut',
  ABORTED: 'ExecutionAborted',
} satisfies Record<End['status'], string>;

function releaseAll(thread: Thread): void {
  thread.release();
  for (const child of thread.children) releaseAll(child);
}
