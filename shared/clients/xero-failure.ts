/** Failed calls of xero-node: it rejects with a JSON string that can hold request headers, and that must not get further than this. */
import * as z from 'zod';
import { TerminalError, TransientError } from '../errors';
import { parseJson } from '../json';

const Rejection = z.object({ response: z.object({ statusCode: z.int(), headers: z.record(z.string(), z.unknown()).default({}) }) });

/** `status` 0: no answer. */
export interface XeroFailure {
  status: number;
  /** The limit that a 429 names: minute, day, concurrent, appminute. https://developer.xero.com/documentation/guides/oauth2/limits/ */
  limit: string;
  retryAfterSeconds: string;
}

export function failureOf(rejection: unknown): XeroFailure {
  const parsed = Rejection.safeParse(typeof rejection === 'string' ? parseJson(rejection) : undefined);
  if (!parsed.success) return { status: 0, limit: '', retryAfterSeconds: '' };
  const { statusCode, headers } = parsed.data.response;
  return { status: statusCode, limit: short(headers['x-rate-limit-problem']), retryAfterSeconds: short(headers['retry-after']) };
}

/** A header goes into a message only as a word or a number. */
function short(header: unknown): string {
  return typeof header === 'string' && /^\w{1,20}$/.test(header) ? header : '?';
}

export function errorOf({ status, limit, retryAfterSeconds }: XeroFailure): TransientError | TerminalError {
  if (status === 429) return new TransientError(`Xero's ${limit} limit is reached, free again after ${retryAfterSeconds} s`);
  if (status === 0 || status < 400) return new TransientError('Xero gave no answer that can be read');
  if (status >= 500) return new TransientError(`Xero answered ${status}`);
  if (status === 401 || status === 403) return new TerminalError('VendorAccountProblem', `Xero refuses our connection (${status})`);
  return new TerminalError('VendorRequestRejected', `Xero rejected the request (${status})`);
}
