/**
 * An execution failed, timed out or was stopped: tells the operator what happened and what to do.
 * Idempotent: one notice per end of the execution; a redrive that fails again is another end. A run that an offboarding stops is no news.
 */
import * as z from 'zod';
import { consoleUrl } from '../shared/console-url';
import { InvoiceNumber } from '../shared/invoice';
import { parseJson } from '../shared/json';
import { log } from '../shared/log';
import { notifyOnce } from '../shared/notify-once';
import type { Services } from '../shared/ports';
import { type Hint, hintFor } from '../shared/runbook-hints';
import { executions, noticeLog, notices, offboardings } from '../shared/services';
import { make } from '../shared/step';

/** https://docs.aws.amazon.com/step-functions/latest/dg/eventbridge-integration.html ; `stopDate` in ms, `input` is dropped when it is large. */
const Ended = z.object({
  time: z.iso.datetime(),
  detail: z.object({
    executionArn: z.string(),
    name: z.string(),
    status: z.enum(['FAILED', 'TIMED_OUT', 'ABORTED']),
    stopDate: z.number().nullish(),
    input: z.string().nullish(),
  }),
});
type Ended = z.infer<typeof Ended>;

/** Redrive is possible for 14 days after the end. https://docs.aws.amazon.com/step-functions/latest/dg/redrive-executions.html */
const REDRIVE_DAYS = 14;

type Needs = Pick<Services, 'executions' | 'noticeLog' | 'notices' | 'offboardings'>;
type Failure = { state: string; error: string; cause: string };

/** Throws if the notice is not sure to have gone out; Lambda repeats then. */
export async function alertOperator({ time, detail }: Ended, services: Needs): Promise<void> {
  const { executionArn, stopDate } = detail;
  const endedMs = stopDate ?? Date.parse(time);
  const offboarding = await services.offboardings.ofExecution(executionArn);
  if (offboarding?.kind === 'stopped' && detail.status === 'ABORTED') return log.info('stopped by an offboarding', { executionArn });
  const failure = await services.executions.lastFailure(executionArn);
  const invoice = offboarding?.invoiceNumber ?? invoiceNumberOf(detail.input);
  const subject = `${invoice ?? 'A client'}: ${failure ? `${failure.state} failed` : detail.status} - action needed`;
  const what = offboarding?.kind === 'offboarding' ? 'Offboarding' : 'Provisioning';
  const body = describe({ what, detail, failure, invoice: invoice ?? detail.name, endedMs });
  await notifyOnce({ key: `execution/${executionArn}/${endedMs}`, subject, body }, services);
}

function describe({
  what,
  detail,
  failure,
  invoice,
  endedMs,
}: {
  what: string;
  detail: Ended['detail'];
  failure: Failure | undefined;
  invoice: string;
  endedMs: number;
}) {
  const { executionArn, status } = detail;
  const state = failure?.state ?? 'unknown';
  const hint = hintFor({ state, error: failure?.error ?? 'unknown' });
  return [
    `${what} of the client with invoice ${invoice} has stopped (${status}).`,
    '',
    `Step:    ${state}`,
    `Error:   ${failure?.error ?? 'not in the history'}`,
    `Cause:   ${failure?.cause || hint.what}`,
    `Meaning: ${hint.what}.`,
    `Do:      ${hint.do.replaceAll('{invoice}', invoice)}`,
    '',
    redriveAdvice(hint, endedMs),
    consoleUrl(executionArn),
  ].join('\n');
}

function redriveAdvice({ redrive }: Hint, endedMs: number): string {
  if (!redrive) return "Don't redrive this execution. It is here:";
  const last = new Date(endedMs + REDRIVE_DAYS * 86_400_000).toISOString().slice(0, 16).replace('T', ' ');
  return [
    'Then open the execution and choose "Redrive". Only the failed step is repeated, and what follows it; nothing is done twice.',
    `That is possible for ${REDRIVE_DAYS} days, until ${last} UTC:`,
  ].join('\n');
}

function invoiceNumberOf(input: string | null | undefined): string | undefined {
  const parsed = z.object({ invoiceNumber: InvoiceNumber }).safeParse(parseJson(input ?? ''));
  return parsed.data?.invoiceNumber;
}

export async function handler(event: unknown): Promise<void> {
  await alertOperator(Ended.parse(event), await make({ executions, noticeLog, notices, offboardings }));
}
