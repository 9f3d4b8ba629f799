/** AWS's JSON 1.0 and 1.1 protocols: the operation in `X-Amz-Target`, errors with `__type`. */
import type { Context } from 'hono';
import { z } from 'zod';
import type { FaultAnswers } from '../kernel/faults';

/** An error that AWS answers; `status` is 400 for the caller's errors and 500 for the service's. */
export class AwsError extends Error {
  readonly code: string;
  readonly status: 400 | 404 | 429 | 500 | 503;

  constructor(code: string, message: string, status: AwsError['status'] = 400) {
    super(message);
    this.name = 'AwsError';
    this.code = code;
    this.status = status;
  }
}

/** `PutEvents` of `AWSEvents.PutEvents`. */
export const operationOf = (context: Context) => context.req.header('x-amz-target')?.split('.').at(-1) ?? '';

export function jsonError(context: Context, { code, message, status }: AwsError): Response {
  return context.json({ __type: code, message }, status, { 'x-amzn-errortype': code, 'content-type': 'application/x-amz-json-1.1' });
}

/** The body of a request, checked. Throws the SerializationException or ValidationException that AWS answers. */
export async function jsonBody<T>(context: Context, schema: z.ZodType<T>): Promise<T> {
  const body: unknown = await context.req.json().catch(() => {
    throw new AwsError('SerializationException', 'the body is not JSON');
  });
  const parsed = schema.safeParse(body);
  if (!parsed.success) throw new AwsError('ValidationException', z.prettifyError(parsed.error));
  return parsed.data;
}

/** What an error thrown in a route becomes. */
export function answerError(cause: Error, context: Context): Response {
  if (cause instanceof AwsError) return jsonError(context, cause);
  return jsonError(context, new AwsError('InternalFailure', cause.message, 500));
}

/** How a service of the JSON protocol words the armed faults. */
export function jsonFaults(vendor: FaultAnswers['vendor'], throttled = 'ThrottlingException'): FaultAnswers {
  return {
    vendor,
    callOf: operationOf,
    rateLimited: (context) => jsonError(context, new AwsError(throttled, 'Rate exceeded')),
    serverError: (context) => jsonError(context, new AwsError('InternalFailure', 'Internal server error', 500)),
    rejected: (context, code) => jsonError(context, new AwsError(code ?? 'AccessDeniedException', 'a scripted error')),
  };
}
