/** One alert for each end of an execution, whoever finds it first: the event or the hourly audit. */
import { describeError } from './errors';
import { failureNotice } from './failure-notice';
import { InvoiceNumber } from './invoice';
import { log } from './log';
import { type Notice, notifyOnce } from './notify-once';
import type { FailedExecution, FailedRun, Failure, Services } from './ports';

export type TellServices = Pick<Services, 'executions' | 'failedRuns' | 'noticeLog' | 'notices'>;

/** Names this end of the execution: a redrive that fails again is another end. */
export function noticeKey({ executionArn, endedAt }: FailedExecution, failure: Failure | undefined): string {
  return `execution/${executionArn}/${failure ? `event-${failure.eventId}` : endedAt.getTime()}`;
}

/** `invoice`: what the execution was started for, if the caller knows. Throws if the notice is not sure to have gone out. */
export async function tellOfFailure(ended: FailedExecution, services: TellServices, invoice?: string): Promise<void> {
  const failure = await services.executions.lastFailure(ended.executionArn);
  const run = await runOf(ended, services);
  const known = InvoiceNumber.safeParse(run?.invoiceNumber ?? invoice).data;
  const notice: Notice = {
    key: noticeKey(ended, failure),
    ...failureNotice({ ended, failure, run, invoice: known, now: new Date() }),
  };
  await notifyOnce(notice, services);
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
