import { createHash, randomBytes } from 'node:crypto';
import type { Context, Hono, MiddlewareHandler } from 'hono';
import { z } from 'zod';
import { Collection } from '../kernel/collection';
import type { Store } from '../kernel/store';
import { denied, guid, identityError } from './answers';

const Token = z.object({ expiresMs: z.number() });
const LIFETIME_SECONDS = 1800; // https://developer.xero.com/documentation/guides/oauth2/custom-connections/

/** The Custom Connection that may use the API. */
export interface CustomConnection {
  clientId: string;
  clientSecret: string;
  tenantId: string;
}

const MOST_TOKENS = 1000;

/** Bearer tokens of a Custom Connection: issued for 30 minutes of local time, stored hashed. */
export class Tokens {
  readonly #tokens: Collection<z.infer<typeof Token>>;

  constructor(store: Store) {
    this.#tokens = new Collection(store, 'xero_tokens', Token);
  }

  async issue(): Promise<string> {
    const old = this.#tokens.entries().slice(0, -MOST_TOKENS); // by number, not by age: tests put the clock back
    for (const [id] of old) await this.#tokens.delete(id);
    const token = randomBytes(48).toString('base64url');
    await this.#tokens.put(hash(token), { expiresMs: Date.now() + LIFETIME_SECONDS * 1000 });
    return token;
  }

  /** Xero's complaint about an Authorization header, or undefined when it is good. */
  complaint(authorization: string | undefined): string | undefined {
    const token = this.#tokens.get(hash(authorization?.replace(/^Bearer /, '') ?? ''));
    if (!authorization?.startsWith('Bearer ') || !token) return 'AuthenticationUnsuccessful';
    if (token.expiresMs > Date.now()) return undefined;
    return `TokenExpired: token expired at ${xeroMoment(token.expiresMs)}`;
  }
}

/** Requires a live bearer token. */
export function bearer(tokens: Tokens): MiddlewareHandler {
  return async (context, next) => {
    const complaint = tokens.complaint(context.req.header('authorization'));
    return complaint ? denied(context, 401, complaint) : next();
  };
}

/** Adds `POST /connect/token` (client_credentials without scope, as new Custom Connections want it) and `GET /connections`. */
export function addIdentity(app: Hono, tokens: Tokens, connection: CustomConnection): void {
  app.post('/connect/token', async (context) => {
    const form = new URLSearchParams(await context.req.text());
    const refusal = refusalOf(context, form, connection);
    if (refusal) return identityError(context, refusal);
    const token = await tokens.issue();
    return context.json({ access_token: token, expires_in: LIFETIME_SECONDS, token_type: 'Bearer', scope: 'accounting.transactions' });
  });
  app.get('/connections', bearer(tokens), (context) => {
    const created = new Date(Date.now()).toISOString().replace('Z', '0000');
    const names = { tenantId: connection.tenantId, tenantType: 'ORGANISATION', tenantName: 'CoreSentia' };
    return context.json([{ id: guid(), authEventId: guid(), ...names, createdDateUtc: created, updatedDateUtc: created }]);
  });
}

function refusalOf(context: Context, form: URLSearchParams, { clientId, clientSecret }: CustomConnection): string | undefined {
  const credentials = Buffer.from(`${clientId}:${clientSecret}`).toString('base64');
  if (context.req.header('authorization') !== `Basic ${credentials}`) return 'invalid_client';
  if (!context.req.header('content-type')?.startsWith('application/x-www-form-urlencoded')) return 'invalid_request';
  if (form.get('grant_type') !== 'client_credentials') return 'unsupported_grant_type';
  return form.has('scope') ? 'invalid_scope' : undefined;
}

function hash(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}

/** For example `04/09/2026 05:16:59`, in UTC. */
function xeroMoment(ms: number): string {
  const [date = '', time = ''] = new Date(ms).toISOString().split('T');
  const [year, month, day] = date.split('-');
  return `${month}/${day}/${year} ${time.slice(0, 8)}`;
}
