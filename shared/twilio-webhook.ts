/** What all webhooks that Twilio calls have in common. https://www.twilio.com/docs/usage/webhooks/webhooks-security */
import { validateRequest } from 'twilio/lib/webhooks/webhooks';
import * as z from 'zod';
import { empty, type FunctionUrlAnswer, type FunctionUrlEvent, rawBody, refuseMethod } from './function-url';
import { log } from './log';

/** `publicUrl`: the base URL that the number is configured with, if a proxy stands in front of the function. */
export interface WebhookSecurity {
  authToken: string;
  publicUrl: string | undefined;
}

/** An SMS as Twilio announces it. `From` is no E.164 number if the sender is alphanumeric or withheld. */
export const InboundSms = z.object({
  MessageSid: z.string().min(1).max(64),
  From: z.string().max(64),
  To: z.string().max(64),
  Body: z.string().default(''),
  NumMedia: z.coerce.number().int().nonnegative().default(0),
});
export type InboundSms = z.infer<typeof InboundSms>;

/** Twilio answers these itself and forwards them all the same; a reply would fail with error 21610. https://help.twilio.com/articles/223134027 */
const keyword = /^\s*(?:stop|stopall|unsubscribe|cancel|end|quit|revoke|optout|start|yes|unstop|help|info)\s*$/i;
export function isKeyword(body: string): boolean {
  return keyword.test(body);
}

/** The signed form in the given shape, or the answer that refuses it: 405, 403 for a wrong signature, 400 for a wrong form. */
export function readWebhook<T extends z.ZodType>(
  event: FunctionUrlEvent,
  schema: T,
  security: WebhookSecurity,
): { form: z.infer<T> } | { refusal: FunctionUrlAnswer } {
  const wrongMethod = refuseMethod(event);
  if (wrongMethod) return { refusal: wrongMethod };
  const parameters = Object.fromEntries(new URLSearchParams(rawBody(event).toString('utf8')));
  if (!isSigned(event, parameters, security)) return { refusal: empty(403) };
  const parsed = schema.safeParse(parameters);
  if (parsed.success) return { form: parsed.data };
  const problems = parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
  log.error('signed Twilio webhook is malformed', { problems: problems.join('; ') });
  return { refusal: empty(400) };
}

function isSigned(event: FunctionUrlEvent, parameters: Record<string, string>, { authToken, publicUrl }: WebhookSecurity): boolean {
  const signature = event.headers['x-twilio-signature'];
  if (signature === undefined) return false;
  return calledUrls(event, publicUrl).some((url) => validateRequest(authToken, signature, url, parameters));
}

/** The URL as Twilio has it: it signs that and not what a proxy makes of it. Numbers that were bought before the proxy came still have the function's own. */
function calledUrls({ headers, requestContext, rawPath, rawQueryString }: FunctionUrlEvent, publicUrl: string | undefined): string[] {
  const own = `${headers['x-forwarded-proto'] ?? 'https'}://${requestContext.domainName}`;
  const bases = publicUrl ? [publicUrl.replace(/\/+$/, ''), own] : [own];
  return bases.map((base) => `${base}${rawPath}${rawQueryString ? `?${rawQueryString}` : ''}`);
}
