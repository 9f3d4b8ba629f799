/**
 * `npm run record-release`: keeps what this release's state machine hands to its functions, from the newest finished run of the laptop's stack
 * (`npm start`), in test/releases/<version>/. Later releases must still take it: see docs/release.md.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import * as z from 'zod';
import { parseJson } from '../../shared/json';
import { aslFile } from '../state-machine-file';
import { type AskAws, askAws } from './aws';
import { print, readArguments, runCommand } from './command';
import { type HistoryEvent, historyOf, newestExecutions } from './execution-history';
import { useStage } from './stage-environment';

const Parameters = z.object({ Payload: z.record(z.string(), z.unknown()) });

async function main(): Promise<void> {
  readArguments([]);
  const { laptop } = await useStage('local');
  if (!laptop) throw new Error('Releases are recorded from the stack on a laptop.');
  const { version } = z.object({ version: z.string() }).parse(parseJson(readFileSync('package.json', 'utf8')));
  const events = await historyOfNewest(askAws(process.env), laptop.stateMachineArn);
  const folder = `test/releases/${version}`;
  mkdirSync(folder, { recursive: true });
  const write = (name: string, value: unknown) => writeFileSync(`${folder}/${name}.json`, `${JSON.stringify(value, null, 2)}\n`);
  write('inputs', inputsOf(events));
  write('start', parseJson(events.find((event) => event.executionStartedEventDetails)?.executionStartedEventDetails?.input ?? ''));
  write('machine', parseJson(readFileSync(aslFile, 'utf8')));
  write('migrations', migrationHashes());
  print(`${folder} holds ${Object.keys(inputsOf(events)).length} inputs.`);
}

async function historyOfNewest(ask: AskAws, stateMachineArn: string): Promise<HistoryEvent[]> {
  const [newest] = await newestExecutions(ask, { stateMachineArn, statusFilter: 'SUCCEEDED' });
  if (!newest) throw new Error('No run has finished: let `npm start` rehearse a client first.');
  return historyOf(ask, newest);
}

/** By state, what its function was given first. */
function inputsOf(events: HistoryEvent[]): Record<string, unknown> {
  const inputs: Record<string, unknown> = {};
  let state = '';
  for (const { stateEnteredEventDetails, taskScheduledEventDetails } of events) {
    state = stateEnteredEventDetails?.name ?? state;
    if (taskScheduledEventDetails) inputs[state] ??= Parameters.parse(parseJson(taskScheduledEventDetails.parameters)).Payload;
  }
  return inputs;
}

function migrationHashes(): Record<string, string> {
  return Object.fromEntries(
    readdirSync('supabase/migrations')
      .sort()
      .map((file) => [file, hashOf(file)]),
  );
}

/** Of the text, whatever the line ends of the checkout. */
function hashOf(migration: string): string {
  const text = readFileSync(`supabase/migrations/${migration}`, 'utf8').replaceAll('\r\n', '\n');
  return createHash('sha256').update(text).digest('hex');
}

void runCommand('usage: npm run record-release   (beside a running `npm start`)', main);
