import type { Executions } from '../../shared/ports';
import { type Script, scripted } from './script';

type Failure = NonNullable<Awaited<ReturnType<Executions['lastFailure']>>>;

interface Options extends Script<Executions> {
  /** Task tokens that are open. */
  open?: string[];
  /** By execution ARN. */
  lastFailures?: Record<string, Failure>;
}

/** `woken` maps the tokens that were answered to their output. */
export function fakeExecutions({ open = [], lastFailures = {}, ...script }: Options = {}) {
  const waiting = new Set(open);
  const woken = new Map<string, Record<string, string>>();
  const port: Executions = {
    async sendTaskSuccess(taskToken, output) {
      if (!waiting.delete(taskToken)) return 'gone';
      woken.set(taskToken, output);
      return 'accepted';
    },
    lastFailure: async (executionArn) => lastFailures[executionArn],
  };
  return { ...scripted(port, script), waiting, woken };
}
