import { type Context, Hono } from 'hono';
import { jwtVerify, SignJWT } from 'jose';
import { z } from 'zod';
import type { AuthContext } from './context';
import { AuthError } from './errors';
import { tokenHash } from './links';
import { userJson } from './user-json';
import type { User } from './users';

/** Answers a request as lite does. */
export type Lite = (request: Request) => Promise<Response>;

/** lite's own ways to a session, and what Supabase Auth has beyond it: bans, the types `email` and `invite`, all claims. Mounted at /auth/v1. */
export function sessionApi(auth: AuthContext, lite: Lite): Hono {
  const app = new Hono();
  app.post('/verify', (c) => verify(auth, c, lite));
  app.get('/verify', (c) => {
    const url = new URL(c.req.url);
    if (url.searchParams.get('type') === 'invite') url.searchParams.set('type', 'signup');
    return lite(new Request(url, c.req.raw));
  });
  app.post('/signup', async (c) => withAllClaims(auth, await lite(c.req.raw), 'password'));
  app.post('/token', (c) => signIn(auth, c, lite));
  return app;
}

const Verification = z.looseObject({
  type: z.string(),
  email: z.string().nullish(),
  token: z.string().nullish(),
  token_hash: z.string().nullish(),
});

async function verify(auth: AuthContext, context: Context, lite: Lite): Promise<Response> {
  const { data: body } = Verification.safeParse(await bodyOf(context));
  if (!body) return lite(context.req.raw); // lite has the right words for a bad body
  const token = body.token_hash || (body.email && body.token ? tokenHash(body.email, body.token) : '');
  const user = await auth.users.byLinkToken(token);
  if (isBanned(user)) throw new AuthError(403, 'user_banned', 'User is banned');
  const emailType = user?.confirmation_token === token ? 'signup' : 'magiclink';
  const type = { invite: 'signup', email: emailType }[body.type] ?? body.type; // lite knows neither
  return withAllClaims(auth, await lite(withBody(context, { ...body, type })), 'otp');
}

const SignIn = z.looseObject({ email: z.string().nullish(), refresh_token: z.string().nullish() });

async function signIn(auth: AuthContext, context: Context, lite: Lite): Promise<Response> {
  const { data: body } = SignIn.safeParse(await bodyOf(context));
  const isRefresh = context.req.query('grant_type') === 'refresh_token';
  const user = await userOfSignIn(auth, body ?? {});
  if (isBanned(user)) throw new AuthError(400, 'user_banned', isRefresh ? 'Invalid Refresh Token: User Banned' : 'User is banned');
  const answer = await lite(context.req.raw);
  // lite takes a refresh for a sign-in
  if (isRefresh && user && answer.ok) await auth.users.update(user.id, { last_sign_in_at: user.last_sign_in_at });
  return withAllClaims(auth, answer, 'password');
}

async function userOfSignIn({ users }: AuthContext, body: z.infer<typeof SignIn>): Promise<User | undefined> {
  if (body.email) return users.byEmail(body.email);
  return body.refresh_token ? users.byRefreshToken(body.refresh_token) : undefined;
}

const isBanned = (user: User | undefined) => Boolean(user?.banned_until && Date.parse(user.banned_until) > Date.now());

const Session = z.looseObject({ access_token: z.string(), user: z.looseObject({ id: z.uuid() }) });

/** lite's tokens lack app_metadata, user_metadata, aal, amr and iss: signs them again with what Supabase Auth puts in. */
async function withAllClaims({ users, keys, apiUrl }: AuthContext, answer: Response, method: string): Promise<Response> {
  if (!answer.ok) return answer;
  const body: unknown = await answer.clone().json();
  const session = Session.safeParse(body);
  const user = session.success ? await users.byId(session.data.user.id) : undefined;
  if (!session.success || !user) return answer; // a sign-up that waits for its confirmation has no session
  const key = new TextEncoder().encode(keys.jwtSecret);
  const { payload } = await jwtVerify(session.data.access_token, key);
  const claims = {
    iss: `${apiUrl()}/auth/v1`,
    ...payload,
    phone: user.phone ?? '',
    app_metadata: user.raw_app_meta_data ?? {},
    user_metadata: user.raw_user_meta_data ?? {},
    aal: 'aal1',
    amr: [{ method, timestamp: payload.iat }],
    is_anonymous: user.is_anonymous,
  };
  const token = await new SignJWT(claims).setProtectedHeader({ alg: 'HS256', typ: 'JWT' }).sign(key);
  const headers = new Headers(answer.headers);
  headers.delete('content-length');
  const json = { ...session.data, access_token: token, user: userJson(user, await users.identitiesOf(user.id)) };
  return new Response(JSON.stringify(json), { status: answer.status, headers });
}

/** The parsed body, undefined if it is not JSON; the request can still be handed on. */
const bodyOf = (context: Context): Promise<unknown> =>
  context.req.raw
    .clone()
    .json()
    .catch(() => undefined);

function withBody(context: Context, body: unknown): Request {
  const headers = new Headers(context.req.raw.headers);
  headers.delete('content-length');
  return new Request(context.req.url, { method: 'POST', headers, body: JSON.stringify(body) });
}
