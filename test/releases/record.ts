/**
 * `npm run record-release`: keeps what this release's state machines hand to their functions in test/releases/<version>/. A client is taken from the deposit
 * to day 7, leaves and comes back, and leaves for good. Later releases must still take it all: see docs/release.md.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { machineNames, nameIn } from '../../infra/names';
import type { HistoryEvent } from '../../local/step-functions/history';
import { sampleClient } from '../../local/rehearsal/sample-clients';
import { catchUp, freezeTime, START_MS } from '../faults/frozen-time';
import { seeded } from '../faults/random';
import { Tour } from '../faults/tour';
import { World } from '../faults/world';
import { folder, migrationHashes } from './released';
import { comeAndGo } from './replay';

async function main(): Promise<void> {
  freezeTime();
  const world = await World.start({ inProcess: true, random: seeded(1) });
  catchUp();
  await world.setClock(START_MS, { sessions: true });
  const tour = new Tour(world);
  for (const name of ['Pat', 'Maya']) await tour.portal().hire(name);
  process.stderr.write('A client comes and goes …\n');
  await comeAndGo(tour, sampleClient(0, 'release-'));
  const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
  const into = `${folder}/${version}`;
  for (const name of machineNames) {
    const histories = historiesOf(world, name);
    const inputs = inputsOf(histories);
    const machine = JSON.parse(readFileSync(`state-machines/${name}.asl.json`, 'utf8')) as { States: Record<string, { Type: string }> };
    const silent = Object.entries(machine.States).filter(([state, { Type }]) => Type === 'Task' && !(state in inputs));
    if (silent.length > 0) throw new Error(`${name} never came to ${silent.map(([state]) => state).join(', ')}`);
    const start = JSON.parse(String(histories[0]?.[0]?.details?.['input'])) as unknown;
    keep(`${into}/${name}`, { inputs, start, machine });
    process.stdout.write(`${into}/${name}: ${Object.keys(inputs).length} inputs.\n`);
  }
  keep(into, { migrations: migrationHashes() });
  await world.close();
}

/** Of every execution, the oldest first. */
function historiesOf({ stepFunctions }: World, machine: string): HistoryEvent[][] {
  const own = stepFunctions.executions().filter(({ stateMachineArn }) => stateMachineArn.endsWith(`:${nameIn('local', machine)}`));
  const failed = own.find(({ status }) => status !== 'SUCCEEDED');
  if (own.length === 0 || failed)
    throw new Error(`${machine}: ${failed?.status ?? 'not started'} at ${failed?.currentStates.join(' ') ?? '–'}`);
  return own.map(({ arn }) => stepFunctions.history(arn));
}

/** By state, what its function was given first. */
function inputsOf(histories: HistoryEvent[][]): Record<string, unknown> {
  const inputs: Record<string, unknown> = {};
  let state = '';
  for (const { detailsKey, details = {} } of histories.flat()) {
    if (detailsKey === 'stateEnteredEventDetails') state = String(details['name']);
    if (detailsKey === 'taskScheduledEventDetails')
      inputs[state] ??= (JSON.parse(String(details['parameters'])) as { Payload: unknown }).Payload;
  }
  return inputs;
}

function keep(into: string, texts: Record<string, unknown>): void {
  mkdirSync(into, { recursive: true });
  for (const [name, value] of Object.entries(texts)) writeFileSync(`${into}/${name}.json`, `${JSON.stringify(value, null, 2)}\n`);
}

void main().then(() => process.exit(0));
