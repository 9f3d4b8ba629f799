/** `npm start [-- --serve] [--fresh] [--real-vendors]`: boots the stack, rehearses one client to day 7, stays up. */
import { rmSync } from 'node:fs';
import { once } from 'node:events';
import { parseArgs } from 'node:util';
import { print, refuseRealVendors, runProgram, type Stack, startStack } from './program';
import { ControlRoomClient } from './rehearsal/control-room-client';
import { ExecutionWatcher } from './rehearsal/execution-watcher';
import { rehearse } from './rehearsal/rehearsal';
import { checklistText } from './rehearsal/report';
import { vendorSettings } from './vendors';

const dataDir = '.local';
const firstPort = 4000;

async function main(): Promise<void> {
  const flag = { type: 'boolean', default: false } as const;
  const { values } = parseArgs({ options: { serve: flag, fresh: flag, 'real-vendors': flag } });
  const vendors = vendorSettings(process.env);
  if (!values.serve) refuseRealVendors(vendors, values['real-vendors']);
  if (values.fresh) startAnew();
  const startedAt = performance.now();
  const seconds = () => ((performance.now() - startedAt) / 1000).toFixed(1).padStart(5);
  const stack = await startStack({
    dataDir,
    cacheDir: `${dataDir}/cache`,
    firstPort,
    vendors,
    say: (part) => print(`${seconds()} s  starting ${part}`),
  });
  print(`${seconds()} s  everything is up\n`);
  const stopped = once(process, 'SIGINT');
  if (!values.serve) await rehearseOne(stack, seconds);
  printDoors(stack);
  await stopped;
  print('\nStopping.');
  await stack.close();
}

/** Keeps the cache: it holds nothing of the old life. */
function startAnew(): void {
  for (const part of ['state.db', 'state.db-wal', 'state.db-shm', 'supabase', 'logs', 'endpoints.json'])
    rmSync(`${dataDir}/${part}`, { recursive: true, force: true });
}

async function rehearseOne({ endpoints }: Stack, seconds: () => string): Promise<void> {
  const room = new ControlRoomClient(endpoints.controlRoom);
  const watcher = new ExecutionWatcher({ url: endpoints.stepFunctions, stateMachineArn: endpoints.stateMachineArn, say: print });
  await watcher.start();
  const [result] = await rehearse({ room, clients: 1, concurrency: 1, say: print });
  await watcher.stop();
  if (!result) throw new Error('the rehearsal came to nothing');
  print(`\n${checklistText(result)}\n\n${seconds()} s  from start to day 7.\n`);
  if (result.missing.length > 0) process.exitCode = 1;
}

function printDoors({ endpoints }: Stack): void {
  print(`Control room   ${endpoints.controlRoom}`);
  print(`Portal         ${endpoints.portal}/sign-in`);
  print(`Step Functions ${endpoints.stepFunctions}   (aws stepfunctions --endpoint-url …)`);
  print('All addresses and keys: .local/endpoints.json. Ctrl-C stops everything; the next start goes on from here.');
}

void runProgram(main);
