import type { Executions, FailedExecution, Failure } from '../../shared/ports/aws';
import { type Script, scripted } from './script';

interface Options extends Script<Executions> {
  /** Task tokens that are open. */
  open?: string[];
  /** By execution ARN. */
  lastFailures?: Record<string, Failure>;
  /** By state machine ARN. */
  failed?: Record<string, FailedExecution[]>;
  /** What a redrive says, by execution ARN; `redriven` where nothing is said. */
  redrives?: Record<string, Awaited<ReturnType<Executions['redrive']>>>;
}

/** `woken` maps the tokens that were answered to their output; `stopped` and `redriven` are execution ARNs. */
export function fakeExecutions({ open = [], lastFailures = {}, failed = {}, redrives = {}, ...script }: Options = {}) {
  const waiting = new Set(open);
  const woken = new Map<string, Record<string, string>>();
  const stopped: string[] = [];
  const redriven: string[] = [];
  const port: Executions = {
    async sendTaskSuccess(taskToken, output) {
      if (!waiting.delete(taskToken)) return 'gone';
      woken.set(taskToken, output);
      return 'accepted';
    },
    lastFailure: async (executionArn) => lastFailures[executionArn],
    async stop(executionArn) {
      stopped.push(executionArn);
    },
    async redrive(executionArn) {
      const answer = redrives[executionArn] ?? 'redriven';
      if (answer === 'redriven') redriven.push(executionArn);
      return answer;
    },
    failedSince: async (stateMachineArn, since) => (failed[stateMachineArn] ?? []).filter(({ endedAt }) => endedAt >= since),
  };
  return { ...scripted(port, script), waiting, woken, stopped, redriven };
}
