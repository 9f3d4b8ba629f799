import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { Kernel } from '../kernel/kernel';
import type { Invocation, Invoke } from '../kernel/wiring';
import type { FunctionModel } from '../template/model';
import { functionNameOf } from '../template/stack';
import { environmentOf } from './environment';
import { playLambdaFault, takeLambdaFault } from './faults';
import { Pool } from './pool';

export interface LambdaOptions {
  functions: FunctionModel[];
  /** Further variables of every function, for example `AWS_ENDPOINT_URL_SFN`; asked at each start of an instance. */
  endpoints: () => Record<string, string>;
  /** No function runs before; absent: from the beginning. */
  ready?: Promise<void> | undefined;
  /** Instances per function at once (default 3); a reserved concurrency below it counts instead. */
  maxInstances?: number;
  /** The bundled `worker.ts`; by default the build's, from the current folder. */
  workerFile?: string;
  /** Folder in which compiled bundles are kept; absent: compiled at each start. */
  compileCache?: string | undefined;
  /** Takes each line that a function prints. */
  log: (functionName: string, line: string) => void;
}

export interface Lambda {
  /** Runs a function and waits for its result. Never rejects. */
  invoke: Invoke;
  /** Ends every instance of a function in the middle of its work; requests under way fail with Runtime.ExitError. */
  kill(functionName: string): Promise<void>;
  close(): Promise<void>;
}

const LARGEST_EVENT = 6 * 1024 * 1024;
const serviceError = (errorType: string, errorMessage: string): Invocation => ({ error: { errorType, errorMessage } });

/** Runs the template's functions, each built bundle in worker threads of its own. */
export function startLambda(kernel: Kernel, options: LambdaOptions): Lambda {
  const functions = new Map(options.functions.map((model) => [model.name, { model, pool: poolOf(kernel, model, options) }]));
  return {
    invoke: (nameOrArn, event) =>
      kernel.activity.during(async () => {
        await options.ready;
        const found = functions.get(functionNameOf(nameOrArn));
        if (!found) return serviceError('Lambda.ResourceNotFoundException', `Function not found: ${nameOrArn}`);
        const text = JSON.stringify(event) ?? 'null';
        if (text.length > LARGEST_EVENT)
          return serviceError(
            'Lambda.RequestTooLargeException',
            'Request must be smaller than 6291456 bytes for the InvokeFunction operation',
          );
        const run = () => found.pool.run({ requestId: randomUUID(), event: text, timeoutMs: found.model.timeoutMs });
        const fault = takeLambdaFault(kernel.faults, found.model.name);
        const result = await (fault ? playLambdaFault(fault, run) : run());
        if ('error' in result) options.log(found.model.name, errorLine(result.error));
        return result;
      }),
    async kill(functionName) {
      await functions.get(functionNameOf(functionName))?.pool.killAll();
    },
    async close() {
      await Promise.all([...functions.values()].map(({ pool }) => pool.close()));
    },
  };
}

const errorLine = ({ errorType, errorMessage, stackTrace = [] }: Extract<Invocation, { error: unknown }>['error']) =>
  [`ERROR ${errorType}: ${errorMessage}`, ...stackTrace].join('\n');

function poolOf(kernel: Kernel, model: FunctionModel, options: LambdaOptions): Pool {
  const clock = kernel.offset.buffer;
  if (!(clock instanceof SharedArrayBuffer)) throw new Error('the clock is not shared');
  const limit = Math.min(options.maxInstances ?? 3, model.reservedConcurrency ?? Number.POSITIVE_INFINITY);
  return new Pool(Math.max(1, limit), () => ({
    model,
    clock,
    workerFile: options.workerFile ?? join(process.cwd(), 'dist/local/lambda/worker.js'),
    compileCache: options.compileCache,
    environment: environmentOf(model, options.endpoints()),
    log: (line) => options.log(model.name, line),
  }));
}
