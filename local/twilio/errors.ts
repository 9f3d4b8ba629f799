import { randomBytes } from 'node:crypto';
import type { Context } from 'hono';
import { HTTPException } from 'hono/http-exception';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import type { FaultAnswers } from '../kernel/faults';

/** Twilio's errors by code: HTTP status and message; `{}` is filled in. https://www.twilio.com/docs/api/errors */
const ERRORS: Record<number, [status: ContentfulStatusCode, message: string]> = {
  20001: [400, 'Invalid parameter'],
  20003: [401, 'Authenticate'],
  20005: [403, 'Account is not active'],
  20404: [404, 'The requested resource {} was not found'],
  20429: [429, 'Too Many Requests'],
  20500: [500, 'An internal server error has occurred'],
  20503: [503, 'Service is unavailable, please try again'],
  21211: [400, "Invalid 'To' Phone Number: {}"],
  21212: [400, 'Invalid From Number (caller ID): {}'],
  21266: [400, "'To' and 'From' number cannot be the same: {}"],
  21402: [400, 'The URL {} is not valid'],
  21403: [400, 'Invalid Method: {}'],
  21404: [400, 'Trial accounts are allowed only one Twilio number. To purchase additional numbers, please upgrade your account.'],
  21408: [400, "Permission to send an SMS has not been enabled for the region indicated by the 'To' number: {}"],
  21421: [400, 'The phone number {} is invalid.'],
  21422: [400, 'The phone number {} is not available.'],
  21450: [400, 'Phone number and area code are both empty.'],
  21602: [400, 'Message body is required.'],
  21603: [400, "A 'From' phone number is required."],
  21604: [400, "A 'To' phone number is required."],
  21606: [400, 'The From phone number {} is not a valid, SMS-capable inbound phone number or short code for your account.'],
  21610: [400, 'Attempt to send to unsubscribed recipient'],
  21614: [400, 'To number: {}, is not a mobile number'],
  21615: [400, 'Phone Number Requires a Local Address'],
  21617: [400, 'The concatenated message body exceeds the 1600 character limit'],
  21631: [400, "Phone Number Requires an Address but the 'AddressSid' parameter was empty."],
  21649: [400, 'Bundle required and not provided for country: [AU] and numberType: [{}]'],
  21650: [400, 'Invalid Bundle: {}'],
  21651: [400, 'Address not contained in bundle: {}'],
  11200: [400, 'HTTP retrieval failure: {}'],
  11205: [400, 'HTTP connection failure: {}'],
  12100: [400, 'Document parse failure: {}'],
  12200: [400, 'Schema validation warning: {}'],
  12300: [400, 'Invalid Content-Type: {}'],
  14103: [400, 'Message Invalid Body'],
  14107: [400, 'Message send rate limit: 15 replies between the same pair in 30 seconds'],
  30003: [400, 'Unreachable destination handset'],
  63038: [429, 'Account exceeded the daily messages limit'],
};

/** An API call that Twilio refuses with one of its codes; `about` fills the message. */
export function refuse(code: number, about = ''): HTTPException {
  const [status] = ERRORS[code] ?? [400, ''];
  return new HTTPException(status, { res: errorResponse(code, about) });
}

/** What the code means, for message logs. */
export function meaning(code: number, about = ''): string {
  return (ERRORS[code]?.[1] ?? 'Invalid parameter').replace('{}', about);
}

/** Twilio's error body: `{code, message, more_info, status}`. */
export function errorResponse(code: number, about = ''): Response {
  const [status] = ERRORS[code] ?? [400, ''];
  const body = { code, message: meaning(code, about), more_info: `https://www.twilio.com/docs/errors/${code}`, status };
  return Response.json(body, { status, headers: requestHeaders() });
}

/** Headers on every answer of Twilio's API. */
export function requestHeaders(): Record<string, string> {
  return {
    'twilio-request-id': sid('RQ'),
    'twilio-concurrent-requests': '1',
    'twilio-request-duration': '0.012',
    'x-api-domain': 'api.twilio.com',
  };
}

/** A new identifier: two letters and 32 hex digits. */
export function sid(prefix: string): string {
  return prefix + randomBytes(16).toString('hex');
}

const CALLS: [method: string, path: RegExp, call: string][] = [
  ['GET', /\/AvailablePhoneNumbers\//, 'searchNumbers'],
  ['POST', /\/IncomingPhoneNumbers\.json$/, 'createNumber'],
  ['GET', /\/IncomingPhoneNumbers\.json$/, 'listNumbers'],
  ['POST', /\/IncomingPhoneNumbers\/PN/, 'updateNumber'],
  ['GET', /\/IncomingPhoneNumbers\/PN/, 'fetchNumber'],
  ['DELETE', /\/IncomingPhoneNumbers\/PN/, 'deleteNumber'],
  ['POST', /\/Messages\.json$/, 'createMessage'],
  ['GET', /\/Messages\.json$/, 'listMessages'],
  ['GET', /\/Messages\/[SM]M/, 'fetchMessage'],
  ['GET', /\/Balance\.json$/, 'balance'],
  ['GET', /^\/v[12]\/(PhoneNumbers|Messaging)\//, 'pricing'],
];

/** The names that faults use for Twilio's calls. */
export function callOf(context: Context): string {
  const { method, path } = context.req;
  return CALLS.find(([verb, pattern]) => verb === method && pattern.test(path))?.[2] ?? path;
}

/** What a `reject` without a code means, per call. */
const USUAL_REFUSAL: Record<string, number> = { createNumber: 21422, createMessage: 21610, fetchNumber: 20404, fetchMessage: 20404 };

/** How scripted faults look when Twilio answers them. */
export const twilioFaultAnswers: FaultAnswers = {
  vendor: 'twilio',
  callOf,
  rateLimited: () => errorResponse(20429),
  serverError: () => errorResponse(20503),
  rejected: (context, code) => errorResponse(Number(code ?? USUAL_REFUSAL[callOf(context)] ?? 20001)),
};
