/**
 * `npm run crash-matrix`: every single fault of every call over the wire, and what came of it. `--all`: each with every recovery (three times the work;
 * otherwise with one, drawn by `--seed`); `--short`: what `npm test` plays; `--only 'portal: .*SendTaskSuccess, crash after'`: faults whose line matches; `--json`; `--write`: makes
 * docs/crash-matrix.md; `--check`: it must have a line for exactly today's calls. Two processes share the work. Exit code 1: something was lost, done
 * twice or told, or the page is old.
 */
import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { parseArgs } from 'node:util';
import { playShard, type Report } from './shard';
import { document, linesOf, summary, table } from './table';

const SHARDS = 2;
const page = 'docs/crash-matrix.md';
const { values } = parseArgs({
  options: {
    all: { type: 'boolean', default: false },
    short: { type: 'boolean', default: false },
    seed: { type: 'string', default: '1' },
    only: { type: 'string', default: '' },
    json: { type: 'boolean' },
    write: { type: 'boolean' },
    check: { type: 'boolean' },
    shard: { type: 'string' },
  },
});
const warnings = ['ExperimentalWarning', 'TimeoutOverflowWarning', 'MaxListenersExceededWarning'];

async function runShard(shard: number): Promise<Report> {
  const child = spawn(process.execPath, [...process.argv.slice(1), '--shard', String(shard)], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, NODE_OPTIONS: warnings.map((name) => `--disable-warning=${name}`).join(' ') },
  });
  const line = (await text(child.stdout)).trim().split('\n').at(-1);
  if (!line?.startsWith('{')) throw new Error(`shard ${shard} ended without a report`);
  return JSON.parse(line) as Report;
}

async function shardAlone(shard: number): Promise<void> {
  const { all, short, seed, only } = values;
  const size = all ? 'all' : short ? 'short' : 'each';
  const report = await playShard({ shard, shards: SHARDS, size, seed: Number(seed), only: new RegExp(only) });
  process.stdout.write(`${JSON.stringify(report)}\n`, () => process.exit(0));
}

function merged(reports: Report[]): Report {
  const all = (of: (report: Report) => string[]) => [...new Set(reports.flatMap(of))].toSorted();
  return {
    cells: reports.flatMap(({ cells }) => cells),
    scenes: all(({ scenes }) => scenes),
    calls: all(({ calls }) => calls),
    idle: all(({ idle }) => idle),
    leaks: all((report) => report.leaks),
    releases: all(({ releases }) => releases),
  };
}

function complaints({ cells, idle, leaks, releases }: Report): string[] {
  const isOld = values.check && linesOf(readFileSync(page, 'utf8')).join('\n') !== linesOf(table(cells)).join('\n');
  return [
    ...cells.flatMap(({ fn, call, mode, recovery, problems }) =>
      problems.length > 0 ? [`${fn}: ${call}, ${mode}, ${recovery}: ${problems.join('; ')}`] : [],
    ),
    ...idle.map((fn) => `nothing invokes ${fn}: the tour must`),
    ...leaks.map((leak) => `AWS would keep ${leak}`),
    ...releases,
    ...(isOld ? [`${page} has other calls: npm run crash-matrix -- --write`] : []),
  ];
}

async function main(): Promise<void> {
  if (values.shard !== undefined) return shardAlone(Number(values.shard));
  const began = performance.now();
  const report = merged(await Promise.all(Array.from({ length: SHARDS }, (_, shard) => runShard(shard))));
  const seconds = Math.round((performance.now() - began) / 1000);
  const wrong = complaints(report);
  if (values.write) writeFileSync(page, document(report.cells, values));
  if (values.json) process.stdout.write(`${JSON.stringify({ seconds, wrong, ...report })}\n`);
  else
    process.stdout.write(
      [table(report.cells), '', `${summary(report.cells)} ${seconds} s.`, ...wrong.map((one) => `✗ ${one}`), ''].join('\n'),
    );
  process.exitCode = wrong.length > 0 ? 1 : 0;
}

void main();
