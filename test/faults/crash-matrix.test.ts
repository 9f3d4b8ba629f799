/**
 * Every fault of every effect, mended in one of three ways (`npm run crash-matrix`: in every function; with `--all`: in all three ways). The matrix runs in
 * processes of its own, which replay each step from a prepared state of the real database; here stands what must come of it.
 */
import { execFile } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { functionNames } from '../../infra/function-settings';
import type { Report } from './shard';
import { linesOf, table } from './table';

const program = 'dist/test/faults/crash-matrix.js';
const seed = process.env['CRASH_MATRIX_SEED'] ?? '1';
let report: Report & { seconds: number };

/** What the walk has to tell an owner at night waits for the morning, so these two functions share the work by the time of day. */
const anyTime = (lines: string[]) => lines.filter((line) => !/^(alert-owner|send-due-alerts) /.test(line));

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
    expect(report.cells.length).toBeGreaterThan(700);
  });

  test('every function is shot at', () => {
    expect(new Set(report.invoked)).toEqual(new Set(functionNames));
    expect(new Set(report.cells.map(({ fn }) => fn))).toEqual(new Set(functionNames));
  });

  /** Named in a bundle and not called in the walk, with the reason: a gap: these have no line yet, and the walk should come to them. */
  const neverCalled: Record<string, string> = {
    ...Object.fromEntries(
      [
        'calendar_feed',
        'export_leads',
        'find_email_change',
        'operator_audits',
        'operator_leads',
        'operator_offboardings',
        'operator_thread',
      ].map((name) => [name, 'only reads, for a page that nobody opens in the walk']),
    ),
    ...Object.fromEntries(
      ['decide_screening', 'record_number_repair', 'settle_mails'].map((name) => [
        name,
        "an operator's command, in a client that functions share",
      ]),
    ),
    delete_lead: 'one transaction of a signed-in person, who presses again',
    operator_flagged_message: 'reads, and notes in the trail that it was read',
    operator_restart_offboarding: 'an offboarding whose start was lost; nudge-offboarding does the same and is in the walk',
    record_announced: 'a lead that is announced late; the alert itself is planned once per event',
    record_sign_in_failure: 'counts a failed sign-in',
    release_number: 'a number that somebody else has bought meanwhile',
    skip_text_back: 'notes why a caller gets no text',
  };

  test('every database function that a function names has a row, and so has every call of a vendor', () => {
    const bundles = globSync('dist/functions/*/index.js').map((file) => readFileSync(file, 'utf8'));
    const named = bundles.flatMap((text) => [...text.matchAll(/\.(?:call|rpc)\("([a-z_]+)"/g)].map(([, name = '']) => name));
    const called = new Set(report.calls.map((call) => call.split(' ').at(-1)?.replace('rpc/', '')));
    expect([...new Set(named)].filter((name) => !called.has(name) && !(name in neverCalled))).toEqual([]);
    expect(new Set(named).size).toBeGreaterThan(100);
  });

  test('docs/crash-matrix.md has a line for exactly these calls', () => {
    expect(anyTime(linesOf(readFileSync('docs/crash-matrix.md', 'utf8')))).toEqual(anyTime(linesOf(table(report.cells))));
  });

  test('nothing that AWS keeps (histories, inputs, events, payloads, answers, logs, alerts) tells a name, number, address, link, token or key', () => {
    expect(report.leaks).toEqual([]);
  });

  test('executions of earlier releases go on with today’s functions', () => {
    expect(report.releases).toEqual([]);
  });
});
