import type { Executions, FailedExecution, Failure } from '../../shared/ports';
import { type Script, scripted } from './script';

interface Options extends Script<Executions> {
  /** Task tokens that are open. */
  open?: string[];
  /** By execution ARN. */
  lastFailures?: Record<string, Failure>;
  /** By state machine ARN. */
  failed?: Record<string, FailedExecution[]>;
}

/** `woken` maps the tokens that were answered to their output. */
export function fakeExecutions({ open = [], lastFailures = {}, failed = {}, ...script }: Options = {}) {
  const waiting = new Set(open);
  const woken = new Map<string, Record<string, string>>();
  const port: Executions = {
    async sendTaskSuccess(taskToken, output) {
      if (!waiting.delete(taskToken)) return 'gone';
      woken.set(taskToken, output);
      return 'accepted';
    },
    lastFailure: async (executionArn) => lastFailures[executionArn],
    failedSince: async (stateMachineArn, since) => (failed[stateMachineArn] ?? []).filter(({ endedAt }) => endedAt >= since),
  };
  return { ...scripted(port, script), waiting, woken };
}
