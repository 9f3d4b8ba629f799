/** What earlier releases' state machines, rules and queues still hand to today's functions. See docs/release.md. */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { handler as confirmDeposit } from '../../functions/confirm-deposit';
import { functionOfState } from '../../infra/function-settings';
import { DepositPaid } from '../../shared/events';
import { stepNames } from '../../shared/run';
import { StepInput } from '../../shared/step';
import { Machine, tasksOf } from '../state-machines/machine';

const versions = readdirSync(__dirname, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? [entry.name] : []));
const read = (version: string, name: string) => JSON.parse(readFileSync(join(__dirname, version, `${name}.json`), 'utf8')) as unknown;

const hashOf = (migration: string) =>
  createHash('sha256')
    .update(readFileSync(`supabase/migrations/${migration}`, 'utf8').replaceAll('\r\n', '\n'))
    .digest('hex');

test('there is a release to be compatible with', () => {
  expect(versions).toContain('1.0.0');
});

describe.each(versions)('release %s', (version) => {
  const inputs = read(version, 'inputs') as Record<string, unknown>;
  const machine = Machine.parse(read(version, 'machine'));
  const tasks = tasksOf(machine).map(({ name }) => name);

  test('has an input recorded for every Task of its machine', () => {
    expect(new Set(Object.keys(inputs))).toEqual(new Set(tasks));
  });

  test.each(tasks)('%s still has its function', (state) => {
    expect(stepNames).toContain(state);
    expect(existsSync(`functions/${functionOfState(state)}.ts`)).toBe(true);
  });

  test.each(tasks.filter((name) => name !== 'ConfirmDeposit'))('%s’s input is still taken', (state) => {
    expect(StepInput.safeParse(inputs[state]).error).toBeUndefined();
  });

  test('ConfirmDeposit takes the input, and refuses one without its invoice', async () => {
    // Nothing is configured here: past the schema it fails for want of a database's address.
    await expect(confirmDeposit(inputs['ConfirmDeposit'])).rejects.toThrow(/environment variables are wrong/);
    await expect(confirmDeposit({ ...(inputs['ConfirmDeposit'] as object), invoiceId: undefined })).rejects.toMatchObject({
      name: 'ZodError',
    });
  });

  test('AwaitOnboarding was given a task token', () => {
    expect(StepInput.parse(inputs['AwaitOnboarding']).taskToken).toEqual(expect.any(String));
  });

  test('the event that started its executions still starts one', () => {
    expect(DepositPaid.safeParse(read(version, 'start')).error).toBeUndefined();
  });

  test('its migrations are untouched', () => {
    const released = read(version, 'migrations') as Record<string, string>;
    expect(Object.fromEntries(Object.keys(released).map((file) => [file, hashOf(file)]))).toEqual(released);
  });
});
