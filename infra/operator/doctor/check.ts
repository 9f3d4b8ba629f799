/** What a check is, and how all of them are run. */
import { describeError, TerminalError, TransientError } from '../../../shared/errors';
import { type Answer, outcomeOf } from '../ask';

/** `skipped`: it makes no sense here. */
export type Level = 'ok' | 'warn' | 'fail' | 'skipped';

/** `what` was found, one line without personal data; `todo`: what a person does about it. */
export interface Finding {
  level: Level;
  what: string;
  todo?: string;
}

/** One line of the report. It may throw: that is a failure as well. */
export interface Check {
  vendor: string;
  name: string;
  run: () => Promise<Finding>;
}
export type Report = Omit<Check, 'run'> & Finding;

export const ok = (what: string): Finding => ({ level: 'ok', what });
export const warn = (what: string, todo: string): Finding => ({ level: 'warn', what, todo });
export const fail = (what: string, todo: string): Finding => ({ level: 'fail', what, todo });
export const notHere = (): Finding => ({ level: 'skipped', what: 'no such thing on a laptop' });

/** Thrown by a check whose vendor did not answer as it should: the report's line is its message. */
export class Unanswered extends Error {
  readonly todo: string;

  constructor(who: string, answer: Answer, todo: string) {
    super(`${who} ${outcomeOf(answer)}`);
    this.name = 'Unanswered';
    this.todo = todo;
  }
}

/** Vendors side by side, the checks of one vendor one after the other, in the given order. */
export async function examine(checks: readonly Check[]): Promise<Report[]> {
  const vendors = [...new Set(checks.map(({ vendor }) => vendor))];
  const reports = await Promise.all(vendors.map((vendor) => inOrder(checks.filter((check) => check.vendor === vendor))));
  return reports.flat();
}

async function inOrder(checks: Check[]): Promise<Report[]> {
  const reports: Report[] = [];
  for (const { vendor, name, run } of checks) reports.push({ vendor, name, ...(await run().catch(findingOf)) });
  return reports;
}

/** Messages of others' errors may hold what must not be shown. */
function findingOf(thrown: unknown): Finding {
  if (thrown instanceof Unanswered) return fail(thrown.message, thrown.todo);
  if (thrown instanceof TerminalError || thrown instanceof TransientError)
    return fail(thrown.message, 'Put the secret in: npm run secrets -- --stage <stage>. Is AWS_PROFILE the right one?');
  const plain = thrown instanceof Error && thrown.constructor === Error;
  return fail(plain ? thrown.message : `the check itself failed (${describeError(thrown).error})`, 'Mend that and run the doctor again.');
}
