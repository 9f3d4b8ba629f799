import { createInterface } from 'node:readline';
import { Worker } from 'node:worker_threads';
import type { Invocation } from '../kernel/wiring';
import type { FunctionModel } from '../template/model';
import type { Answer, LambdaError, Request, WorkerData } from './messages';

/** What an instance is started with; `log` takes each line that the function prints. */
export interface InstanceOptions {
  model: FunctionModel;
  workerFile: string;
  environment: Record<string, string>;
  clock: SharedArrayBuffer;
  compileCache?: string | undefined;
  log: (line: string) => void;
}

const LONGEST_INIT_MS = 60_000; // Lambda allows 10 s; a laptop that starts many at once is slower
const LARGEST_RESULT = 6 * 1024 * 1024 + 100;

/** One warm execution environment: a worker thread that answers one request at a time until it crashes, times out or is killed. */
export class Instance {
  readonly #worker: Worker;
  readonly #ready: Promise<LambdaFailure | undefined>;
  #failure: LambdaFailure | undefined;
  #onAnswer: ((answer: Answer) => void) | undefined;
  #onEnd: ((failure: LambdaFailure) => void) | undefined;

  constructor(options: InstanceOptions) {
    const { model, clock } = options;
    const workerData: WorkerData = {
      bundleFile: model.bundleFile,
      handler: model.handler,
      clock,
      functionName: model.name,
      functionArn: model.arn,
      memoryMb: model.memoryMb,
      compileCache: options.compileCache,
    };
    this.#worker = new Worker(options.workerFile, {
      workerData,
      env: options.environment,
      stdout: true,
      stderr: true,
      execArgv: [],
      resourceLimits: { maxOldGenerationSizeMb: model.memoryMb },
    });
    for (const stream of [this.#worker.stdout, this.#worker.stderr]) createInterface({ input: stream }).on('line', options.log);
    this.#worker.on('message', (answer: Answer) => this.#hear(answer));
    this.#worker.on('error', (cause) => this.#end({ errorType: 'Runtime.ExitError', errorMessage: String(cause) }));
    this.#worker.on('exit', (code) =>
      this.#end({ errorType: 'Runtime.ExitError', errorMessage: `Runtime exited with error: exit status ${code}` }),
    );
    this.#ready = this.#answerWithin(LONGEST_INIT_MS).then((answer) => ('kind' in answer ? undefined : answer));
  }

  /** False once it crashed, timed out or was killed. */
  get usable(): boolean {
    return this.#failure === undefined;
  }

  /** Runs one request. Never rejects. */
  async run(request: Request): Promise<Invocation> {
    const about = ({ ownWords, ...error }: LambdaFailure): Invocation => ({
      error: ownWords ? error : { ...error, errorMessage: `RequestId: ${request.requestId} Error: ${error.errorMessage}` },
    });
    const broken = await this.#ready;
    if (broken) return about(broken);
    const answering = this.#answerWithin(request.timeoutMs);
    this.#worker.postMessage(request, []);
    const answer = await answering;
    if (!('kind' in answer)) return about(answer);
    if (answer.kind === 'error') return { error: answer.error };
    if (answer.kind !== 'result') return about({ errorType: 'Runtime.ExitError', errorMessage: 'Runtime exited out of turn' });
    if (answer.json.length > LARGEST_RESULT)
      return {
        error: {
          errorType: 'Function.ResponseSizeTooLarge',
          errorMessage: 'Response payload size exceeded maximum allowed payload size (6291556 bytes).',
        },
      };
    return { payload: JSON.parse(answer.json) };
  }

  /** Ends the thread at once, in the middle of whatever it does. */
  async kill(errorMessage = 'Runtime exited with error: signal: killed'): Promise<void> {
    this.#end({ errorType: 'Runtime.ExitError', errorMessage });
    await this.#worker.terminate();
  }

  /** The next answer, or why none came. */
  async #answerWithin(limitMs: number): Promise<Answer | LambdaFailure> {
    if (this.#failure) return this.#failure;
    const { promise, resolve } = Promise.withResolvers<Answer | LambdaFailure>();
    this.#onAnswer = resolve;
    this.#onEnd = resolve;
    const timer = setTimeout(() => {
      this.#end({ errorType: 'Sandbox.Timedout', errorMessage: `Task timed out after ${(limitMs / 1000).toFixed(2)} seconds` });
      void this.#worker.terminate();
    }, limitMs);
    const answer = await promise;
    clearTimeout(timer);
    return answer;
  }

  #hear(answer: Answer): void {
    if (answer.kind === 'fatal') this.#end({ ...answer.error, ownWords: true });
    else this.#onAnswer?.(answer);
  }

  #end(failure: LambdaFailure): void {
    this.#failure ??= failure;
    this.#onEnd?.(failure);
  }
}

/** `ownWords`: the function's own message, which gets no prefix. */
interface LambdaFailure extends LambdaError {
  ownWords?: boolean;
}
