/** What all AWS clients have in common: one attempt, short timeouts, and our errors in place of theirs. */
import { NodeHttpHandler } from '@smithy/node-http-handler';
import * as z from 'zod';
import { TerminalError, TransientError } from '../errors';

export interface AwsOptions {
  timeoutMs?: number;
  /**
   * False for what must not be repeated. Lambda stops a function between two calls; a connection that the service closes meanwhile breaks at
   * the next request, and nobody knows whether that was taken.
   */
  reuseConnections?: boolean;
}

/** The Retry of the state machine and of the queues repeats, not the SDK: it would send a mail twice. Region, credentials and endpoint come from the environment. */
export function awsOptions({ timeoutMs = 8000, reuseConnections = true }: AwsOptions = {}) {
  const agent = { keepAlive: reuseConnections };
  return {
    maxAttempts: 1,
    requestHandler: new NodeHttpHandler({
      httpAgent: agent,
      httpsAgent: agent,
      connectionTimeout: 2000,
      requestTimeout: timeoutMs,
      throwOnRequestTimeout: true,
      socketTimeout: timeoutMs,
    }),
  };
}

const ServiceFailure = z.object({
  name: z.string(),
  $metadata: z.object({ httpStatusCode: z.int() }),
});
const NetworkFailure = z.object({ code: z.string() });

/** What is known of a failed call: the service's error name and HTTP status, or the network's error code. */
export interface AwsFailure {
  name: string;
  /** Undefined: no answer that could be read. */
  status: number | undefined;
}

export function awsFailure(thrown: unknown): AwsFailure {
  const service = ServiceFailure.safeParse(thrown);
  if (service.success) return { name: service.data.name, status: service.data.$metadata.httpStatusCode };
  return { name: networkCode(thrown) ?? (thrown instanceof Error ? thrown.name : 'unknown'), status: undefined };
}

/** The SDK sometimes wraps a network error and keeps its code in the message only. */
function networkCode(thrown: unknown): string | undefined {
  const { data } = NetworkFailure.safeParse(thrown);
  return data?.code ?? (thrown instanceof Error ? /\bE[A-Z]{4,}\b/.exec(thrown.message)?.[0] : undefined);
}

/** The SDK's names for an error body that it could not read: a gateway's page may hide a request that went through. */
const unnamed = ['Unknown', 'UnknownError', 'Error', 'SyntaxError'];
/** Throttling comes as HTTP 400 from most services. */
const throttled = /Throttl|TooManyRequests|LimitExceeded|RequestLimit|ServiceUnavailable|SlowDown/i;
const accessTrouble =
  /AccessDenied|AuthorizationError|UnrecognizedClient|InvalidClientTokenId|ExpiredToken|SignatureDoesNotMatch|InvalidSignature|MissingAuthentication/i;
/** The connection was never made, so nothing was accepted. */
const neverConnected = ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH'];

/** Our error for a failed call. `service` in the operator's words, for example "Amazon SES". */
export function awsError(service: string, thrown: unknown): TransientError | TerminalError {
  const { name, status } = awsFailure(thrown);
  if (status === undefined) {
    return new TransientError(`${service} gave no answer (${name})`, { accepted: neverConnected.includes(name) ? 'no' : 'unknown' });
  }
  if (status < 400) return new TransientError(`${service} gave an answer that cannot be read`);
  if (status >= 500 || status === 429 || throttled.test(name)) {
    return new TransientError(`${service} answered ${status} (${name})`, { accepted: unnamed.includes(name) ? 'unknown' : 'no' });
  }
  if (accessTrouble.test(name)) return new TerminalError('VendorAccountProblem', `${service} refuses our credentials (${name})`);
  return new TerminalError('VendorRequestRejected', `${service} rejected the request (${name})`);
}
