/** Who is signed in: Supabase Auth through @supabase/ssr, cookies httpOnly, one client per request. Acts with the publishable key, so RLS decides what is seen. */
import { type CookieOptions, createServerClient, parseCookieHeader, serializeCookieHeader } from '@supabase/ssr';
import type { SupabaseClient } from '@supabase/supabase-js';
import type { Context } from 'hono';
import { TransientError } from '../../shared/errors';
import { memberDatabase } from './member/database';
import { type Member, memberOf } from './member/member';
import { type Operator, operatorOf } from './operator/operator';
import type { PortalEnv } from './services';

export type PasswordOutcome = 'set' | 'too-weak' | 'same-as-before' | 'refused';

/** What the person behind a request can do. Reads see only what RLS lets this person see. All may throw `TransientError`. */
export interface Session {
  userId(): Promise<string | null>;
  /** False: e-mail or password is wrong, and it does not say which. */
  signIn(email: string, password: string): Promise<boolean>;
  /** Uses up a credential made by the server a moment ago. */
  signInWithToken(token: { tokenHash: string; type: string }): Promise<boolean>;
  setPassword(password: string): Promise<PasswordOutcome>;
  /** On this device. The cookies go even if the Auth server does not answer. */
  signOut(): Promise<void>;
  /** On every device. False: the Auth server did not do it. */
  signOutEverywhere(): Promise<boolean>;
  /** What this person sees and changes once signed in. */
  member: Member;
  /** Null and `not-found` to everybody who is no operator. */
  operator: Operator;
}

const tokenTypes = ['magiclink', 'signup', 'recovery', 'invite', 'email'] as const;

interface Project {
  url: string;
  publishableKey: string;
  /** For one call; a page makes several within the portal's 20 s. */
  timeoutMs?: number;
}

/** Makes the session of one request. */
export function supabaseSession(c: Context<PortalEnv>, project: Project): Session {
  const { timeoutMs = 5_000 } = project;
  const supabase = clientFor(c, { ...project, timeoutMs });
  const database = memberDatabase(supabase);
  return {
    async userId() {
      const { data, error } = await inTime(supabase.auth.getUser(), timeoutMs);
      return succeeded(error) ? (data.user?.id ?? null) : null;
    },
    async signIn(email, password) {
      const { error } = await supabase.auth.signInWithPassword({ email, password });
      return succeeded(error);
    },
    async signInWithToken({ tokenHash, type }) {
      const known = tokenTypes.find((name) => name === type);
      if (!known) return false;
      const { error } = await supabase.auth.verifyOtp({ token_hash: tokenHash, type: known });
      return succeeded(error);
    },
    async setPassword(password) {
      const { error } = await supabase.auth.updateUser({ password });
      return passwordOutcome(error);
    },
    async signOut() {
      const { error } = await supabase.auth.signOut({ scope: 'local' });
      if (error) forget(c);
    },
    async signOutEverywhere() {
      const { error } = await supabase.auth.signOut({ scope: 'global' });
      return !error;
    },
    member: memberOf(database),
    operator: operatorOf(database),
  };
}

const cookieName = 'coresentia';
/** Seconds. @supabase/ssr sets 400 days whatever its options say. */
const cookieLife = 30 * 86_400;

function clientFor(c: Context<PortalEnv>, { url, publishableKey, timeoutMs }: Required<Project>): SupabaseClient {
  const secure = new URL(c.var.baseUrl).protocol === 'https:';
  return createServerClient(url, publishableKey, {
    db: { retry: false },
    global: { fetch: (input, init) => fetch(input, { ...init, signal: AbortSignal.timeout(timeoutMs) }) },
    cookieOptions: { name: cookieName, httpOnly: true, secure, sameSite: 'lax', path: '/' },
    cookies: {
      getAll: () => cookiesOf(c),
      setAll(cookies, headers) {
        for (const { name, value, options } of cookies) setCookie(c, serializeCookieHeader(name, value, lasting(options)));
        for (const [name, value] of Object.entries(headers)) c.header(name, value);
      },
    },
  });
}

function cookiesOf(c: Context): { name: string; value: string }[] {
  return parseCookieHeader(c.req.header('cookie') ?? '').map(({ name, value }) => ({ name, value: value ?? '' }));
}

function forget(c: Context): void {
  for (const { name } of cookiesOf(c))
    if (name.startsWith(cookieName)) setCookie(c, serializeCookieHeader(name, '', { path: '/', maxAge: 0 }));
}

function setCookie(c: Context, cookie: string): void {
  c.header('set-cookie', cookie, { append: true });
}

/** A cookie with no life left is being deleted. */
function lasting(options: CookieOptions): CookieOptions {
  return options.maxAge ? { ...options, maxAge: cookieLife } : options;
}

/** auth-js repeats a refresh that fails for half a minute, which is longer than the function lives. */
async function inTime<T>(work: Promise<T>, timeoutMs: number): Promise<T> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new TransientError('Supabase Auth takes too long')), timeoutMs);
  try {
    return await Promise.race([work, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}

type AuthFailure = { status?: number | undefined; code?: string | undefined } | null;

/** Wrong credentials are an answer; an Auth server that is busy or does not answer is an error. */
function succeeded(error: AuthFailure): boolean {
  if (!error) return true;
  if (error.status && error.status >= 400 && error.status < 500 && error.status !== 429) return false;
  throw new TransientError(`Supabase Auth is unavailable (${error.code ?? error.status ?? 'no answer'})`);
}

function passwordOutcome(error: AuthFailure): PasswordOutcome {
  if (succeeded(error)) return 'set';
  if (error?.code === 'weak_password') return 'too-weak';
  return error?.code === 'same_password' ? 'same-as-before' : 'refused';
}
