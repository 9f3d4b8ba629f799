import { TerminalError, TransientError } from '../../shared/errors';
import type { Ledger } from '../../shared/ports/ledger';
import { type StepWork, step } from '../../shared/step';
import { aRun, runId } from '../fakes/a-run';
import { fakeLedger } from '../fakes/ledger';

const { executionId } = aRun();
const event = { runId, executionId, redriveCount: 0 };
const handlerOf = (work: StepWork<{ ledger: Ledger }>, ledger: Ledger) => step('CreateBusiness', work, { ledger: async () => ledger });

test('gives the work its run, and the checklist its evidence', async () => {
  const ledger = fakeLedger();
  const handler = handlerOf(async (run) => ({ evidence: { number: run.invoiceNumber }, output: { day1At: 'then' } }), ledger);
  expect(await handler(event)).toEqual({ day1At: 'then' });
  expect(ledger.steps.get('CreateBusiness')).toEqual({ attempts: 1, status: 'done', evidence: { number: 'INV-0042' }, error: null });
});

test('returns nothing to the execution unless the step says so', async () => {
  expect(await handlerOf(async () => ({ evidence: { secret: 'stays here' } }), fakeLedger())(event)).toEqual({});
});

test.each([
  ['terminal', new TerminalError('NumberUnavailable', 'none'), 'NumberUnavailable'],
  ['transient', new TransientError('timeout'), 'TransientError'],
  ['unknown', new RangeError('bug'), 'RangeError'],
])('throws a %s error on and notes it', async (_, error, name) => {
  const ledger = fakeLedger();
  await expect(handlerOf(() => Promise.reject(error), ledger)(event)).rejects.toBe(error);
  expect(ledger.steps.get('CreateBusiness')).toMatchObject({ status: 'failed', error: name });
});

test("throws the step's own error even if it cannot be noted", async () => {
  const error = new TerminalError('NumberUnavailable', 'none');
  const ledger = fakeLedger({ failures: { failStep: [new TransientError('database down')] } });
  await expect(handlerOf(() => Promise.reject(error), ledger)(event)).rejects.toBe(error);
});

test('does not work for an execution that does not own the run', async () => {
  const work = jest.fn();
  await expect(handlerOf(work, fakeLedger())({ ...event, executionId: 'another' })).rejects.toMatchObject({ name: 'ExecutionMismatch' });
  expect(work).not.toHaveBeenCalled();
});

test('refuses an input that is none', async () => {
  await expect(handlerOf(jest.fn(), fakeLedger())({ runId: 'no uuid' })).rejects.toMatchObject({ name: 'ZodError' });
});

test('counts attempts', async () => {
  const ledger = fakeLedger();
  const handler = handlerOf(async () => ({ evidence: {} }), ledger);
  await handler(event);
  await handler(event);
  expect(ledger.steps.get('CreateBusiness')).toMatchObject({ attempts: 2 });
});

test('an execution that was re-issued gets what a done step gave, and the step does nothing', async () => {
  const work = jest.fn();
  const ledger = { ...fakeLedger(), beginStep: async () => ({ ...aRun(), doneBefore: { day1At: 'then' }, earlierRestarts: 1 }) };
  expect(await handlerOf(work, ledger)(event)).toEqual({ day1At: 'then' });
  expect(work).not.toHaveBeenCalled();
  expect(ledger.steps.size).toBe(0);
});

test('restarts of earlier executions count as redrives of this one', async () => {
  const ledger = { ...fakeLedger(), beginStep: async () => ({ ...aRun(), earlierRestarts: 3 }) };
  const counted: number[] = [];
  const handler = handlerOf(async (_run, _services, { redriveCount }) => (counted.push(redriveCount), { evidence: {} }), ledger);
  await handler({ ...event, redriveCount: 2 });
  expect(counted).toEqual([5]);
});
