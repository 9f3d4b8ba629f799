/** The thread that runs one instance of one function, as Lambda's Node.js runtime does: loads the bundle once, then answers one request at a time. */
import { createRequire, enableCompileCache } from 'node:module';
import { parentPort, workerData } from 'node:worker_threads';
import { installClock } from '../kernel/clock';
import type { Answer, LambdaError, Request, WorkerData } from './messages';

type Handler = (event: unknown, context: unknown) => unknown;

// Both ends are this program: no parsing, and a worker starts without loading zod.
const data: WorkerData = workerData;
const say = (answer: Answer) => parentPort?.postMessage(answer, []);

/** As the runtime reports a thrown value: the name of an Error, the type of anything else. */
function lambdaError(cause: unknown): LambdaError {
  if (!(cause instanceof Error)) return { errorType: typeof cause, errorMessage: String(cause), stackTrace: [] };
  return { errorType: cause.name, errorMessage: cause.message, stackTrace: (cause.stack ?? '').split('\n').slice(1) };
}

function fatal(error: LambdaError): never {
  say({ kind: 'fatal', error });
  process.exit(1);
}

function loadHandler(): Handler {
  const loaded: Record<string, unknown> = createRequire(data.bundleFile)(data.bundleFile);
  const handler = loaded[data.handler];
  if (typeof handler !== 'function')
    fatal({ errorType: 'Runtime.HandlerNotFound', errorMessage: `index.${data.handler} is undefined or not exported` });
  // Node.js 24 on Lambda has no callback handlers any more.
  if (handler.length > 2) fatal({ errorType: 'Runtime.CallbackHandlerDeprecated', errorMessage: 'the handler takes a callback' });
  return (event, context) => Reflect.apply(handler, undefined, [event, context]);
}

function contextOf({ requestId, timeoutMs }: Request) {
  const deadline = performance.now() + timeoutMs; // real time: the laptop's clock may jump between requests
  return {
    awsRequestId: requestId,
    functionName: data.functionName,
    functionVersion: '$LATEST',
    invokedFunctionArn: data.functionArn,
    memoryLimitInMB: String(data.memoryMb),
    logGroupName: `/aws/lambda/${data.functionName}`,
    logStreamName: 'local',
    callbackWaitsForEmptyEventLoop: true,
    getRemainingTimeInMillis: () => Math.max(0, Math.round(deadline - performance.now())),
  };
}

async function answer(handler: Handler, request: Request): Promise<Answer> {
  try {
    const result = await handler(JSON.parse(request.event), contextOf(request));
    return { kind: 'result', json: JSON.stringify(result) ?? 'null' };
  } catch (cause) {
    return { kind: 'error', error: lambdaError(cause) };
  }
}

process.on('uncaughtException', (cause) => fatal(lambdaError(cause)));
process.on('unhandledRejection', (cause) => fatal({ ...lambdaError(cause), errorType: 'Runtime.UnhandledPromiseRejection' }));
// Not clockOffset(): that would set the shared clock back.
installClock(new BigInt64Array(data.clock));
if (data.compileCache) enableCompileCache(data.compileCache); // a third of a cold start; written when the thread ends
const handler = loadHandler();
parentPort?.on('message', (request: Request) => void answer(handler, request).then(say));
say({ kind: 'ready' });
