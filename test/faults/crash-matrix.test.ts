/**
 * Every fault of every effect, mended in one of three ways (`npm run crash-matrix`: in every function; with `--all`: in all three ways). The matrix runs in
 * processes of its own, which replay each step from a prepared state of the real database; here stands what must come of it.
 */
import { execFile } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { functionNames } from '../../infra/function-settings';
import { knownCalls } from '../../local/control-room/known-calls';
import type { Report } from './shard';
import { linesOf, table } from './table';

const program = 'dist/test/faults/crash-matrix.js';
const seed = process.env['CRASH_MATRIX_SEED'] ?? '1';
let report: Report & { seconds: number };

/** Sources of what AWS runs, without the vendors' clients. */
const deployed = sourcesOf(['functions/**/*.{ts,tsx}', 'shared/**/*.ts'], (file) => !file.startsWith('shared/clients/'));
const commands = sourcesOf(['infra/operator/**/*.ts']);
const clients = globSync('shared/clients/**/*.ts').map((file) => readFileSync(file, 'utf8'));

function sourcesOf(patterns: string[], isWanted = (_file: string) => true): string {
  return globSync(patterns)
    .filter(isWanted)
    .map((file) => readFileSync(file, 'utf8'))
    .join('\n');
}

/** The method of a port that calls this database function; clients are bundled whole, whichever of their methods a function uses. */
function methodFor(databaseFunction: string): string | undefined {
  const client = clients.find((text) => text.includes(`'${databaseFunction}'`)) ?? '';
  const before = client.slice(0, client.indexOf(`'${databaseFunction}'`));
  return [...before.matchAll(/\n {4}(\w+): /g)].at(-1)?.[1];
}

/** Only an operator's command calls it: no function does, by whatever port. */
function isOnlyCommanded(databaseFunction: string): boolean {
  const method = methodFor(databaseFunction);
  return method !== undefined && commands.includes(`.${method}(`) && !deployed.includes(`.${method}(`);
}

/** What functions were seen to call of a vendor. */
const called = (vendor: string) => new Set(report.calls.flatMap((call) => call.split(` ${vendor} `)[1] ?? []));

describe('the crash matrix', () => {
  beforeAll(async () => {
    const run = promisify(execFile)(process.execPath, [program, '--short', '--json', '--seed', seed], { maxBuffer: 2 ** 28 });
    // Exit code 1 says that something is wrong; what, the tests below say.
    const { stdout } = await run.catch((failure: { stdout: string; stderr: string }) => {
      if (!failure.stdout) throw new Error(failure.stderr.slice(-2000));
      return failure;
    });
    report = JSON.parse(stdout) as typeof report;
  }, 1_200_000);

  test('nothing is lost and nothing happens twice, whatever fails and whoever mends it', () => {
    const wrong = report.cells.filter(({ problems }) => problems.length > 0);
    expect(wrong).toEqual([]);
    expect(report.cells.length).toBeGreaterThan(1100);
  });

  test('every function is shot at', () => {
    expect(new Set(report.invoked)).toEqual(new Set(functionNames));
    expect(new Set(report.cells.map(({ fn }) => fn))).toEqual(new Set(functionNames));
  });

  test('every database function that a function can call has a row', () => {
    const bundles = globSync('dist/functions/*/index.js').map((file) => readFileSync(file, 'utf8'));
    const named = new Set(bundles.flatMap((text) => [...text.matchAll(/\.(?:call|rpc)\("([a-z_]+)"/g)].map(([, name = '']) => name)));
    const missing = [...named].filter((name) => !called('supabase').has(`rpc/${name}`));
    expect(missing.filter((name) => !isOnlyCommanded(name))).toEqual([]);
    expect(missing.length).toBeLessThan(5);
    expect(named.size).toBeGreaterThan(100);
  });

  test('every call of a vendor that a client can make has a row', () => {
    const ours = new Set(clients.flatMap((text) => [...text.matchAll(/new (\w+)Command\(/g)].map(([, name = '']) => name)));
    const seen = new Set(['secrets', 'ses', 'sns', 'eventbridge', 'stepfunctions'].flatMap((vendor) => [...called(vendor)]));
    expect([...ours].filter((name) => !seen.has(name))).toEqual(['Converse']); // `bedrock converse`, as the emulator names it
    expect(called('bedrock')).toEqual(new Set(['converse']));
    expect(knownCalls().twilio.filter((name) => !called('twilio').has(name))).toEqual([]);
  });

  test('docs/crash-matrix.md has a line for exactly these calls', () => {
    expect(linesOf(readFileSync('docs/crash-matrix.md', 'utf8'))).toEqual(linesOf(table(report.cells)));
  });

  test('two faults in different steps of one client are mended like one', () => {
    expect(report.pairs.filter(({ problems }) => problems.length > 0)).toEqual([]);
    expect(report.pairs).toHaveLength(6);
    expect(report.allPairs).toBeGreaterThan(5000);
  });

  test('nothing that AWS keeps (histories, inputs, events, payloads, answers, logs, alerts) tells a name, number, address, link, token or key', () => {
    expect(report.leaks).toEqual([]);
  });

  test('executions of earlier releases go on with today’s functions', () => {
    expect(report.releases).toEqual([]);
  });
});
