import { effectiveInput, parameters, passedOutput, placed, resultOutput } from './dataflow';
import { HistoryFullError, runtimeError, StateError } from './errors';
import { newBranch } from './execution';
import { dataDetails, MAX_EVENTS } from './history';
import { dataText } from './json';
import { matches, retryDelayMs } from './retry';
import type { ParallelState, State } from './states';
import { Tasks, type TaskHost } from './tasks';
import type { Thread } from './thread';
import { waitUntilMs } from './wait';

/** How an execution ended by itself. */
export type Outcome = { status: 'SUCCEEDED'; output: unknown } | { status: 'FAILED'; failure: StateError };

/** What the interpreter needs of the engine around it. */
export interface InterpreterHost extends Omit<TaskHost, 'step' | 'leave'> {
  random: () => number;
  ended(root: Thread, outcome: Outcome): void;
}

interface Step {
  thread: Thread;
  work: () => void;
}

/**
 * Moves threads from state to state. Everything happens synchronously in steps of one queue, so that between two turns of the event loop
 * every execution is at rest: waiting for a timer, a function or a token, and what stands in its branches is all there is to know.
 */
export class Interpreter {
  readonly tasks: Tasks;
  readonly #host: InterpreterHost;
  readonly #steps: Step[] = [];
  #stepping = false;

  constructor(host: InterpreterHost) {
    this.#host = host;
    this.tasks = new Tasks({
      ...host,
      step: (thread, work) => this.#step(thread, work),
      leave: (thread, output, next) => this.#leave(thread, output, next),
    });
  }

  /** Enters the thread's current state. */
  start(thread: Thread): void {
    this.#step(thread, () => {
      if (thread.branch.phase.at === 'entering') this.#enter(thread);
    });
  }

  /** Continues after a restart of the process: timers and tokens are set up again, nothing is logged twice. */
  resume(thread: Thread): void {
    const { branch, state } = thread;
    const { phase } = branch;
    if (phase.at === 'entering') this.start(thread);
    if (phase.at === 'waiting' || phase.at === 'retrying') this.#setTimer(thread, phase.untilMs);
    if (phase.at === 'task' && state.Type === 'Task') this.tasks.resume(thread, state, phase);
    for (const child of thread.children) this.resume(child);
  }

  /** Enters again every state that did not come to its end; finished branches of a Parallel keep their output. */
  redrive(thread: Thread): void {
    const { branch } = thread;
    if (branch.phase.at === 'done') return;
    branch.lastEventId = thread.record.lastEventId;
    if (branch.phase.at !== 'parallel') {
      thread.become({ at: 'entering' });
      return this.start(thread);
    }
    branch.retries = [];
    for (const child of thread.children) this.redrive(child);
  }

  /** Takes a thread out of its state for good, as a failing sibling or the end of the execution does. */
  abort(thread: Thread): void {
    const { branch, record, state } = thread;
    const { at } = branch.phase;
    if (at === 'done' || at === 'ended') return;
    for (const child of thread.children) this.abort(child);
    if (at === 'parallel') thread.release();
    else thread.become({ at: 'ended' });
    const wasEntered = at !== 'entering';
    if (wasEntered && record.lastEventId < MAX_EVENTS - 1) thread.log({ type: `${state.Type}StateAborted` });
  }

  #step(thread: Thread, work: () => void): void {
    this.#steps.push({ thread, work });
    if (this.#stepping) return;
    this.#stepping = true;
    try {
      for (let step = this.#steps.shift(); step; step = this.#steps.shift()) this.#run(step);
    } finally {
      this.#stepping = false;
    }
  }

  #run({ thread, work }: Step): void {
    if (thread.record.status !== 'RUNNING') return;
    try {
      this.#guard(thread, work);
    } catch (cause) {
      if (!(cause instanceof HistoryFullError)) throw cause;
      const failure = new StateError('States.Runtime', 'The execution reached the maximum number of history events (25000).');
      const root = rootOf(thread);
      this.abort(root);
      this.#host.ended(root, { status: 'FAILED', failure });
    }
  }

  /** A defect of this interpreter fails the execution visibly instead of leaving it hanging. */
  #guard(thread: Thread, work: () => void): void {
    try {
      work();
    } catch (cause) {
      if (cause instanceof HistoryFullError) throw cause;
      this.#failed(thread, cause instanceof StateError ? located(thread, cause) : runtimeError(String(cause)));
    }
  }

  #enter(thread: Thread): void {
    const { branch, state } = thread;
    branch.enteredMs = Date.now();
    branch.retries = [];
    thread.log({
      type: `${state.Type}StateEntered`,
      key: 'stateEntered',
      details: { name: branch.state, ...dataDetails('input', dataText(branch.input)) },
    });
    branch.enteredEventId = branch.lastEventId;
    this.#execute(thread, state);
  }

  #execute(thread: Thread, state: State): void {
    switch (state.Type) {
      case 'Pass': {
        const result = state.Result === undefined ? parameters(state, thread) : state.Result;
        return this.#leave(thread, resultOutput(state, thread, result), state.Next);
      }
      case 'Succeed':
        return this.#leave(thread, passedOutput(state, thread), undefined);
      case 'Fail': {
        const scope = thread.scope(thread.branch.input);
        const error = state.ErrorPath ? state.ErrorPath(scope) : (state.Error ?? '');
        const cause = state.CausePath ? state.CausePath(scope) : state.Cause;
        if (typeof error !== 'string' || (cause !== undefined && typeof cause !== 'string'))
          throw runtimeError('ErrorPath and CausePath must lead to strings');
        throw new StateError(error, cause);
      }
      case 'Choice': {
        const scope = thread.scope(effectiveInput(state, thread));
        const next = state.Choices.find(({ holds }) => holds(scope))?.Next ?? state.Default;
        if (next === undefined) throw new StateError('States.NoChoiceMatched', 'No choice rule matched and there is no Default');
        return this.#leave(thread, passedOutput(state, thread), next);
      }
      case 'Wait': {
        const untilMs = waitUntilMs(state, thread);
        if (untilMs <= Date.now()) return this.#leave(thread, passedOutput(state, thread), state.Next);
        thread.become({ at: 'waiting', untilMs });
        return this.#setTimer(thread, untilMs);
      }
      case 'Task':
        return this.tasks.begin(thread, state);
      case 'Parallel':
        return this.#fork(thread, state);
    }
  }

  /** The timer of a Wait or of a retry. */
  #setTimer(thread: Thread, untilMs: number): void {
    const cancel = this.#host.timers.at(untilMs, 'work', () =>
      this.#step(thread, () => {
        const { state, branch } = thread;
        if (branch.phase.at === 'retrying') return this.#execute(thread, state);
        if (state.Type === 'Wait') this.#leave(thread, passedOutput(state, thread), state.Next);
      }),
    );
    thread.onLeave(cancel);
  }

  #fork(thread: Thread, state: ParallelState): void {
    const input = parameters(state, thread);
    const branches = state.Branches.map(({ StartAt }) => newBranch(StartAt, input));
    thread.become({ at: 'parallel', branches });
    thread.fork(state.Branches, branches);
    thread.log({ type: 'ParallelStateStarted' });
    for (const child of thread.children) {
      child.branch.lastEventId = thread.branch.lastEventId;
      this.start(child);
    }
  }

  #leave(thread: Thread, output: unknown, next: string | undefined): void {
    const { branch, state } = thread;
    const details = { name: branch.state, ...dataDetails('output', dataText(output)) };
    thread.log({ type: `${state.Type}StateExited`, key: 'stateExited', details });
    thread.children = [];
    if (next === undefined) {
      thread.become({ at: 'done', output });
      return this.#finished(thread, output);
    }
    thread.become({ at: 'entering' });
    branch.state = next;
    branch.input = output;
    this.start(thread);
  }

  #finished(thread: Thread, output: unknown): void {
    const { parent } = thread;
    if (!parent) return this.#host.ended(thread, { status: 'SUCCEEDED', output });
    if (!parent.children.every(isDone)) return;
    parent.branch.lastEventId = thread.branch.lastEventId;
    this.#step(parent, () => this.#join(parent));
  }

  #join(thread: Thread): void {
    const { state } = thread;
    if (state.Type !== 'Parallel') return;
    const outputs = thread.children.map(({ branch: { phase } }) => (phase.at === 'done' ? phase.output : undefined));
    thread.log({ type: 'ParallelStateSucceeded' });
    this.#leave(thread, resultOutput(state, thread, outputs), state.Next);
  }

  /** Retry first, then Catch; otherwise the failure goes up to the enclosing Parallel, or ends the execution. */
  #failed(thread: Thread, failure: StateError): void {
    const { branch, state } = thread;
    thread.release();
    for (const child of thread.children) this.abort(child);
    const { Retry = [], Catch = [] } = state.Type === 'Task' || state.Type === 'Parallel' ? state : {};
    const delayMs = retryDelayMs({ retriers: Retry, failure, used: branch.retries, random: this.#host.random });
    if (delayMs !== undefined) return this.#retryIn(thread, delayMs);
    if (state.Type === 'Parallel') thread.log({ type: 'ParallelStateFailed' });
    const catcher = Catch.find(({ ErrorEquals }) => matches(ErrorEquals, failure));
    if (!catcher) return this.#lost(thread, failure);
    try {
      const caught = { Error: failure.error, Cause: failure.causeText ?? '' };
      this.#leave(thread, placed(catcher.ResultPath, thread, caught), catcher.Next);
    } catch (cause) {
      if (!(cause instanceof StateError)) throw cause;
      this.#lost(thread, cause);
    }
  }

  #retryIn(thread: Thread, delayMs: number): void {
    const untilMs = Date.now() + delayMs;
    thread.children = [];
    thread.become({ at: 'retrying', untilMs });
    this.#setTimer(thread, untilMs);
  }

  /** A Parallel keeps its finished branches for a redrive, unless all had finished: then its own output is at fault and it runs anew. */
  #lost(thread: Thread, failure: StateError): void {
    const { parent, children } = thread;
    if (children.every(isDone)) {
      thread.children = [];
      thread.become({ at: 'ended' });
    }
    if (!parent) return this.#host.ended(thread, { status: 'FAILED', failure });
    parent.branch.lastEventId = thread.branch.lastEventId;
    this.#failed(parent, failure);
  }
}

function isDone({ branch }: Thread): boolean {
  return branch.phase.at === 'done';
}

function rootOf(thread: Thread): Thread {
  return thread.parent ? rootOf(thread.parent) : thread;
}

/** AWS says in the cause of `States.Runtime` where it happened. */
function located({ branch }: Thread, failure: StateError): StateError {
  if (failure.error !== 'States.Runtime') return failure;
  const place = `An error occurred while executing the state '${branch.state}' (entered at the event id #${branch.enteredEventId}).`;
  return runtimeError(`${place} ${failure.causeText}`);
}
