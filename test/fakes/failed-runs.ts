import type { FailedRun, FailedRuns } from '../../shared/ports/ledger';
import { type Script, scripted } from './script';

/** Runs by their execution's ARN. */
export function fakeFailedRuns({ runs = {}, ...script }: { runs?: Record<string, FailedRun> } & Script<FailedRuns> = {}) {
  const port: FailedRuns = { byExecution: async (executionArn) => runs[executionArn] };
  return { ...scripted(port, script), runs };
}
