/**
 * Hourly: finds executions that failed and were never told of, for EventBridge delivers their events on a best-effort basis.
 * Idempotent: the alert is the same as alert-operator's, under the same key.
 */
import { describeError } from '../shared/errors';
import { StateMachineVariables, variables } from '../shared/config';
import { log } from '../shared/log';
import type { FailedExecution } from '../shared/ports/aws';
import { executions, failedRuns, noticeLog, notices, offboardings } from '../shared/services';
import { make } from '../shared/step';
import { noticeKey, type TellServices, tellOfFailure } from '../shared/tell-of-failure';

const DAY_MS = 86_400_000;
/** Redrive is possible for 14; what nobody was told of until then is told late rather than never. */
const DAYS = 15;
/** The event may still be on its way, and alert-operator at it. */
const GRACE_MS = 10 * 60_000;

/** Tells of all that is untold; then throws if any of it failed. Answers how many alerts were missing. */
export async function auditFailures(services: TellServices, machines: readonly string[], now: Date): Promise<number> {
  const failures: unknown[] = [];
  let told = 0;
  for (const ended of await untold(services, machines, now)) {
    try {
      await tellOfFailure(ended, services);
      told += 1;
    } catch (error) {
      log.warn('a failure could not be told of', describeError(error));
      failures.push(error);
    }
  }
  log.info('failures audited', { told, failures: failures.length });
  if (failures.length > 0) throw new AggregateError(failures, `${failures.length} alerts could not be sent`);
  return told;
}

async function untold({ executions, noticeLog }: TellServices, machines: readonly string[], now: Date): Promise<FailedExecution[]> {
  const since = new Date(now.getTime() - DAYS * DAY_MS);
  const byKey = new Map<string, FailedExecution>();
  for (const machine of machines)
    for (const ended of await executions.failedSince(machine, since)) {
      if (now.getTime() - ended.endedAt.getTime() < GRACE_MS) continue;
      byKey.set(noticeKey(ended, await executions.lastFailure(ended.executionArn)), ended);
    }
  const unsent = byKey.size > 0 ? await noticeLog.unsent([...byKey.keys()]) : [];
  return unsent.flatMap((key) => byKey.get(key) ?? []);
}

export async function handler(): Promise<void> {
  const { STATE_MACHINE_ARNS } = variables(StateMachineVariables);
  await auditFailures(await make({ executions, failedRuns, noticeLog, notices, offboardings }), STATE_MACHINE_ARNS, new Date());
}
