/** The retry table of the style guide, as retriers. Sums in seconds. */
import { terminalCodes } from '../../shared/errors';
import type { Retrier } from './machine';

/** Lambda's own failures that pass. https://docs.aws.amazon.com/step-functions/latest/dg/sfn-best-practices.html#bp-lambda-serviceexception */
const lambdaFailures = [
  'Lambda.ServiceException',
  'Lambda.AWSLambdaException',
  'Lambda.SdkClientException',
  'Lambda.TooManyRequestsException',
  'Lambda.ClientExecutionTimeoutException',
  'Lambda.Unknown',
  'Sandbox.Timedout',
];

const never = { MaxAttempts: 0 };
const terminal: Retrier = { ErrorEquals: [...terminalCodes], ...never };
const timeout: Retrier = { ErrorEquals: ['States.Timeout'], ...never };
const transient: Retrier = {
  ErrorEquals: ['TransientError', ...lambdaFailures],
  IntervalSeconds: 2,
  BackoffRate: 2,
  MaxDelaySeconds: 60,
  MaxAttempts: 6,
  JitterStrategy: 'FULL',
};
const unknown: Retrier = { ErrorEquals: ['States.ALL'], IntervalSeconds: 5, BackoffRate: 2, MaxAttempts: 2 };
const emailUnconfirmed: Retrier = { ErrorEquals: ['EmailUnconfirmed'], IntervalSeconds: 900, BackoffRate: 1, MaxAttempts: 1 };
const stepAtWork: Retrier = { ErrorEquals: ['StepAtWork'], IntervalSeconds: 5, BackoffRate: 1, MaxAttempts: 30 };
const replyPending: Retrier = { ErrorEquals: ['ReplyPending'], IntervalSeconds: 15, BackoffRate: 1, MaxAttempts: 20 };

/** What is special about a Task. */
export interface Traits {
  callback: boolean;
  mails: boolean;
  awaitsReply: boolean;
  awaitsStep: boolean;
}

/** The retriers that a Task must have, in order. */
export function retriersFor({ callback, mails, awaitsReply, awaitsStep }: Traits): Retrier[] {
  return [
    ...(callback ? [timeout] : []),
    terminal,
    ...(mails ? [emailUnconfirmed] : []),
    ...(awaitsReply ? [replyPending] : []),
    ...(awaitsStep ? [stepAtWork] : []),
    transient,
    unknown,
  ];
}
