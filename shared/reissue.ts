/** A run that goes on in a new execution, because the old one can no longer be redriven. Pure, but for the port. */
import * as z from 'zod';
import { NumberState, StepName } from './run';
import { StepReport } from './run-report';

/** What the operator decides on. `issue`: which execution of the run this is, from 1. `executionId` is null if the run never had one. */
export const RunToReissue = z.object({
  runId: z.uuid(),
  invoiceId: z.guid().nullable(),
  tenantId: z.guid().nullable(),
  invoiceNumber: z.string(),
  executionId: z.string().nullable(),
  issue: z.int(),
  status: z.enum(['running', 'completed', 'cancelled']),
  clientStatus: z.string(),
  hasForm: z.boolean(),
  number: z.object({ e164: z.string(), state: z.string() }).nullable(),
  steps: z.array(z.object({ step: StepName, status: StepReport.shape.status, error: z.string().nullable() })),
  /** Templates of the mails that nobody knows went out. */
  unsettledMails: z.array(z.string()),
});
export type RunToReissue = z.infer<typeof RunToReissue>;

/** Whether a run's number is bought beyond doubt. */
export const isBought = (state: string): boolean => state !== NumberState.enum.reserved && state !== NumberState.enum.requested;

/** `provisioning_runs`, for the operator. */
export interface Reissues {
  /** Undefined if no run has this invoice. */
  find(invoiceNumber: string): Promise<RunToReissue | undefined>;
  /** From now on the run is `to`'s, and `from` can do nothing any more. `claimed` to the same claim again; `moved`: somebody else came first. */
  claim(claim: { runId: string; from: string; to: string; by: string }): Promise<'claimed' | 'moved' | 'completed' | 'cancelled'>;
}
