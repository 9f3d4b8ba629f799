import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Kernel, openKernel } from '../../../local/kernel/kernel';
import type { Invocation } from '../../../local/kernel/wiring';
import { createAsyncInvocations } from '../../../local/lambda/asynchronous';
import { functionModel } from './bundles';

const model = functionModel('alert', {
  asynchronous: { maxRetries: 2, maxAgeMs: 3_600_000, onFailureArn: undefined, deadLetterArn: 'dead' },
});
let folder: string;
let kernel: Kernel;
let calls: number[];
let givenUp: string[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'async-'));
  kernel = openKernel(folder);
  calls = [];
  givenUp = [];
});
afterEach(async () => {
  await kernel.close();
  rmSync(folder, { recursive: true });
});

const failure = (errorType: string): Invocation => ({ error: { errorType, errorMessage: 'no' } });
const create = (answer: () => Invocation) =>
  createAsyncInvocations(kernel, {
    functions: [model],
    async invoke() {
      calls.push(Date.now());
      return answer();
    },
    deliver: async (arn, { body }) => void givenUp.push(`${arn} ${body}`),
  });
const waits = () => calls.slice(1).map((atMs, index) => Math.round((atMs - (calls[index] ?? 0)) / 1000));

test('runs a failing function twice more, after 1 and 2 minutes, then gives the event up', async () => {
  await create(() => failure('Error')).invokeAsync('alert', { run: 1 });
  await kernel.untilIdle();
  expect(waits()).toEqual([60, 120]);
  expect(givenUp).toEqual(['dead {"run":1}']);
});

test("does not count Lambda's own errors as the function's, and backs off", async () => {
  let refusals = 4;
  await create(() => (refusals-- > 0 ? failure('Lambda.ServiceException') : { payload: null })).invokeAsync('alert', {});
  await kernel.untilIdle();
  expect(waits()).toEqual([1, 2, 4, 8]);
  expect(givenUp).toEqual([]);
});

test('gives up what got too old', async () => {
  await create(() => failure('Lambda.TooManyRequestsException')).invokeAsync('alert', {});
  await kernel.untilIdle();
  expect(givenUp).toHaveLength(1);
  expect((calls.at(-1) ?? 0) - (calls[0] ?? 0)).toBeLessThanOrEqual(3_600_000);
});

test('goes on after a restart, and takes nothing twice', async () => {
  await create(() => failure('Error')).invokeAsync('alert', {});
  await kernel.activity.idle();
  await kernel.close();
  kernel = openKernel(folder);
  const again = create(() => ({ payload: null }));
  await again.invokeAsync('alert', {});
  again.start();
  await kernel.untilIdle();
  expect(calls).toHaveLength(3);
});

test('refuses an unknown function', async () => {
  await expect(create(() => ({ payload: null })).invokeAsync('gone', {})).rejects.toThrow('no such function');
});
