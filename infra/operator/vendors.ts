/** The vendors' APIs, as the operator's commands ask them. */
import type { Secret } from '../../shared/secrets';
import { type Ask, askAt, basic } from './ask';

/** Twilio has one host per product; on a laptop all of them are one. */
export type TwilioHost = 'api' | 'numbers' | 'pricing' | 'accounts' | 'messaging';

/** `apiUrl` as https://api.twilio.com */
export function askTwilio(apiUrl: string, { accountSid, authToken }: Secret<'twilio'>, host: TwilioHost = 'api'): Ask {
  return askAt(apiUrl.replace('//api.', `//${host}.`), basic(accountSid, authToken));
}

/** With a publishable or secret key; a legacy key (a JWT) goes into both headers. */
export function askSupabase(url: string, key: string): Ask {
  return askAt(url, { apikey: key, ...(key.startsWith('eyJ') && { authorization: `Bearer ${key}` }) });
}

/** Any endpoint of Xero that takes an access token. */
export function askXero(apiUrl: string, accessToken: string): Ask {
  return askAt(apiUrl, { authorization: `Bearer ${accessToken}`, accept: 'application/json' });
}

/** The token endpoint; no scope, because a Custom Connection refuses any. https://developer.xero.com/documentation/guides/oauth2/custom-connections/ */
export async function askXeroToken(identityUrl: string, { clientId, clientSecret }: Secret<'xero'>) {
  return askAt(identityUrl, basic(clientId, clientSecret))('/connect/token', {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: 'grant_type=client_credentials',
  });
}
