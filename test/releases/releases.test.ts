/** What earlier releases' state machines, rules and queues still hand to today's functions. See docs/release.md. */
import { existsSync } from 'node:fs';
import { handler as confirmDeposit } from '../../functions/confirm-deposit';
import { functionOfState } from '../../infra/function-settings';
import { machineNames } from '../../infra/names';
import { DepositPaid, OffboardingConfirmed } from '../../shared/events';
import { offboardingSteps } from '../../shared/offboarding';
import { OffboardingInput } from '../../shared/offboarding-step';
import { stepNames } from '../../shared/run';
import { StepInput } from '../../shared/step';
import { Machine, tasksOf } from '../state-machines/machine';
import { machinesOf, migrationHashes, read, releases } from './released';

const today = {
  provisioning: { steps: stepNames as readonly string[], Input: StepInput, Start: DepositPaid, waits: 'AwaitOnboarding' },
  offboarding: {
    steps: offboardingSteps as readonly string[],
    Input: OffboardingInput,
    Start: OffboardingConfirmed,
    waits: 'AwaitRelease',
  },
};

test('there is a release to be compatible with, of every machine', () => {
  expect(releases).toContain('1.0.0');
  expect(machinesOf('1.0.0').toSorted()).toEqual([...machineNames].toSorted());
});

describe.each(releases.flatMap((release) => machinesOf(release).map((machine) => [release, machine] as const)))(
  'release %s, %s',
  (release, name) => {
    const { steps, Input, Start, waits } = today[name];
    const inputs = read(release, `${name}/inputs`) as Record<string, unknown>;
    const tasks = tasksOf(Machine.parse(read(release, `${name}/machine`))).map((task) => task.name);

    test('has an input recorded for every Task of its machine', () => {
      expect(new Set(Object.keys(inputs))).toEqual(new Set(tasks));
    });

    test.each(tasks)('%s still has its function', (state) => {
      expect(steps).toContain(state);
      expect(existsSync(`functions/${functionOfState(state)}.ts`)).toBe(true);
    });

    test.each(tasks.filter((task) => task !== 'ConfirmDeposit'))('%s’s input is still taken', (state) => {
      expect(Input.safeParse(inputs[state]).error).toBeUndefined();
    });

    test(`${waits} was given a task token`, () => {
      expect(Input.parse(inputs[waits]).taskToken).toEqual(expect.any(String));
    });

    test('the event that started its executions still starts one', () => {
      expect(Start.safeParse(read(release, `${name}/start`)).error).toBeUndefined();
    });
  },
);

describe.each(releases)('release %s', (release) => {
  const input = read(release, 'provisioning/inputs') as Record<string, object>;

  test('ConfirmDeposit takes the input, and refuses one without its invoice', async () => {
    // Nothing is configured here: past the schema it fails for want of a database's address.
    await expect(confirmDeposit(input['ConfirmDeposit'])).rejects.toThrow(/environment variables are wrong/);
    await expect(confirmDeposit({ ...input['ConfirmDeposit'], invoiceId: undefined })).rejects.toMatchObject({ name: 'ZodError' });
  });

  test('its migrations are untouched', () => {
    const released = read(release, 'migrations') as Record<string, string>;
    expect(migrationHashes(Object.keys(released))).toEqual(released);
  });
});
