/**
 * An execution failed, timed out or was stopped: tells the operator what happened, what to do and what a redrive would do.
 * Idempotent: one notice per end of the execution; a redrive that fails again is another end. A run that an offboarding has stopped is no news.
 */
import * as z from 'zod';
import { InvoiceNumber } from '../shared/invoice';
import { parseJson } from '../shared/json';
import { executions, failedRuns, noticeLog, notices, offboardings } from '../shared/services';
import { make } from '../shared/step';
import { type TellServices, tellOfFailure } from '../shared/tell-of-failure';

/** https://docs.aws.amazon.com/step-functions/latest/dg/eventbridge-integration.html ; `stopDate` in ms, `input` is dropped when it is large. */
const Ended = z.object({
  time: z.iso.datetime(),
  detail: z.object({
    executionArn: z.string(),
    status: z.enum(['FAILED', 'TIMED_OUT', 'ABORTED']),
    stopDate: z.number().nullish(),
    input: z.string().nullish(),
  }),
});
type Ended = z.infer<typeof Ended>;

/** Throws if the notice is not sure to have gone out; Lambda repeats then. */
export async function alertOperator({ time, detail }: Ended, services: TellServices): Promise<void> {
  const { executionArn, status, stopDate, input } = detail;
  const endedAt = new Date(stopDate ?? Date.parse(time));
  await tellOfFailure({ executionArn, status, endedAt }, services, invoiceNumberOf(input));
}

function invoiceNumberOf(input: string | null | undefined): string | undefined {
  const parsed = z.object({ invoiceNumber: InvoiceNumber }).safeParse(parseJson(input ?? ''));
  return parsed.data?.invoiceNumber;
}

export async function handler(event: unknown): Promise<void> {
  await alertOperator(Ended.parse(event), await make({ executions, failedRuns, noticeLog, notices, offboardings }));
}
