/** `npm start [-- --serve] [--fresh] [--data DIR] [--port N] [--real-vendors]`: boots the stack, rehearses one client to day 7, stays up. */
import { rmSync } from 'node:fs';
import { once } from 'node:events';
import { parseArgs } from 'node:util';
import { type LocalOperator, localOperator } from './operator';
import { print, refuseRealVendors, runProgram, type Stack, startStack } from './program';
import { ControlRoomClient } from './rehearsal/control-room-client';
import { ExecutionWatcher } from './rehearsal/execution-watcher';
import { rehearse } from './rehearsal/rehearsal';
import { checklistText } from './rehearsal/report';
import { vendorSettings } from './vendors';

/** What only saves time serves every stack, wherever its data is. */
const cacheDir = '.local/cache';

async function main(): Promise<void> {
  const { serve, fresh, meant, dataDir, firstPort } = readOptions();
  const vendors = vendorSettings(process.env);
  if (!serve) refuseRealVendors(vendors, meant);
  if (fresh) startAnew(dataDir);
  const startedAt = performance.now();
  const seconds = () => ((performance.now() - startedAt) / 1000).toFixed(1).padStart(5);
  const stack = await startStack({
    dataDir,
    cacheDir,
    firstPort,
    vendors,
    say: (part) => print(`${seconds()} s  starting ${part}`),
  });
  print(`${seconds()} s  everything is up\n`);
  const stopped = Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
  if (!serve) await rehearseOne(stack, seconds);
  const operator = vendors.SUPABASE_URL ? undefined : await localOperator(stack.endpoints);
  printDoors(stack, { dataDir, operator });
  await stopped;
  print('\nStopping.');
  await stack.close();
}

function readOptions() {
  const flag = { type: 'boolean', default: false } as const;
  const { values } = parseArgs({
    options: {
      serve: flag,
      fresh: flag,
      'real-vendors': flag,
      data: { type: 'string', default: '.local' },
      port: { type: 'string', default: '4000' },
    },
  });
  const firstPort = Number(values.port);
  if (!Number.isInteger(firstPort) || firstPort < 0 || firstPort > 65_000)
    throw new Error(`--port takes a whole number up to 65000, not "${values.port}"; 0 takes any free ones.`);
  return { serve: values.serve, fresh: values.fresh, meant: values['real-vendors'], dataDir: values.data, firstPort };
}

/** Keeps the cache: it holds nothing of the old life. */
function startAnew(dataDir: string): void {
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

/** `operator` absent: the database is no local one, and its operators are its own. */
function printDoors({ endpoints }: Stack, { dataDir, operator }: { dataDir: string; operator: LocalOperator | undefined }): void {
  print(`Control room   ${endpoints.controlRoom}`);
  print(`Portal         ${endpoints.portal}/sign-in`);
  if (operator) print(`Operator       ${endpoints.portal}/operator   (${operator.email}, password ${operator.password})`);
  print(`Step Functions ${endpoints.stepFunctions}   (aws stepfunctions --endpoint-url …)`);
  print(`All addresses and keys: ${dataDir}/endpoints.json. Ctrl-C stops everything; the next start goes on from here.`);
}

void runProgram(main);
