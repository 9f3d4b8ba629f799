import { getExpectedTwilioSignature } from 'twilio/lib/webhooks/webhooks';
import { functionUrlEvent } from './function-url-event';

export const authToken = 'our-auth-token';
const host = 'https://abc.lambda-url.ap-southeast-2.on.aws';

interface Options {
  path?: string;
  /** What Twilio has as the base of the URL. */
  baseUrl?: string;
  signature?: string;
  base64?: boolean;
  method?: string;
}

/** A webhook as Twilio sends and signs it, and as Lambda hands it over. */
export function twilioRequest(form: Record<string, string>, options: Options = {}) {
  const { path = '/api/sms/webhook', baseUrl = host, base64 = true, method = 'POST' } = options;
  const { signature = getExpectedTwilioSignature(authToken, `${baseUrl}${path}`, form) } = options;
  const body = new URLSearchParams(form).toString();
  const headers = { 'x-twilio-signature': signature, 'content-type': 'application/x-www-form-urlencoded' };
  return functionUrlEvent({ path, method, body, base64, headers });
}
