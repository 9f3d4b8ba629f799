import { randomBytes } from 'node:crypto';
import type { Context } from 'hono';
import type { FaultAnswers } from '../kernel/faults';

/** A GUID as Xero spells it: lower case, and of no RFC version. */
export function guid(): string {
  const hex = randomBytes(16).toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

/** Xero's body for 401 and 403, for example `Detail: "AuthenticationUnsuccessful"`. */
export function denied(context: Context, status: 401 | 403, detail: string): Response {
  const title = status === 401 ? 'Unauthorized' : 'Forbidden';
  return context.json({ Type: null, Title: title, Status: status, Detail: detail, Instance: guid(), Extensions: {} }, status);
}

/** Xero answers an unknown resource in plain words, not JSON. */
export function notFound(context: Context): Response {
  return context.text("The resource you're looking for cannot be found", 404);
}

/** Xero's body for a query it cannot read. */
export function unreadableQuery(context: Context, message: string): Response {
  return context.json({ ErrorNumber: 16, Type: 'QueryParseException', Message: message }, 400);
}

/** Xero's 429, with an empty body; `problem` is the limit that was hit. https://developer.xero.com/documentation/guides/oauth2/limits/ */
export function tooMany(context: Context, problem: 'minute' | 'day' | 'concurrent', retryAfterSeconds: number): Response {
  return context.body('', 429, { 'retry-after': String(retryAfterSeconds), 'x-rate-limit-problem': problem });
}

/** The identity server's error body, for example `{"error": "invalid_client"}`. */
export function identityError(context: Context, error: string): Response {
  return context.json({ error }, 400);
}

/** The names that faults use for Xero's calls. */
export function callOf(context: Context): string {
  const path = context.req.path;
  if (path === '/connect/token') return 'token';
  if (path === '/connections') return 'connections';
  const [resource, id] = path.replace('/api.xro/2.0/', '').split('/');
  if (resource === 'Invoices') return id ? 'getInvoice' : 'getInvoices';
  if (resource === 'Contacts') return id ? 'getContact' : 'getContacts';
  return path;
}

function rejected(context: Context, code: string | undefined): Response {
  if (callOf(context) === 'token') return identityError(context, code ?? 'invalid_client');
  if (code === '401') return denied(context, 401, 'AuthenticationUnsuccessful');
  if (code === '404') return notFound(context);
  if (code === '400') return unreadableQuery(context, 'the query could not be read');
  return denied(context, 403, 'AuthenticationUnsuccessful');
}

/** How scripted faults look when Xero answers them. */
export const xeroFaultAnswers: FaultAnswers = {
  vendor: 'xero',
  callOf,
  rateLimited: (context) => tooMany(context, 'minute', 30),
  serverError: (context) =>
    context.json(
      {
        Title: 'An error occurred',
        Detail: 'An error occurred in Xero. Check the API Status page http://status.developer.xero.com for current service status.',
        Status: 500,
        Instance: guid(),
      },
      500,
    ),
  rejected,
};
