/**
 * Xero tells that something changed: checks the signature, puts invoice events on our bus, answers at once.
 * Idempotent: a repeated webhook publishes its events again, and screening decides once. https://developer.xero.com/documentation/guides/webhooks/overview/
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import * as z from 'zod';
import type { InvoiceUpdated, OurEvent } from '../shared/events';
import { empty, type FunctionUrlAnswer, FunctionUrlEvent, rawBody, refuseMethod } from '../shared/function-url';
import { describeError } from '../shared/errors';
import { parseJson } from '../shared/json';
import { log } from '../shared/log';
import type { Services } from '../shared/ports';
import { eventPublisher, xeroWebhookKey } from '../shared/services';
import { make } from '../shared/step';

/** Xero sends categories that we don't know; the intent-to-receive check has no events at all. */
const Webhook = z.object({ events: z.array(z.looseObject({ eventCategory: z.string() })) });

/** Xero's times are UTC and come without the `Z`. */
const UtcTime = z
  .string()
  .transform((text) => new Date(/(Z|[+-]\d\d:?\d\d)$/i.test(text) ? text : `${text}Z`))
  .pipe(z.date())
  .transform((time) => time.toISOString());
const InvoiceEvent = z.object({ resourceId: z.guid(), tenantId: z.guid(), eventDateUtc: UtcTime });

interface Needs extends Pick<Services, 'eventPublisher'> {
  /** The webhook key as Xero shows it: the HMAC key is its text, not what it decodes to. */
  xeroWebhookKey: string;
}

/** 200: all is on the bus. 401: forged. 400: signed, but not what Xero documents. Throws if the bus did not take an event. */
export async function receiveXeroWebhook(event: FunctionUrlEvent, needs: Needs): Promise<FunctionUrlAnswer> {
  const refusal = refuseMethod(event);
  if (refusal) return refusal;
  const body = rawBody(event);
  if (!isSigned(body, event.headers['x-xero-signature'], needs.xeroWebhookKey)) return empty(401);
  const { updates, problems } = readWebhook(body.toString('utf8'));
  await needs.eventPublisher.publish(updates.map((detail): OurEvent => ({ detailType: 'Invoice Updated', detail })));
  if (problems.length === 0) return empty(200);
  log.error('signed Xero webhook is malformed', { problems: problems.join('; ') });
  return empty(400);
}

function isSigned(body: Buffer, signature: string | undefined, key: string): boolean {
  const expected = createHmac('sha256', key).update(body).digest();
  const given = Buffer.from(signature ?? '', 'base64');
  // Comparing the text as well refuses other spellings of the same bytes.
  return given.length === expected.length && timingSafeEqual(given, expected) && signature === expected.toString('base64');
}

/** What is readable goes on, even if a part is not. */
function readWebhook(text: string): { updates: InvoiceUpdated[]; problems: string[] } {
  const webhook = Webhook.safeParse(parseJson(text));
  if (!webhook.success) return { updates: [], problems: problemsOf(webhook.error) };
  const updates: InvoiceUpdated[] = [];
  const problems: string[] = [];
  for (const entry of webhook.data.events) {
    if (entry.eventCategory.toUpperCase() !== 'INVOICE') continue;
    const parsed = InvoiceEvent.safeParse(entry);
    if (!parsed.success) problems.push(...problemsOf(parsed.error));
    else updates.push(updateOf(parsed.data));
  }
  return { updates, problems };
}

function updateOf({ tenantId, resourceId, eventDateUtc }: z.infer<typeof InvoiceEvent>): InvoiceUpdated {
  return { tenantId: tenantId.toLowerCase(), invoiceId: resourceId.toLowerCase(), updatedUtc: eventDateUtc, via: 'webhook' };
}

function problemsOf(error: z.ZodError): string[] {
  return error.issues.map(({ path, message }) => `${path.join('.') || 'body'}: ${message}`);
}

/** 500 makes Xero repeat the webhook. */
export async function handler(event: unknown): Promise<FunctionUrlAnswer> {
  try {
    return await receiveXeroWebhook(FunctionUrlEvent.parse(event), await make({ eventPublisher, xeroWebhookKey }));
  } catch (error) {
    log.error('Xero webhook not taken', describeError(error));
    return empty(500);
  }
}
