/** What a worker is started with. `clock` is the shared offset cell of the laptop's clock. */
export interface WorkerData {
  bundleFile: string;
  handler: string;
  clock: SharedArrayBuffer;
  functionName: string;
  functionArn: string;
  memoryMb: number;
  /** Folder in which V8 keeps what it has compiled; absent: compiled at each start. */
  compileCache?: string | undefined;
}

/** One request to a worker. Event and result travel as JSON text, as in Lambda. */
export interface Request {
  requestId: string;
  event: string;
  timeoutMs: number;
}

export interface LambdaError {
  errorType: string;
  errorMessage: string;
  stackTrace?: string[];
}

/** What a worker says: it is ready, a request's result, a request's error, or the error that ends the worker. */
export type Answer =
  | { kind: 'ready' }
  | { kind: 'result'; json: string }
  | { kind: 'error'; error: LambdaError }
  | { kind: 'fatal'; error: LambdaError };
