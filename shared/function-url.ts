/** What a Lambda function URL hands to a handler, and what the handler answers. https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html */
import * as z from 'zod';

/** The parts of payload format 2.0 that we read; header names come in lower case. */
export const FunctionUrlEvent = z.object({
  rawPath: z.string(),
  rawQueryString: z.string().default(''),
  headers: z.record(z.string(), z.string()),
  requestContext: z.object({ domainName: z.string(), http: z.object({ method: z.string() }) }),
  body: z.string().optional(),
  isBase64Encoded: z.boolean().default(false),
});
export type FunctionUrlEvent = z.infer<typeof FunctionUrlEvent>;

export interface FunctionUrlAnswer {
  statusCode: number;
  headers?: Record<string, string>;
  /** Never absent: a handler that returns no body makes Lambda send `null`. */
  body: string;
}

/** An answer with an empty body. */
export function empty(statusCode: number): FunctionUrlAnswer {
  return { statusCode, body: '' };
}

/** 405 for everything but POST, undefined for POST. */
export function refuseMethod(event: FunctionUrlEvent): FunctionUrlAnswer | undefined {
  if (event.requestContext.http.method === 'POST') return undefined;
  return { ...empty(405), headers: { allow: 'POST' } };
}

/** The bytes that the sender sent and signed: JSON bodies arrive as text, form bodies in base64. */
export function rawBody({ body = '', isBase64Encoded }: FunctionUrlEvent): Buffer {
  return Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8');
}
