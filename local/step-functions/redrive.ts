import type { Execution } from './execution';
import { MAX_EVENTS } from './history';

const REDRIVABLE_MS = 14 * 24 * 3600 * 1000; // https://docs.aws.amazon.com/step-functions/latest/apireference/API_RedriveExecution.html

/** Why an execution cannot be redriven, in AWS's words; undefined if it can. */
export function notRedrivableReason({ status, stopMs = 0, lastEventId }: Execution): string | undefined {
  if (status === 'RUNNING' || status === 'SUCCEEDED') return `Execution is ${status} and cannot be redriven`;
  if (Date.now() - stopMs > REDRIVABLE_MS) return 'Execution redrivable period exceeded';
  if (lastEventId >= MAX_EVENTS - 1) return 'Execution history event limit exceeded';
  return undefined;
}

/** `redriveStatus` and its reason as DescribeExecution and the status-change event give them. */
export function redriveStatus(execution: Execution) {
  const reason = notRedrivableReason(execution);
  return reason === undefined ? { redriveStatus: 'REDRIVABLE' } : { redriveStatus: 'NOT_REDRIVABLE', redriveStatusReason: reason };
}
