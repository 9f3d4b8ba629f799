/**
 * Re-issues a run: claims it for the new execution first, then starts that one under its fixed name. Idempotent: whoever repeats it, or does it
 * at the same time, claims the same name and starts the same execution; a crash in between is made good by the next command.
 */
import type { Reissues } from '../../shared/reissue';
import type { OperatorExecutions } from './executions';
import type { ReissuePlan } from './reissue-plan';

interface Uses {
  reissues: Pick<Reissues, 'claim'>;
  executions: Pick<OperatorExecutions, 'start'>;
}

/** Throws if the run has moved since it was planned. */
export async function reissue({ runId, invoiceNumber, from, to, input }: ReissuePlan, services: Uses, by: string): Promise<void> {
  const outcome = await services.reissues.claim({ runId, from, to, by });
  if (outcome === 'moved') throw new Error(`Somebody else has just re-issued ${invoiceNumber}: look again.`);
  if (outcome !== 'claimed') throw new Error(`${invoiceNumber} has just been ${outcome}.`);
  await services.executions.start({ executionArn: to, input });
}
