/** Xero: is the Custom Connection alive, ours, allowed to read invoices, and does its webhook come through? */
import { createHmac } from 'node:crypto';
import * as z from 'zod';
import type { Secret } from '../../../shared/secrets';
import type { Answer, Ask } from '../ask';
import { type Check, fail, ok, Unanswered, warn } from './check';

export interface XeroAccount {
  /** Xero's answer to a request for a token. */
  token: () => Promise<Answer>;
  /** Xero's API with this access token. */
  api: (accessToken: string) => Ask;
  webhookKey: () => Promise<Secret<'xero-webhook'>>;
  /** Our own webhook, whole URL. */
  webhook: () => Promise<Ask>;
  /** When screening last saw an event that came by the webhook. */
  lastWebhookAt: () => Promise<Date | null>;
  tenantIds: readonly string[];
  now: Date;
}

const vendor = 'Xero';
const page = 'developer.xero.com > My Apps > (the Custom Connection)';
const Token = z.object({ access_token: z.string(), scope: z.string().optional() });
const Connections = z.array(z.object({ tenantId: z.string(), tenantName: z.string().nullish() }));
const DAY_MS = 86_400_000;

const check = (name: string, run: Check['run']): Check => ({ vendor, name, run });

export function xeroChecks(account: XeroAccount): Check[] {
  return [
    check('token', async () => {
      await tokenOf(account);
      return ok('gives an access token');
    }),
    check('organisation', () => organisation(account)),
    check('scopes', () => scopes(account)),
    check('webhook key', () => webhookKey(account)),
    check('last webhook', () => lastWebhook(account)),
  ];
}

async function tokenOf({ token }: XeroAccount) {
  const answer = await token();
  const parsed = Token.safeParse(answer.body);
  if (answer.status === 200 && parsed.success) return parsed.data;
  throw new Unanswered("Xero's identity server", answer, `Check client id and secret at ${page}, then: npm run secrets -- xero`);
}

async function organisation(account: XeroAccount) {
  const { access_token } = await tokenOf(account);
  const answer = await account.api(access_token)('/connections');
  const connections = Connections.safeParse(answer.body);
  if (answer.status !== 200 || !connections.success) throw new Unanswered('Xero', answer, `Is the connection still authorised? ${page}`);
  const ours = new Set(account.tenantIds.map((id) => id.toLowerCase()));
  const [connected] = connections.data;
  if (!connected) return fail('the connection belongs to no organisation', `Have the organisation's owner authorise it: ${page}`);
  if (connections.data.some(({ tenantId }) => ours.has(tenantId.toLowerCase())))
    return ok('connected to the organisation of the deposit rule');
  return fail(
    `connected to organisation ${connected.tenantId}, which the deposit rule does not allow`,
    'Correct depositRule.tenantIds in infra/stages.ts, or connect the right organisation.',
  );
}

/** The proof of the scope is an answer: tokens of Custom Connections do not name their scopes reliably. */
async function scopes(account: XeroAccount) {
  const { access_token } = await tokenOf(account);
  const answer = await account.api(access_token)('/api.xro/2.0/Invoices?page=1&pageSize=1');
  if (answer.status === 200) return ok('may read invoices');
  if (answer.status === 401 || answer.status === 403)
    return fail(
      'may not read invoices',
      `Add the scope accounting.invoices.read (older apps: accounting.transactions.read) at ${page} and authorise anew.`,
    );
  throw new Unanswered('Xero', answer, 'Try again later: status.xero.com');
}

/** Xero's own first test, played against our webhook: a body without events, rightly and wrongly signed. */
async function webhookKey(account: XeroAccount) {
  const { webhookKey: key } = await account.webhookKey();
  const ask = await account.webhook();
  const body = '{"events":[],"firstEventSequence":0,"lastEventSequence":0,"entropy":"DOCTOR"}';
  const send = (signature: string) =>
    ask('', { method: 'POST', body, headers: { 'content-type': 'application/json', 'x-xero-signature': signature } });
  const right = await send(createHmac('sha256', key).update(body).digest('base64'));
  const wrong = await send(createHmac('sha256', `${key}x`).update(body).digest('base64'));
  if (right.status === 200 && wrong.status === 401) return ok('our webhook takes what the key signs and refuses what another signs');
  if (right.status === 401)
    return fail(
      'our webhook refuses what the key signs',
      'A rotated key is picked up within 5 minutes; else: npm run secrets -- xero-webhook',
    );
  if (wrong.status === 200) return fail('our webhook takes what another key signs', 'That is a bug: nothing may be deployed like this.');
  throw new Unanswered('our webhook', right, "Look at xero-webhook's log.");
}

async function lastWebhook({ lastWebhookAt, now }: XeroAccount) {
  const at = await lastWebhookAt();
  if (!at)
    return warn(
      'no webhook has come yet',
      `Paste XeroWebhookUrl of the stack's outputs at ${page} > Webhooks and choose Invoices; then change any invoice.`,
    );
  const days = Math.floor((now.getTime() - at.getTime()) / DAY_MS);
  const what = `the last one came ${days < 1 ? 'within a day' : `${days} days ago`}`;
  // Xero switches a subscription off after a day of failures; the sweep finds payments all the same.
  return days > 14 ? warn(what, `Is the subscription still enabled? ${page} > Webhooks. The sweep works meanwhile.`) : ok(what);
}
