/**
 * `npm run crash-matrix`: every single fault of every call over the wire, and what came of it. `--all`: each with every recovery (three times the work;
 * otherwise with one, drawn by `--seed`); `--short`: what `npm test` plays; `--only 'portal: .*SendTaskSuccess, crash after'`: faults whose line matches; `--json`; `--write`: makes
 * docs/crash-matrix.md; `--check`: it must have a line for exactly today's calls; `--sample N`: also N pairs of faults, drawn by the seed. `--pairs`: only
 * pairs, all there are or `--sample N` of them. Two processes share the work. Exit code 1: something was lost, done
 * twice or told, or the page is old.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { functionNames } from '../../infra/function-settings';
import { type PairsReport, wordsOf } from './pair-share';
import { type Fault, planned, type Wanted } from './plan';
import { playPairsOnly, playShard, type Report, type Walked } from './shard';
import { document, linesOf, pairsSummary, summary, table } from './table';
import { type Part, parts } from './walk';

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
    pairs: { type: 'boolean', default: false },
    sample: { type: 'string' },
    part: { type: 'string' },
  },
});
const wanted: Wanted = {
  size: values.all ? 'all' : values.short ? 'short' : 'each',
  seed: Number(values.seed),
  only: new RegExp(values.only),
};
/** Beside single faults few or none; `--pairs` alone plays all that there are. */
const sample = values.sample === undefined ? (values.pairs ? undefined : values.short ? 6 : 0) : Number(values.sample);
const pairsWanted = { sample, seed: Number(values.seed) };
const warnings = ['ExperimentalWarning', 'TimeoutOverflowWarning', 'MaxListenersExceededWarning'];
/** This process also walks clients through the machines of earlier releases, which takes as long as so much weight of faults. */
const withReleases: Part = 'staying';
const burdens = parts.map((part) => (part === withReleases ? 1500 : 0));

function start(part: Part): ChildProcess {
  return fork(process.argv[1]!, [...process.argv.slice(2), '--part', part], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    env: { ...process.env, NODE_OPTIONS: warnings.map((name) => `--disable-warning=${name}`).join(' ') },
  });
}

/** What a process says next. */
async function heard<T>(child: ChildProcess): Promise<T> {
  const ended = once(child, 'exit').then(([code]: number[]) => {
    throw new Error(`a part of the matrix ended with code ${code}`);
  });
  const [message] = (await Promise.race([once(child, 'message'), ended])) as [T];
  return message;
}

/** Both walk, hear who plays what, and play. */
async function playBoth(): Promise<Report> {
  const children = parts.map(start);
  const walked = await Promise.all(children.map((child) => heard<Walked>(child)));
  const plans = planned(
    walked.map(({ found }) => found),
    wanted,
    burdens,
  );
  return merged(
    await Promise.all(
      children.map((child, index) => {
        const report = heard<Report>(child);
        child.send(plans[index]!);
        return report;
      }),
    ),
  );
}

async function playPart(part: Part): Promise<void> {
  const report = await playShard(part, {
    releases: part === withReleases,
    pairs: pairsWanted,
    async orders(walked) {
      process.send!(walked);
      const [faults] = (await once(process, 'message')) as [Fault[]];
      return faults;
    },
  });
  process.send!(report, () => process.exit(0));
}

function merged(reports: Report[]): Report {
  const all = (of: (report: Report) => string[]) => [...new Set(reports.flatMap(of))].toSorted();
  return {
    cells: reports.flatMap(({ cells }) => cells),
    pairs: reports.flatMap(({ pairs }) => pairs),
    allPairs: Math.max(...reports.map(({ allPairs }) => allPairs)),
    scenes: all(({ scenes }) => scenes),
    calls: all(({ calls }) => calls),
    invoked: all(({ invoked }) => invoked),
    leaks: all((report) => report.leaks),
    releases: all(({ releases }) => releases),
  };
}

function complaints({ cells, pairs, invoked, leaks, releases }: Report): string[] {
  const isOld = values.check && linesOf(readFileSync(page, 'utf8')).join('\n') !== linesOf(table(cells)).join('\n');
  return [
    ...cells.flatMap(({ fn, call, mode, recovery, problems }) =>
      problems.length > 0 ? [`${fn}: ${call}, ${mode}, ${recovery}: ${problems.join('; ')}`] : [],
    ),
    ...pairs.filter((pair) => pair.problems.length > 0).map(wordsOf),
    ...functionNames.filter((fn) => !invoked.includes(fn)).map((fn) => `nothing invokes ${fn}: the tour must`),
    ...leaks.map((leak) => `AWS would keep ${leak}`),
    ...releases,
    ...(isOld ? [`${page} has other calls: npm run crash-matrix -- --write`] : []),
  ];
}

async function onlyPairs(): Promise<void> {
  const began = performance.now();
  const reports = await Promise.all(parts.map((part) => heard<PairsReport>(start(part))));
  const pairs = reports.flatMap((report) => report.pairs);
  const seconds = Math.round((performance.now() - began) / 1000);
  const wrong = pairs.filter(({ problems }) => problems.length > 0).map(wordsOf);
  const words = [`${pairsSummary(pairs, reports[0]!.allPairs)} ${seconds} s.`, ...wrong.map((one) => `✗ ${one}`), ''].join('\n');
  process.stdout.write(values.json ? `${JSON.stringify({ seconds, wrong, pairs })}\n` : words);
  process.exitCode = wrong.length > 0 ? 1 : 0;
}

async function main(): Promise<void> {
  const part = parts.find((one) => one === values.part);
  if (part) process.once('disconnect', () => process.exit(1)); // whoever wanted this is gone
  if (part && values.pairs) {
    const report = await playPairsOnly(part, pairsWanted);
    process.send!(report, () => process.exit(0));
    return undefined;
  }
  if (part) return playPart(part);
  if (values.pairs) return onlyPairs();
  const began = performance.now();
  const report = await playBoth();
  const seconds = Math.round((performance.now() - began) / 1000);
  const wrong = complaints(report);
  if (values.write) writeFileSync(page, document(report, values));
  if (values.json) process.stdout.write(`${JSON.stringify({ seconds, wrong, ...report })}\n`);
  else
    process.stdout.write(
      [
        table(report.cells),
        '',
        `${summary(report.cells)} ${pairsSummary(report.pairs, report.allPairs)} ${seconds} s.`,
        ...wrong.map((one) => `✗ ${one}`),
        '',
      ].join('\n'),
    );
  process.exitCode = wrong.length > 0 ? 1 : 0;
}

void main();
