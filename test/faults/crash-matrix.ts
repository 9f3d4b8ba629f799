/**
 * `npm run crash-matrix`: plays every single fault and prints what came of it; `--json`, `--functions a,b` (only these), `--sparse --seed S` (each
 * fault with one recovery, drawn by the seed: a third of the time), `--write` (docs/crash-matrix.md). Two processes share the work; exit code 1 if anything was lost or done twice.
 */
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { parseArgs } from 'node:util';
import { type Cell, type Effect, Matrix, modes } from './matrix';
import { seeded } from './random';
import { callbackMachine, recoveries } from './replay';
import { installShortLimits } from './short-limits';
import { document, summary, table } from './table';
import { Tour } from './tour';
import { World } from './world';

const SHARDS = 2;
const { values } = parseArgs({
  options: {
    json: { type: 'boolean' },
    write: { type: 'boolean' },
    functions: { type: 'string' },
    sparse: { type: 'boolean' },
    seed: { type: 'string', default: '1' },
    shard: { type: 'string' },
  },
});

/** What one process tells: its cells, all calls that it has seen, and all that AWS would keep of the tour. */
export interface Report {
  cells: Cell[];
  calls: string[];
}

async function playShard(shard: number): Promise<Report> {
  installShortLimits();
  const world = await World.start({ stateMachines: [callbackMachine] });
  try {
    const phase = (name: string) => process.stderr.write(`shard ${shard}: ${name} at ${Math.round(performance.now() / 1000)} s\n`);
    phase('up');
    const scenes = await new Tour(world).walk();
    phase(`${scenes.length} scenes`);
    const matrix = new Matrix(world);
    const effects = await matrix.effects(scenes);
    phase(`${effects.length} calls`);
    const wanted = values.functions?.split(',');
    const cells: Cell[] = [];
    for (const { effect, mode, recovery } of drawn(effects.filter(({ fn }) => !wanted || wanted.includes(fn))).filter(
      (_, index) => index % SHARDS === shard,
    )) {
      const cell = await matrix.cell(effect, mode, recovery);
      if (cell) cells.push(cell);
    }
    return { cells, calls: effects.map(({ fn, call }) => `${fn} ${call}`) };
  } finally {
    await world.close();
  }
}

/** Every cell; with `--sparse` every fault of every call with one of the recoveries, another one with each seed. */
function drawn(effects: Effect[]) {
  const faults = effects.flatMap((effect) => modes.map((mode) => ({ effect, mode })));
  if (!values.sparse) return faults.flatMap((fault) => recoveries.map((recovery) => ({ ...fault, recovery })));
  const random = seeded(Number(values.seed));
  return faults.map((fault) => ({ ...fault, recovery: recoveries[Math.floor(random() * recoveries.length)] ?? recoveries[0] }));
}

async function runShard(shard: number): Promise<Report> {
  const args = [...process.argv.slice(1), '--shard', String(shard)];
  const quiet = [
    '--disable-warning=ExperimentalWarning',
    '--disable-warning=TimeoutOverflowWarning',
    '--disable-warning=MaxListenersExceededWarning',
  ];
  const child = spawn(process.execPath, args, {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, NODE_OPTIONS: quiet.join(' ') },
  });
  const out = await text(child.stdout);
  const line = out.trim().split('\n').at(-1) ?? '';
  return JSON.parse(line) as Report;
}

async function main(): Promise<void> {
  if (values.shard !== undefined) {
    const report = await playShard(Number(values.shard));
    process.stdout.write(`${JSON.stringify(report)}\n`, () => process.exit(0));
    return;
  }
  const began = performance.now();
  const reports = await Promise.all(Array.from({ length: SHARDS }, (_, shard) => runShard(shard)));
  const cells = reports.flatMap((report) => report.cells);
  const seconds = Math.round((performance.now() - began) / 1000);
  const bad = cells.filter(({ problems }) => problems.length > 0);
  if (values.json)
    process.stdout.write(`${JSON.stringify({ seconds, cells, calls: [...new Set(reports.flatMap(({ calls }) => calls))] })}\n`);
  else {
    process.stdout.write(`${table(cells)}\n\n${summary(cells)} ${seconds} s.\n`);
    for (const { fn, call, mode, recovery, problems } of bad)
      process.stdout.write(`✗ ${fn}: ${call}, ${mode}, ${recovery}: ${problems.join('; ')}\n`);
  }
  if (values.write) writeFileSync('docs/crash-matrix.md', document(cells));
  process.exitCode = bad.length > 0 ? 1 : 0;
}

void main();
