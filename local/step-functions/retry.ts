import { z } from 'zod';
import type { StateError } from './errors';

/** The ErrorEquals of a Retry or Catch entry. */
export const ErrorNames = z.array(z.string().min(1)).min(1);

/** One entry of Retry; the numbers and their limits are AWS's. */
export const Retrier = z
  .strictObject({
    Comment: z.string().optional(),
    ErrorEquals: ErrorNames,
    IntervalSeconds: z.int().min(1).max(99_999_999).default(1),
    MaxAttempts: z.int().min(0).max(99_999_999).default(3),
    BackoffRate: z.number().min(1).default(2),
    MaxDelaySeconds: z.int().min(1).max(31_622_399).optional(),
    JitterStrategy: z.enum(['FULL', 'NONE']).default('NONE'),
  })
  .refine(({ MaxDelaySeconds, IntervalSeconds }) => MaxDelaySeconds === undefined || MaxDelaySeconds > IntervalSeconds, {
    path: ['MaxDelaySeconds'],
    message: 'must be greater than IntervalSeconds',
  });
export type Retrier = z.infer<typeof Retrier>;

/** `States.ALL` must stand alone, in the last entry. */
export function hasMisplacedCatchAll(entries: { ErrorEquals: string[] }[]): boolean {
  return entries.some(
    ({ ErrorEquals }, index) => ErrorEquals.includes('States.ALL') && (ErrorEquals.length > 1 || index < entries.length - 1),
  );
}

/** Whether a retrier's or catcher's ErrorEquals takes the error. */
export function matches(errorEquals: string[], failure: StateError): boolean {
  if (failure.error === 'States.Runtime') return false; // "will always cause the workflow execution to fail"
  return errorEquals.some(
    (name) =>
      name === failure.error ||
      (name === 'States.HeartbeatTimeout' && failure.heartbeat) ||
      (name === 'States.ALL' && failure.error !== 'States.DataLimitExceeded') ||
      (name === 'States.TaskFailed' && failure.error !== 'States.Timeout' && failure.error !== 'States.DataLimitExceeded'),
  );
}

export interface RetryQuestion {
  retriers: Retrier[];
  failure: StateError;
  /** How often each retrier was used since the state was entered; counted up here. */
  used: number[];
  random: () => number;
}

/** Milliseconds until the next attempt, or undefined: the first retrier that takes the error decides, used up or not. */
export function retryDelayMs({ retriers, failure, used, random }: RetryQuestion): number | undefined {
  const index = retriers.findIndex((retrier) => matches(retrier.ErrorEquals, failure));
  const retrier = retriers[index];
  const attempts = used[index] ?? 0;
  if (!retrier || attempts >= retrier.MaxAttempts) return undefined;
  retriers.forEach((_, at) => (used[at] ??= 0));
  used[index] = attempts + 1;
  const delay = Math.min(retrier.IntervalSeconds * retrier.BackoffRate ** attempts, retrier.MaxDelaySeconds ?? 99_999_999);
  return Math.round(1000 * delay * (retrier.JitterStrategy === 'FULL' ? random() : 1));
}
