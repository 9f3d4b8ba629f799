import { z } from 'zod';
import type { Invocation } from '../kernel/wiring';

const Structured = z.object({
  statusCode: z.int().min(100).max(599),
  headers: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]).transform(String)).default({}),
  cookies: z.array(z.string()).default([]),
  body: z.string().nullish(),
  isBase64Encoded: z.boolean().default(false),
});

const LARGEST_BODY = 6 * 1024 * 1024;
const bodiless = new Set([101, 204, 205, 304]);
const ownHeaders = new Set(['connection', 'content-length', 'transfer-encoding', 'keep-alive']); // the server's, not the function's

/** What a function URL answers for what its function returned; 502 for an error or an answer that makes no sense. */
export function functionUrlAnswer(invocation: Invocation): Response {
  if ('error' in invocation) return badGateway();
  const { payload } = invocation;
  const isStructured = typeof payload === 'object' && payload !== null && 'statusCode' in payload;
  if (!isStructured) return plain(typeof payload === 'string' ? payload : JSON.stringify(payload));
  const parsed = Structured.safeParse(payload);
  return parsed.success ? structured(parsed.data) : badGateway();
}

/** The request was larger than Lambda takes. */
export function tooLarge(): Response {
  return Response.json({ Message: 'Request must be smaller than 6291456 bytes for the InvokeFunction operation' }, { status: 413 });
}

function plain(body: string): Response {
  return new Response(body, { headers: { 'content-type': 'application/json' } });
}

function structured({ statusCode, headers: given, cookies, body, isBase64Encoded }: z.infer<typeof Structured>): Response {
  const headers = new Headers({ 'content-type': 'application/json' });
  for (const [name, value] of Object.entries(given)) if (!ownHeaders.has(name.toLowerCase())) headers.set(name, value);
  for (const cookie of cookies) headers.append('set-cookie', cookie);
  const bytes = Buffer.from(body ?? '', isBase64Encoded ? 'base64' : 'utf8');
  if (bytes.length > LARGEST_BODY || statusCode < 200) return badGateway();
  return new Response(bodiless.has(statusCode) ? null : bytes, { status: statusCode, headers });
}

function badGateway(): Response {
  return new Response('Internal Server Error', { status: 502, headers: { 'content-type': 'text/plain' } });
}
