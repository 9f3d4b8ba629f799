/** Access tokens of a Xero Custom Connection. https://developer.xero.com/documentation/guides/oauth2/custom-connections/ */
import * as z from 'zod';
import { TerminalError, TransientError } from '../errors';
import { parseJson } from '../json';

const Token = z.object({ access_token: z.string(), expires_in: z.number().positive() });
type Token = z.infer<typeof Token>;

/** So that a token does not run out between taking it and using it. */
const SAFETY_MS = 60_000;

interface TokenOptions {
  identityUrl: string;
  clientId: string;
  clientSecret: string;
  timeoutMs: number;
}

/** `fresh`: asked for just now, so that Xero's refusing it is no matter of age. */
export interface XeroToken {
  get(): Promise<{ accessToken: string; fresh: boolean }>;
  forget(): void;
}

/** Keeps one token until shortly before it ends (30 minutes); a clock that was put back makes it ask anew. xero-node's own identity URL cannot be changed, hence our own request. */
export function xeroToken(options: TokenOptions): XeroToken {
  let held: { accessToken: string; sinceMs: number; untilMs: number } | undefined;
  return {
    async get() {
      const now = Date.now();
      if (held && held.sinceMs <= now && now < held.untilMs) return { accessToken: held.accessToken, fresh: false };
      const { access_token: accessToken, expires_in: seconds } = await request(options);
      held = { accessToken, sinceMs: now, untilMs: now + seconds * 1000 - SAFETY_MS };
      return { accessToken, fresh: true };
    },
    forget() {
      held = undefined;
    },
  };
}

async function request({ identityUrl, clientId, clientSecret, timeoutMs }: TokenOptions): Promise<Token> {
  const { status, text } = await post(`${identityUrl.replace(/\/+$/, '')}/connect/token`, {
    method: 'POST',
    headers: {
      authorization: `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}`,
      'content-type': 'application/x-www-form-urlencoded',
    },
    // No scope: new connections answer `invalid_scope` to any.
    body: 'grant_type=client_credentials',
    signal: AbortSignal.timeout(timeoutMs),
  });
  if (status === 429 || status >= 500) throw new TransientError(`Xero's identity server answered ${status}`);
  if (status >= 400) throw new TerminalError('VendorAccountProblem', `Xero refuses our client id or secret (${status})`);
  const token = Token.safeParse(parseJson(text));
  if (!token.success) throw new TransientError("Xero's identity server gave an answer that cannot be read");
  return token.data;
}

/** The failed request is not passed on: it holds the secret. */
async function post(url: string, request: RequestInit): Promise<{ status: number; text: string }> {
  try {
    const response = await fetch(url, request);
    return { status: response.status, text: await response.text() };
  } catch {
    throw new TransientError("Xero's identity server gave no answer");
  }
}
