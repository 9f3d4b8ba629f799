/** Plays what earlier releases' executions hand over with today's functions, on the real SQL. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { kebabCase } from '../../infra/function-settings';
import type { StateMachine } from '../../local/step-functions/server';
import { sampleClient } from '../../local/rehearsal/sample-clients';
import type { Matrix } from '../faults/matrix';
import { DAY, type Scene, type Tour } from '../faults/tour';
import type { World } from '../faults/world';

const folder = 'test/releases';
export const releases = existsSync(folder)
  ? readdirSync(folder, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? [entry.name] : []))
  : [];
const read = (release: string, name: string) => JSON.parse(readFileSync(join(folder, release, `${name}.json`), 'utf8')) as unknown;
const arnOf = (release: string) => `arn:aws:states:ap-southeast-2:000000000000:stateMachine:release-${release}`;

/** The released state machines, beside today's, calling today's functions. */
export function releasedMachines(): StateMachine[] {
  return releases.map((release) => {
    const text = JSON.stringify(read(release, 'machine')).replace(
      /\$\{(\w+)Arn\}/g,
      (_, state: string) => `arn:aws:lambda:ap-southeast-2:000000000000:function:coresentia-local-${kebabCase(state)}`,
    );
    return { name: `release-${release}`, arn: arnOf(release), definition: JSON.parse(text) as unknown };
  });
}

/** Every recorded input with the ids of a client who stands there; one line per difference to what today's input does. */
export async function replayInputs(matrix: Matrix, scenes: readonly Scene[]): Promise<string[]> {
  const problems: string[] = [];
  for (const release of releases)
    for (const [state, input] of Object.entries(read(release, 'inputs') as Record<string, Record<string, unknown>>)) {
      const scene = scenes.find(({ fn }) => fn === kebabCase(state));
      if (!scene) problems.push(`${release} ${state}: there is no client who stands there`);
      else problems.push(...(await matrix.withEvent(scene, withIdsOf(scene.event, input))).map((one) => `${release} ${state}: ${one}`));
    }
  return problems;
}

function withIdsOf(event: unknown, input: Record<string, unknown>): unknown {
  const ids = event as Record<string, unknown>;
  return Object.fromEntries(Object.entries(input).map(([key, value]) => [key, ids[key] ?? value]));
}

/** One client walks through each released machine from beginning to end; one line for each that does not arrive. */
export async function walkReleases(world: World, tour: Tour): Promise<string[]> {
  const problems: string[] = [];
  for (const [index, release] of releases.entries()) {
    tour.machineArn = arnOf(release);
    const person = sampleClient(20 + index, 'r');
    await tour.paid(person);
    await tour.fillForm(person);
    await tour.pass(8 * DAY);
    const [execution] = world.stepFunctions.executions().filter(({ stateMachineArn }) => stateMachineArn === arnOf(release));
    if (execution?.status !== 'SUCCEEDED')
      problems.push(`${release}: ${execution?.status ?? 'not started'} at ${execution?.currentStates.join(' ')}`);
  }
  tour.machineArn = undefined;
  return problems;
}
