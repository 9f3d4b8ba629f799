import { ACCOUNT } from '../kernel/wiring';
import type { Branch, Execution, Phase } from './execution';
import { type Happening, nextEvent } from './history';
import type { Journal } from './journal';
import type { Scope } from './paths';
import type { Flow, Program, State } from './states';

/** Undoes something that was set up for the current phase, for example a timer. */
export type Cancel = () => void;

/** A running execution in memory: its record and its compiled definition. */
export interface Live {
  record: Execution;
  program: Program;
  root: Thread;
  /** Ends the wait for the machine's TimeoutSeconds. */
  cancelDeadline: Cancel;
}

/** The `$$.Execution.Input` of an execution, parsed on first use only. */
class ExecutionInput {
  #parsed: { value: unknown } | undefined;
  readonly #record: Execution;

  constructor(record: Execution) {
    this.#record = record;
  }

  get value(): unknown {
    this.#parsed ??= { value: JSON.parse(this.#record.inputText) };
    return this.#parsed.value;
  }
}

interface ThreadOptions {
  record: Execution;
  flow: Flow;
  branch: Branch;
  journal: Journal;
  parent?: Thread;
}

/** The live side of a branch: what a restart builds again from the branch. Every change of the branch goes through here. */
export class Thread {
  readonly record: Execution;
  readonly flow: Flow;
  readonly branch: Branch;
  readonly parent: Thread | undefined;
  /** The branches of the Parallel this thread is in. */
  children: Thread[] = [];
  readonly #journal: Journal;
  readonly #input: ExecutionInput;
  #cancels: Cancel[] = [];

  constructor({ record, flow, branch, journal, parent }: ThreadOptions) {
    this.record = record;
    this.flow = flow;
    this.branch = branch;
    this.parent = parent;
    this.#journal = journal;
    this.#input = parent ? parent.#input : new ExecutionInput(record);
    const { state } = this;
    if (branch.phase.at === 'parallel' && state.Type === 'Parallel') this.fork(state.Branches, branch.phase.branches);
  }

  get state(): State {
    const state = this.flow.States[this.branch.state];
    if (!state) throw new Error(`no state '${this.branch.state}' in the definition of ${this.record.arn}`);
    return state;
  }

  /** Makes a child for every branch. */
  fork(flows: Flow[], branches: Branch[]): void {
    this.children = flows.flatMap((flow, index) => {
      const branch = branches[index];
      return branch ? [new Thread({ record: this.record, flow, branch, journal: this.#journal, parent: this })] : [];
    });
  }

  /** Moves on to another phase; what was set up for the last one is undone. */
  become<P extends Phase>(phase: P): P {
    this.release();
    this.branch.phase = phase;
    this.changed();
    return phase;
  }

  /** To be undone when the phase ends. */
  onLeave(cancel: Cancel): void {
    this.#cancels.push(cancel);
  }

  release(): void {
    for (const cancel of this.#cancels.splice(0)) cancel();
  }

  changed(): void {
    this.#journal.touch(this.record);
  }

  /** Appends to the history. */
  log(happening: Happening): void {
    this.#journal.append(this.record, nextEvent(this.record, this.branch, happening));
  }

  /** What the current state's expressions see; `token` is that of the attempt being made. */
  scope(input: unknown, token?: string): Scope {
    return { input, context: () => this.#context(token) };
  }

  /** https://docs.aws.amazon.com/step-functions/latest/dg/input-output-contextobject.html */
  #context(token: string | undefined) {
    const { record, branch } = this;
    return {
      Execution: {
        Id: record.arn,
        Input: this.#input.value,
        Name: record.name,
        RoleArn: roleArn(record.stateMachineName),
        StartTime: new Date(record.startMs).toISOString(),
        RedriveCount: record.redriveCount,
        ...(record.redriveMs !== undefined && { RedriveTime: new Date(record.redriveMs).toISOString() }),
      },
      State: {
        Name: branch.state,
        EnteredTime: new Date(branch.enteredMs).toISOString(),
        RetryCount: branch.retries.reduce((sum, count) => sum + count, 0),
      },
      StateMachine: { Id: record.stateMachineArn, Name: record.stateMachineName },
      ...(token !== undefined && { Task: { Token: token } }),
    };
  }
}

/** The role that a state machine would have on AWS; nothing checks it here. */
export function roleArn(stateMachineName: string): string {
  return `arn:aws:iam::${ACCOUNT}:role/${stateMachineName}`;
}
