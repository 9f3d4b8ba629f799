/** Does the vendor take what the operator typed? Asked before a secret is written; reads only. */
import * as z from 'zod';
import type { Secret, SecretName } from '../../shared/secrets';
import { outcomeOf } from './ask';
import type { Places } from './stage-environment';
import { askSupabase, askTwilio, askXeroToken } from './vendors';

/** What is wrong, in plain English and without the secret; undefined if it is right. */
export type Problem = string | undefined;
export type SecretChecks = { [N in SecretName]: (secret: Secret<N>) => Promise<Problem> };

/** The checks against the vendors of a stage. */
export function secretChecks(places: Places): SecretChecks {
  return {
    xero: (secret) => checkXero(places, secret),
    'xero-webhook': async (secret) => checkWebhookKey(secret),
    twilio: (secret) => checkTwilio(places, secret),
    supabase: (secret) => checkSupabase(places, secret),
  };
}

async function checkXero({ xeroIdentityUrl }: Places, secret: Secret<'xero'>): Promise<Problem> {
  const answer = await askXeroToken(xeroIdentityUrl, secret);
  if (answer.status === 200 && z.object({ access_token: z.string() }).safeParse(answer.body).success) return undefined;
  if (answer.status === 400 || answer.status === 401) return 'Xero refuses this client id and secret.';
  return `Xero's identity server ${outcomeOf(answer)}.`;
}

/** Xero shows the key as 64 bytes in base64. Whether it is the right one only Xero knows: its console sends a signed test. */
function checkWebhookKey({ webhookKey }: Secret<'xero-webhook'>): Problem {
  if (/^[A-Za-z0-9+/]{86}==$/.test(webhookKey)) return undefined;
  return 'That is no webhook key: it has 88 characters and ends with ==.';
}

const Account = z.object({ status: z.string(), type: z.string() });

async function checkTwilio({ twilioApiUrl }: Places, secret: Secret<'twilio'>): Promise<Problem> {
  if (!/^AC[0-9a-f]{32}$/i.test(secret.accountSid)) return 'That is no account SID: it is AC and 32 hexadecimal digits.';
  const answer = await askTwilio(twilioApiUrl, secret)(`/2010-04-01/Accounts/${secret.accountSid}.json`);
  if (answer.status === 401 || answer.status === 403) return 'Twilio refuses this account SID and auth token.';
  const account = Account.safeParse(answer.body);
  if (answer.status !== 200 || !account.success) return `Twilio ${outcomeOf(answer)}.`;
  if (account.data.status !== 'active') return `The Twilio account is ${account.data.status}.`;
  return account.data.type === 'Trial' ? 'That is a trial account: it buys no Australian number. Upgrade it first.' : undefined;
}

/** Only a secret key may list users. */
async function checkSupabase({ supabaseUrl }: Places, { secretKey }: Secret<'supabase'>): Promise<Problem> {
  const answer = await askSupabase(supabaseUrl, secretKey)('/auth/v1/admin/users?page=1&per_page=1');
  if (answer.status === 200) return undefined;
  if (answer.status === 401 || answer.status === 403) return 'Supabase does not take this as the secret key of the project.';
  return `Supabase ${outcomeOf(answer)}.`;
}
