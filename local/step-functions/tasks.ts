import { randomBytes } from 'node:crypto';
import type { Activity } from '../kernel/activity';
import type { Timers } from '../kernel/timers';
import { type Invocation, type Invoke, REGION } from '../kernel/wiring';
import { effectiveInput, parameters, resultOutput } from './dataflow';
import { runtimeError, StateError } from './errors';
import type { Attempt } from './execution';
import { dataDetails, type Happening } from './history';
import { dataLimitExceeded, dataText, isObject, isTooLarge } from './json';
import type { Journal } from './journal';
import { type Path, readPath } from './paths';
import { LAMBDA_CALLBACK, LAMBDA_INVOKE, type TaskState } from './states';
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
    const token = state.Resource === LAMBDA_CALLBACK ? newToken(thread) : undefined;
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
    thread.log(happening(state, 'Started'));
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
      if (isTooLarge(text)) return this.#fail(thread, state, dataLimitExceeded());
      thread.release();
      thread.log(happening(state, 'Succeeded', dataDetails('output', text)));
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
    thread.log(happening(state, timedOut ? 'TimedOut' : 'Failed', { error, ...(causeText !== undefined && { cause: causeText }) }));
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
    if (this.#closed || thread.branch.phase !== attempt) return;
    const invocation = await this.#host.invoke(attempt.functionName, attempt.payload);
    if (this.#closed || thread.branch.phase !== attempt) return;
    if ('error' in invocation) return this.fail({ thread, attempt }, lambdaFailure(invocation));
    if (state.Resource !== LAMBDA_CALLBACK) return this.succeed({ thread, attempt }, resultOf(state, invocation.payload));
    this.#host.step(thread, () => this.#submitted(thread, state, invocation.payload));
  }

  #submitted(thread: Thread, state: TaskState, payload: unknown): void {
    const { phase } = thread.branch;
    if (phase.at !== 'task') return;
    phase.submitted = true;
    thread.log(happening(state, 'Submitted', dataDetails('output', dataText(resultOf(state, payload)))));
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

/** The API's token names its execution, so that a dead token can be told from one that was never given. */
function newToken({ record }: Thread): string {
  return Buffer.from(JSON.stringify([record.arn, randomBytes(32).toString('base64url')])).toString('base64');
}

/** The execution that a task token belongs to, or undefined if the text is no token. */
export function executionOfToken(token: string): string | undefined {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(token, 'base64').toString());
    return Array.isArray(parsed) && typeof parsed[0] === 'string' ? parsed[0] : undefined;
  } catch {
    return undefined;
  }
}

/** Which function is called with what; `shown` is what the history shows. */
function callOf(state: TaskState, args: unknown) {
  const shown = dataText(args);
  if (!isInvoke(state)) return { functionName: state.Resource, payload: args, shown };
  const { FunctionName, Payload = {} } = isObject(args) ? args : {};
  if (typeof FunctionName !== 'string') throw runtimeError('FunctionName must be a string');
  return { functionName: FunctionName, payload: Payload, shown };
}

/** What a Task's function gives: `lambda:invoke` wraps the payload, a bare function ARN does not. */
function resultOf(state: TaskState, payload: unknown): unknown {
  return isInvoke(state) ? { ExecutedVersion: '$LATEST', Payload: payload ?? null, StatusCode: 200 } : (payload ?? null);
}

function isInvoke({ Resource }: TaskState): boolean {
  return Resource === LAMBDA_INVOKE || Resource === LAMBDA_CALLBACK;
}

function lambdaFailure({ error }: Extract<Invocation, { error: object }>): StateError {
  const { errorMessage, errorType, stackTrace = [] } = error;
  return new StateError(errorType, JSON.stringify({ errorMessage, errorType, stackTrace }));
}

function secondsOf(source: number | Path | undefined, state: TaskState, thread: Thread): number | undefined {
  if (source === undefined || typeof source === 'number') return source;
  const value = readPath(source, thread.scope(effectiveInput(state, thread)));
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 1 || value > 99_999_999)
    throw runtimeError(`The value at '${source.text}' is not a number of seconds from 1 to 99999999`);
  return value;
}

/** `lambda:invoke` has the events of service integrations, a bare function ARN those of Lambda functions. */
function happening(state: TaskState, what: string, details: Record<string, unknown> = {}): Happening {
  if (isInvoke(state)) return { type: `Task${what}`, details: { ...resourceOf(state), ...details } };
  return Object.keys(details).length === 0 ? { type: `LambdaFunction${what}` } : { type: `LambdaFunction${what}`, details };
}

function scheduled(state: TaskState, shown: string, limits: Record<string, number>): Happening {
  if (isInvoke(state)) return happening(state, 'Scheduled', { region: REGION, parameters: shown, ...limits });
  return happening(state, 'Scheduled', { resource: state.Resource, ...dataDetails('input', shown), ...limits });
}

function resourceOf({ Resource }: TaskState) {
  return { resourceType: 'lambda', resource: Resource === LAMBDA_CALLBACK ? 'invoke.waitForTaskToken' : 'invoke' };
}
