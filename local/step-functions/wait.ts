import { isTimestamp } from './choice';
import { effectiveInput } from './dataflow';
import { runtimeError } from './errors';
import { readPath } from './paths';
import type { WaitState } from './states';
import type { Thread } from './thread';

/** When a Wait that is entered now is over (epoch ms); throws `States.Runtime` for a path to something else than a time. */
export function waitUntilMs(state: WaitState, thread: Thread): number {
  const scope = thread.scope(effectiveInput(state, thread));
  const timestamp = state.TimestampPath ? readPath(state.TimestampPath, scope) : state.Timestamp;
  if (timestamp !== undefined) {
    if (!isTimestamp(timestamp)) throw runtimeError('The Timestamp parameter is not an RFC 3339 timestamp');
    return Date.parse(timestamp);
  }
  const seconds = state.SecondsPath ? readPath(state.SecondsPath, scope) : state.Seconds;
  if (typeof seconds !== 'number' || !Number.isInteger(seconds) || seconds < 0 || seconds > 99_999_999)
    throw runtimeError('The Seconds parameter is not a whole number from 0 to 99999999');
  return Date.now() + seconds * 1000;
}
