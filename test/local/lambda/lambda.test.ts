import { type Kernel, openKernel } from '../../../local/kernel/kernel';
import type { Invocation } from '../../../local/kernel/wiring';
import { type Lambda, startLambda } from '../../../local/lambda/lambda';
import { bundles } from './bundles';

const built = bundles({
  echo: `export const handler = async (event: unknown, context: any) => ({ event, name: context.functionName, arn: context.invokedFunctionArn, left: context.getRemainingTimeInMillis() });`,
  environment: `export const handler = async () => process.env;`,
  nothing: `export const handler = async () => undefined;`,
  failing: `class NumberUnavailable extends Error { override name = 'NumberUnavailable'; } export const handler = async () => { throw new NumberUnavailable('none for sale'); };`,
  stringy: `export const handler = async () => { throw '{"response":1}'; };`,
  endless: `export const handler = () => new Promise(() => { setInterval(() => 0, 1000); });`,
  quitter: `export const handler = async () => { process.exit(3); };`,
  rejecter: `export const handler = async () => { void Promise.reject(new Error('forgotten')); await new Promise((later) => setTimeout(later, 1000)); };`,
  unloadable: `throw new Error('bad configuration'); export const handler = async () => 1;`,
  callback: `export const handler = (event: unknown, context: unknown, callback: (error: null) => void) => callback(null);`,
  'count-calls': `let calls = 0; export const handler = async () => { console.log('call', calls); calls += 1; return calls; };`,
  clock: `export const handler = async () => Date.now();`,
  slow: `export const handler = async () => { await new Promise((later) => setTimeout(later, 200)); return process.pid; };`,
});
const lines: string[] = [];
let onLine: (() => void) | undefined;
let kernel: Kernel;
let lambda: Lambda;

beforeEach(() => {
  kernel = openKernel(undefined);
  lambda = startLambda(kernel, {
    functions: built.functions.map((model) => ({
      ...model,
      environment: { OWN: 'yes' },
      timeoutMs: model.name === 'endless' ? 300 : 3000,
      reservedConcurrency: model.name === 'slow' ? 1 : undefined,
    })),
    endpoints: () => ({ TWILIO_API_URL: 'http://127.0.0.1:1' }),
    workerFile: built.workerFile,
    log(name, line) {
      lines.push(`${name}: ${line}`);
      onLine?.();
    },
  });
});
afterEach(async () => {
  await lambda.close();
  await kernel.close();
});
afterAll(() => built.remove());

const payload = (invocation: Invocation) => ('payload' in invocation ? invocation.payload : invocation);
const error = (invocation: Invocation) => ('error' in invocation ? invocation.error : invocation);

test('passes event and context, and answers with JSON', async () => {
  const result = payload(await lambda.invoke('arn:aws:lambda:ap-southeast-2:000000000000:function:echo', { a: 1, gone: undefined }));
  expect(result).toMatchObject({ event: { a: 1 }, name: 'echo', arn: expect.stringContaining(':function:echo') });
  expect((result as { left: number }).left).toBeGreaterThan(2000);
});

test("gives a function the template's variables and endpoints, and nothing of this process", async () => {
  process.env['HOST_SECRET'] = 'leak';
  const variables = payload(await lambda.invoke('environment', {})) as Record<string, string>;
  delete process.env['HOST_SECRET'];
  expect(variables).toMatchObject({
    OWN: 'yes',
    TWILIO_API_URL: 'http://127.0.0.1:1',
    AWS_LAMBDA_FUNCTION_NAME: 'environment',
    AWS_ACCESS_KEY_ID: 'local',
  });
  expect(variables['HOST_SECRET']).toBeUndefined();
  expect(variables['PATH']).toBeUndefined();
});

test('runs nothing before the stack is ready, and then with the addresses of that moment', async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  let endpoints: Record<string, string> = {};
  const early = startLambda(kernel, {
    functions: built.functions,
    endpoints: () => endpoints,
    ready: promise,
    workerFile: built.workerFile,
    log: () => undefined,
  });
  const running = early.invoke('environment', {});
  await new Promise((later) => setImmediate(later));
  endpoints = { AWS_ENDPOINT_URL_SFN: 'http://127.0.0.1:1' };
  resolve();
  expect(payload(await running)).toMatchObject(endpoints);
  await early.close();
});

test('turns undefined into null', async () => {
  expect(await lambda.invoke('nothing', {})).toEqual({ payload: null });
});

test('reports an error by its name, and a thrown string by its type', async () => {
  expect(error(await lambda.invoke('failing', {}))).toMatchObject({ errorType: 'NumberUnavailable', errorMessage: 'none for sale' });
  expect(error(await lambda.invoke('stringy', {}))).toMatchObject({ errorType: 'string' });
});

test('ends a function that takes too long', async () => {
  expect(error(await lambda.invoke('endless', {}))).toMatchObject({
    errorType: 'Sandbox.Timedout',
    errorMessage: expect.stringMatching(/^RequestId: \S+ Error: Task timed out after 0.30 seconds$/),
  });
});

test('reports a crash, and starts anew afterwards', async () => {
  expect(error(await lambda.invoke('quitter', {}))).toMatchObject({
    errorType: 'Runtime.ExitError',
    errorMessage: expect.stringContaining('exit status 3'),
  });
  expect(error(await lambda.invoke('quitter', {}))).toMatchObject({ errorType: 'Runtime.ExitError' });
});

test('reports a forgotten rejection', async () => {
  expect(error(await lambda.invoke('rejecter', {}))).toMatchObject({
    errorType: 'Runtime.UnhandledPromiseRejection',
    errorMessage: 'forgotten',
  });
});

test('reports a bundle that does not load, and a callback handler', async () => {
  expect(error(await lambda.invoke('unloadable', {}))).toMatchObject({ errorMessage: 'bad configuration' });
  expect(error(await lambda.invoke('callback', {}))).toMatchObject({ errorType: 'Runtime.CallbackHandlerDeprecated' });
});

test('keeps an instance warm and takes what it prints', async () => {
  expect(payload(await lambda.invoke('count-calls', {}))).toBe(1);
  expect(payload(await lambda.invoke('count-calls', {}))).toBe(2);
  // What a thread prints arrives beside its answer, perhaps later.
  while (!lines.includes('count-calls: call 1')) await new Promise<void>((printed) => (onLine = printed));
  expect(lines).toContain('count-calls: call 0');
});

test('lives on the shared clock without setting it back', async () => {
  await kernel.advance(86_400);
  const ahead = Number(payload(await lambda.invoke('clock', {})));
  expect(Math.abs(ahead - Date.now())).toBeLessThan(5000);
});

test('runs no more at once than the reserved concurrency', async () => {
  const started = performance.now();
  await Promise.all([lambda.invoke('slow', {}), lambda.invoke('slow', {}), lambda.invoke('slow', {})]);
  expect(performance.now() - started).toBeGreaterThan(590);
});

test('fails a request under way when its function is killed', async () => {
  const running = lambda.invoke('slow', {});
  await new Promise((later) => setTimeout(later, 50));
  await lambda.kill('slow');
  expect(error(await running)).toMatchObject({ errorType: 'Runtime.ExitError' });
  expect(payload(await lambda.invoke('slow', {}))).toEqual(process.pid);
});

test('plays faults: refused calls do not run, a lost response does', async () => {
  await kernel.faults.arm({ vendor: 'lambda', call: 'calls', mode: 'refuse', times: 1, slowMs: 1 });
  await kernel.faults.arm({ vendor: 'lambda', call: 'count-calls', mode: 'lose-response', times: 1, slowMs: 1 });
  expect(error(await lambda.invoke('count-calls', {}))).toMatchObject({ errorType: 'Lambda.ServiceException' });
  expect(error(await lambda.invoke('count-calls', {}))).toMatchObject({ errorType: 'Lambda.Unknown' });
  expect(payload(await lambda.invoke('count-calls', {}))).toBe(2);
});

test('does not know other functions', async () => {
  expect(error(await lambda.invoke('other', {}))).toMatchObject({ errorType: 'Lambda.ResourceNotFoundException' });
});
