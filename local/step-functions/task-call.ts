import type { Invocation } from '../kernel/wiring';
import { effectiveInput } from './dataflow';
import { runtimeError, StateError } from './errors';
import { dataText, isObject } from './json';
import { type Path, readPath } from './paths';
import { isInvoke, type TaskState } from './states';
import type { Thread } from './thread';

/** Which function is called with what; `shown` is what the history shows. */
export function callOf(state: TaskState, args: unknown) {
  const shown = dataText(args);
  if (!isInvoke(state)) return { functionName: state.Resource, payload: args, shown };
  const { FunctionName, Payload = {} } = isObject(args) ? args : {};
  if (typeof FunctionName !== 'string') throw runtimeError('FunctionName must be a string');
  return { functionName: FunctionName, payload: Payload, shown };
}

/** What a Task's function gives: `lambda:invoke` wraps the payload, a bare function ARN does not. */
export function resultOf(state: TaskState, payload: unknown): unknown {
  return isInvoke(state) ? { ExecutedVersion: '$LATEST', Payload: payload ?? null, StatusCode: 200 } : (payload ?? null);
}

/** A function that failed, as Retry and Catch see it. */
export function lambdaFailure({ error }: Extract<Invocation, { error: object }>): StateError {
  const { errorMessage, errorType, stackTrace = [] } = error;
  return new StateError(errorType, JSON.stringify({ errorMessage, errorType, stackTrace }));
}

/** TimeoutSeconds or HeartbeatSeconds, or what their Path forms lead to; throws `States.Runtime`. */
export function secondsOf(source: number | Path | undefined, state: TaskState, thread: Thread): number | undefined {
  if (source === undefined || typeof source === 'number') return source;
  const value = readPath(source, thread.scope(effectiveInput(state, thread)));
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 1 || value > 99_999_999)
    throw runtimeError(`The value at '${source.text}' is not a number of seconds from 1 to 99999999`);
  return value;
}
