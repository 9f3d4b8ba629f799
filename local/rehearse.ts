/** `npm run rehearse -- [--clients N] [--concurrency C] [--json] [--real-vendors]`: N clients to day 7 on a stack of their own. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { print, refuseRealVendors, runProgram, startStack } from './program';
import { ControlRoomClient } from './rehearsal/control-room-client';
import { rehearse } from './rehearsal/rehearsal';
import { checklistText, summaryJson, summaryText } from './rehearsal/report';
import { vendorSettings } from './vendors';

async function main(): Promise<void> {
  const { clients, concurrency, json, meant } = readOptions();
  const vendors = vendorSettings(process.env);
  refuseRealVendors(vendors, meant);
  const say = json ? () => undefined : print;
  const dataDir = mkdtempSync(join(tmpdir(), 'coresentia-rehearsal-'));
  try {
    const stack = await startStack({ dataDir, cacheDir: '.local/cache', firstPort: 0, vendors, say: (part) => say(`starting ${part}`) });
    const startedAt = performance.now();
    const results = await rehearse({ room: new ControlRoomClient(stack.endpoints.controlRoom), clients, concurrency, say });
    const tookMs = performance.now() - startedAt;
    const [only] = results;
    if (json) print(JSON.stringify(summaryJson(results, tookMs)));
    else print(`\n${clients === 1 && only ? checklistText(only) : summaryText(results, tookMs)}`);
    if (results.some(({ missing }) => missing.length > 0)) process.exitCode = 1;
    await stack.close();
  } finally {
    rmSync(dataDir, { recursive: true, force: true });
  }
}

function readOptions() {
  const { values } = parseArgs({
    options: {
      clients: { type: 'string', default: '1' },
      concurrency: { type: 'string', default: '5' },
      json: { type: 'boolean', default: false },
      'real-vendors': { type: 'boolean', default: false },
    },
  });
  return {
    clients: atLeastOne('--clients', values.clients),
    concurrency: atLeastOne('--concurrency', values.concurrency),
    json: values.json,
    meant: values['real-vendors'],
  };
}

function atLeastOne(name: string, text: string): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1) throw new Error(`${name} takes a whole number from 1, not "${text}".`);
  return number;
}

void runProgram(main);
