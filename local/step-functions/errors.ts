/** An error inside an execution, as Retry and Catch see it: a name such as `States.Timeout` or a Lambda's `errorType`. */
export class StateError extends Error {
  override readonly name = 'StateError';
  readonly error: string;
  /** Absent where AWS reports no cause, for example for a timeout. */
  readonly causeText: string | undefined;
  /** A missed heartbeat is `States.Timeout` that `States.HeartbeatTimeout` matches too. */
  readonly heartbeat: boolean;

  constructor(error: string, causeText?: string, heartbeat = false) {
    super(causeText ?? error);
    this.error = error;
    this.causeText = causeText;
    this.heartbeat = heartbeat;
  }
}

/** `States.Runtime`: the definition does not fit the data; no Retry or Catch sees it. */
export function runtimeError(cause: string): StateError {
  return new StateError('States.Runtime', cause);
}

/** The history is full: ends the whole execution, whatever its states catch. */
export class HistoryFullError extends Error {
  override readonly name = 'HistoryFullError';
}

/** A state machine this interpreter refuses to load; the message names state and field. */
export class DefinitionError extends Error {
  override readonly name = 'DefinitionError';
}

/** What a call of the API fails with; `code` is AWS's error name, for example `ExecutionDoesNotExist`. */
export class ServiceError extends Error {
  override readonly name = 'ServiceError';
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}
