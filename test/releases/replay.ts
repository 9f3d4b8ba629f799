/** Plays what earlier releases' executions hand over with today's functions, on the real SQL. */
import { kebabCase } from '../../infra/function-settings';
import type { MachineName } from '../../infra/names';
import { type SampleClient, sampleClient } from '../../local/rehearsal/sample-clients';
import type { Matrix } from '../faults/matrix';
import { DAY, type Scene, type Tour } from '../faults/tour';
import type { World } from '../faults/world';
import { arnOf, machinesOf, read, releases } from './released';

/** Every recorded input with the ids of a client who stands there; one line per difference to what today's input does. */
export async function replayInputs(
  matrix: Matrix,
  { scenes, machine }: { scenes: readonly Scene[]; machine: MachineName },
): Promise<string[]> {
  const problems: string[] = [];
  for (const [release, state, input] of recorded(machine)) {
    const scene = scenes.find(({ fn }) => fn === kebabCase(state));
    if (!scene) problems.push(`${release} ${state}: there is no client who stands there`);
    else problems.push(...(await matrix.withEvent(scene, withIdsOf(scene.event, input))).map((one) => `${release} ${state}: ${one}`));
  }
  return problems;
}

function recorded(machine: MachineName): [release: string, state: string, input: Record<string, unknown>][] {
  return releases
    .filter((release) => machinesOf(release).includes(machine))
    .flatMap((release) => {
      const inputs = read(release, `${machine}/inputs`) as Record<string, Record<string, unknown>>;
      return Object.entries(inputs).map(([state, input]): [string, string, Record<string, unknown>] => [release, state, input]);
    });
}

function withIdsOf(event: unknown, input: Record<string, unknown>): unknown {
  const ids = event as Record<string, unknown>;
  return Object.fromEntries(Object.entries(input).map(([key, value]) => [key, ids[key] ?? value]));
}

/** From the deposit to day 7; leaves and comes back, and leaves for good. */
export async function comeAndGo(tour: Tour, person: SampleClient): Promise<void> {
  await tour.paid(person);
  await tour.fillForm(person);
  await tour.pass(8 * DAY);
  await tour.portal().offboard(person, [
    { decision: 'undo', days: 1 },
    { decision: 'release', days: 31 },
  ]);
}

/** One client walks through each release's machines from beginning to end; one line for each execution that does not arrive. */
export async function walkReleases(world: World, tour: Tour): Promise<string[]> {
  const problems: string[] = [];
  for (const name of ['Pat', 'Maya']) await tour.portal().hire(name);
  for (const [index, release] of releases.entries()) {
    tour.machineOf = (today) => arnOf(release, today.split('-').at(-1)!);
    await comeAndGo(tour, sampleClient(20 + index, 'r'));
    for (const machine of machinesOf(release)) {
      const own = world.stepFunctions.executions().filter(({ stateMachineArn }) => stateMachineArn === arnOf(release, machine));
      if (own.length < (machine === 'offboarding' ? 2 : 1)) problems.push(`${release}: ${machine} was not started`);
      for (const { status, currentStates } of own)
        if (status !== 'SUCCEEDED') problems.push(`${release}: ${machine} ${status} at ${currentStates.join(' ')}`);
    }
  }
  tour.machineOf = (today) => today;
  return problems;
}
