/** One alert for each end of an execution, whoever finds it first: the event or the hourly audit. */
import { describeError } from './errors';
import { failureNotice } from './failure-notice';
import { InvoiceNumber } from './invoice';
import { log } from './log';
import { type Notice, notifyOnce } from './notify-once';
import type { Services } from './ports';
import type { FailedExecution, Failure } from './ports/aws';
import type { FailedRun } from './ports/ledger';

export type TellServices = Pick<Services, 'executions' | 'failedRuns' | 'noticeLog' | 'notices' | 'offboardings'>;

/** Names this end of the execution: a redrive that fails again is another end. */
export function noticeKey({ executionArn, endedAt }: FailedExecution, failure: Failure | undefined): string {
  return `execution/${executionArn}/${failure ? `event-${failure.eventId}` : endedAt.getTime()}`;
}

/** `invoice`: what the execution was started for, if the caller knows. Throws if the notice is not sure to have gone out. */
export async function tellOfFailure(ended: FailedExecution, services: TellServices, invoice?: string): Promise<void> {
  const failure = await services.executions.lastFailure(ended.executionArn);
  // Without an answer this is repeated, and the hourly audit comes after it: nothing goes out without the database anyway.
  const offboarding = await services.offboardings.ofExecution(ended.executionArn);
  if (offboarding?.kind === 'stopped' && ended.status === 'ABORTED') return passOver(noticeKey(ended, failure), services);
  const run = await runOf(ended, services);
  const known = InvoiceNumber.safeParse(run?.invoiceNumber ?? offboarding?.invoiceNumber ?? invoice).data;
  const notice: Notice = {
    key: noticeKey(ended, failure),
    ...failureNotice({ ended, failure, run, invoice: known, now: new Date() }),
  };
  await notifyOnce(notice, services);
}

/** An offboarding has stopped it, as an operator wanted: no news, not for the hourly audit either. */
async function passOver(key: string, { noticeLog }: TellServices): Promise<void> {
  if ((await noticeLog.claim(key)) === 'claimed') await noticeLog.recordSent(key);
  log.info('stopped by an offboarding', { notice: key });
}

/** An alert with less in it is better than none. */
async function runOf({ executionArn }: FailedExecution, { failedRuns }: TellServices): Promise<FailedRun | undefined> {
  try {
    return await failedRuns.byExecution(executionArn);
  } catch (error) {
    log.warn('the run of a failed execution could not be read', describeError(error));
    return undefined;
  }
}
