/** Who is signed in: Supabase Auth through @supabase/ssr, cookies httpOnly, one client per request. Acts with the publishable key, so RLS decides what is seen. */
import { createServerClient, parseCookieHeader, serializeCookieHeader } from '@supabase/ssr';
import type { SupabaseClient } from '@supabase/supabase-js';
import type { Context } from 'hono';
import { type Dashboard, readBusinesses, readDashboard } from './members';

export type PasswordOutcome = 'set' | 'too-weak' | 'same-as-before' | 'failed';

/** What the person behind a request can do. Reads see only what RLS lets this person see. */
export interface Session {
  userId(): Promise<string | null>;
  /** False: e-mail or password is wrong, and it does not say which. */
  signIn(email: string, password: string): Promise<boolean>;
  /** Uses up a credential made by the server a moment ago. */
  signInWithToken(token: { tokenHash: string; type: string }): Promise<boolean>;
  setPassword(password: string): Promise<PasswordOutcome>;
  signOut(): Promise<void>;
  businesses(): Promise<{ id: string; name: string }[]>;
  /** Null: no such business, or not this person's. */
  dashboard(businessId: string): Promise<Dashboard | null>;
  /** Day 1's question is whether a member has seen the dashboard. */
  recordView(businessId: string): Promise<void>;
}

const tokenTypes = ['magiclink', 'signup', 'recovery', 'invite', 'email'] as const;

/** Makes the session of one request. */
export function supabaseSession(c: Context, { url, publishableKey }: { url: string; publishableKey: string }): Session {
  const supabase = clientFor(c, { url, publishableKey });
  return {
    async userId() {
      const { data } = await supabase.auth.getUser();
      return data.user?.id ?? null;
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
      await supabase.auth.signOut();
    },
    businesses: () => readBusinesses(supabase),
    dashboard: (businessId) => readDashboard(supabase, businessId),
    async recordView(businessId) {
      const { error } = await supabase.rpc('record_view', { p_business_id: businessId, p_now: new Date().toISOString() });
      if (error) throw new Error(`the view could not be recorded (${error.code})`);
    },
  };
}

function clientFor(c: Context, { url, publishableKey }: { url: string; publishableKey: string }): SupabaseClient {
  const secure = new URL(c.var.baseUrl).protocol === 'https:';
  return createServerClient(url, publishableKey, {
    db: { retry: false },
    cookieOptions: { name: 'coresentia', httpOnly: true, secure, sameSite: 'lax', path: '/', maxAge: 30 * 86_400 },
    cookies: {
      getAll: () => parseCookieHeader(c.req.header('cookie') ?? '').map(({ name, value }) => ({ name, value: value ?? '' })),
      setAll(cookies, headers) {
        for (const { name, value, options } of cookies)
          c.header('set-cookie', serializeCookieHeader(name, value, options), { append: true });
        for (const [name, value] of Object.entries(headers)) c.header(name, value);
      },
    },
  });
}

/** Wrong credentials are an answer; an Auth server that does not answer is an error. */
function succeeded(error: { status?: number | undefined; code?: string | undefined } | null): boolean {
  if (!error) return true;
  if (error.status && error.status >= 400 && error.status < 500 && error.status !== 429) return false;
  throw new Error(`sign-in is unavailable (${error.code ?? error.status ?? 'no answer'})`);
}

function passwordOutcome(error: { code?: string | undefined } | null): PasswordOutcome {
  if (!error) return 'set';
  if (error.code === 'weak_password') return 'too-weak';
  return error.code === 'same_password' ? 'same-as-before' : 'failed';
}
