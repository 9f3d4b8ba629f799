import type { Activity } from '../kernel/activity';
import type { Timers } from '../kernel/timers';
import type { Invoke } from '../kernel/wiring';
import { parameters, resultOutput } from './dataflow';
import { StateError } from './errors';
import type { Attempt } from './execution';
import { dataDetails } from './history';
import type { Journal } from './journal';
import { dataLimitExceeded, dataText, isTooLarge } from './json';
import { LAMBDA_CALLBACK, type TaskState } from './states';
import { callOf, lambdaFailure, resultOf, secondsOf } from './task-call';
import { scheduled, taskEvent } from './task-events';
import { newToken } from './task-token';
import type { Thread } from './thread';

/** What the tasks need of the interpreter and the stack. */
export interface TaskHost {
  timers: Timers;
  activity: Activity;
  journal: Journal;
  invoke: Invoke;
  /** Runs `work` as the thread's next step; what it throws is the state's failure. */
  step(thread: Thread, work: () => void): void;
  leave(thread: Thread, output: unknown, next: string | undefined): void;
}

/** An attempt of a Task that waits for its token. */
export interface OpenTask {
  thread: Thread;
  attempt: Attempt;
}

/** Runs attempts of Task states: scheduling, invoking, timeouts, heartbeats and task tokens. */
export class Tasks {
  /** By token. */
  readonly open = new Map<string, OpenTask>();
  readonly #host: TaskHost;
  #closed = false;

  constructor(host: TaskHost) {
    this.#host = host;
  }

  /** No invocation starts any more and no result is taken: the store has the state to continue from. */
  close(): void {
    this.#closed = true;
  }

  /** Begins an attempt. */
  begin(thread: Thread, state: TaskState): void {
    const token = state.Resource === LAMBDA_CALLBACK ? newToken(thread.record.arn) : undefined;
    const { functionName, payload, shown } = callOf(state, parameters(state, thread, token));
    const timeoutSeconds = secondsOf(state.TimeoutSeconds ?? state.TimeoutSecondsPath, state, thread);
    const heartbeatSeconds = secondsOf(state.HeartbeatSeconds ?? state.HeartbeatSecondsPath, state, thread);
    const now = Date.now();
    const attempt = thread.become<Attempt>({
      at: 'task',
      functionName,
      payload,
      submitted: false,
      ...(token !== undefined && { token }),
      ...(timeoutSeconds !== undefined && { deadlineMs: now + timeoutSeconds * 1000 }),
      ...(heartbeatSeconds !== undefined && { heartbeatSeconds, heartbeatDueMs: now + heartbeatSeconds * 1000 }),
    });
    thread.log(
      scheduled(state, shown, {
        ...(timeoutSeconds !== undefined && { timeoutInSeconds: timeoutSeconds }),
        ...(heartbeatSeconds !== undefined && { heartbeatInSeconds: heartbeatSeconds }),
      }),
    );
    thread.log(taskEvent(state, 'Started'));
    this.resume(thread, state, attempt);
  }

  /**
   * Sets timers and token, and invokes the function unless it has already answered. After a restart, a function whose invocation was
   * in flight is invoked again, in the same attempt with the same token: on AWS too a Task runs at least once.
   */
  resume(thread: Thread, state: TaskState, attempt: Attempt): void {
    const { token, deadlineMs } = attempt;
    if (deadlineMs !== undefined) thread.onLeave(this.#host.timers.at(deadlineMs, 'deadline', () => this.#timeOut(thread, attempt, false)));
    if (token !== undefined) {
      this.open.set(token, { thread, attempt });
      thread.onLeave(() => this.open.delete(token));
      this.#awaitHeartbeat(thread, attempt);
    }
    if (!attempt.submitted) void this.#host.activity.during(() => this.#invoke(thread, state, attempt));
  }

  /** The task's result has come, from its function or by SendTaskSuccess. */
  succeed({ thread, attempt }: OpenTask, output: unknown): void {
    this.#settle(thread, attempt, (state) => {
      const text = JSON.stringify(output) ?? 'null';
      if (isTooLarge(text)) this.#fail(thread, state, dataLimitExceeded());
      thread.release();
      thread.log(taskEvent(state, 'Succeeded', dataDetails('output', text)));
      this.#host.leave(thread, resultOutput(state, thread, output), state.Next);
    });
  }

  /** The task has failed, by its function or by SendTaskFailure. */
  fail({ thread, attempt }: OpenTask, failure: StateError): void {
    this.#settle(thread, attempt, (state) => this.#fail(thread, state, failure));
  }

  heartbeat({ thread, attempt }: OpenTask): void {
    if (attempt.heartbeatSeconds === undefined) return;
    attempt.heartbeatDueMs = Date.now() + attempt.heartbeatSeconds * 1000;
    thread.changed();
  }

  #fail(thread: Thread, state: TaskState, failure: StateError): never {
    thread.release();
    const timedOut = failure.error === 'States.Timeout';
    const { error, causeText } = failure;
    thread.log(taskEvent(state, timedOut ? 'TimedOut' : 'Failed', { error, ...(causeText !== undefined && { cause: causeText }) }));
    throw failure;
  }

  #timeOut(thread: Thread, attempt: Attempt, heartbeat: boolean): void {
    this.fail({ thread, attempt }, new StateError('States.Timeout', undefined, heartbeat));
  }

  /** One timer looks after all heartbeats: when it fires early, it is set again for the time that is due by then. */
  #awaitHeartbeat(thread: Thread, attempt: Attempt): void {
    const dueMs = attempt.heartbeatDueMs;
    if (dueMs === undefined) return;
    const cancel = this.#host.timers.at(dueMs, 'deadline', () => {
      if (attempt.heartbeatDueMs === dueMs) this.#timeOut(thread, attempt, true);
      else this.#awaitHeartbeat(thread, attempt);
    });
    thread.onLeave(cancel);
  }

  /** The function is called once its token is on disk; a result that comes after the attempt's end is ignored. */
  async #invoke(thread: Thread, state: TaskState, attempt: Attempt): Promise<void> {
    await this.#host.journal.committed();
    const tooLate = Date.now() >= (attempt.deadlineMs ?? Number.POSITIVE_INFINITY); // after a restart; the timer ends the attempt
    if (this.#closed || tooLate || thread.branch.phase !== attempt) return;
    const invocation = await this.#host.invoke(attempt.functionName, attempt.payload);
    if (this.#closed || thread.branch.phase !== attempt) return;
    if ('error' in invocation) return this.fail({ thread, attempt }, lambdaFailure(invocation));
    if (state.Resource !== LAMBDA_CALLBACK) return this.succeed({ thread, attempt }, resultOf(state, invocation.payload));
    this.#settle(thread, attempt, () => {
      attempt.submitted = true;
      thread.log(taskEvent(state, 'Submitted', dataDetails('output', dataText(resultOf(state, invocation.payload)))));
    });
  }

  /** Runs `work` if the attempt is still the current one. */
  #settle(thread: Thread, attempt: Attempt, work: (state: TaskState) => void): void {
    if (this.#closed) return;
    this.#host.step(thread, () => {
      const { state } = thread;
      if (state.Type === 'Task' && thread.branch.phase === attempt) work(state);
    });
  }
}
