import { type Context, Hono, type MiddlewareHandler } from 'hono';
import { jwtVerify } from 'jose';
import { z } from 'zod';
import { createUser, deleteUser, updateUser } from './admin-users';
import { type AuthContext, redirectTarget } from './context';
import { AuthError } from './errors';
import { AdminUserBody, LinkBody } from './input';
import { type Link, makeLink } from './links';
import { userJson } from './user-json';
import type { User } from './users';

/** Supabase Auth's admin API, which lite lacks: https://supabase.com/docs/reference/javascript/admin-api. Mounted at /auth/v1. */
export function adminApi(auth: AuthContext): Hono {
  const { users } = auth;
  const app = new Hono();
  const answer = async (user: User) => userJson(user, await users.identitiesOf(user.id));
  app.use('/admin/*', onlyWithSecretKey(auth));
  app.use('/invite', onlyWithSecretKey(auth));
  app.post('/admin/users', async (c) => c.json(await answer(await createUser(users, AdminUserBody.parse(await jsonBody(c))))));
  app.get('/admin/users', (c) => listUsers(auth, c));
  app.get('/admin/users/:id', async (c) => c.json(await answer(await userOf(auth, c))));
  app.put('/admin/users/:id', async (c) => {
    const user = await userOf(auth, c);
    return c.json(await answer(await updateUser(users, user, AdminUserBody.parse(await jsonBody(c)))));
  });
  app.delete('/admin/users/:id', async (c) => {
    const { should_soft_delete: soft } = AdminUserBody.parse(await jsonBody(c));
    await deleteUser(users, await userOf(auth, c), Boolean(soft));
    return c.json({});
  });
  app.post('/admin/generate_link', async (c) => {
    const body = LinkBody.parse(await jsonBody(c));
    const link = await makeLink(users, body);
    return c.json({
      ...(await answer(link.user)),
      ...linkJson(auth, link, redirectTarget(auth, c.req.query('redirect_to') ?? body.redirect_to)),
    });
  });
  app.post('/invite', async (c) => {
    const { user, token, otp } = await makeLink(users, LinkBody.parse({ ...(await jsonBody(c)), type: 'invite' }));
    auth.sendMail('invite', { to: user.email ?? '', token, otp });
    return c.json(await answer(user));
  });
  return app;
}

async function jsonBody(context: Context): Promise<Record<string, unknown>> {
  const text = await context.req.text();
  try {
    return z.record(z.string(), z.unknown()).parse(text === '' ? {} : JSON.parse(text));
  } catch {
    throw new AuthError(400, 'bad_json', 'Could not parse request body as JSON');
  }
}

async function userOf({ users }: AuthContext, context: Context): Promise<User> {
  const id = z.uuid().safeParse(context.req.param('id'));
  if (!id.success) throw new AuthError(404, 'validation_failed', 'user_id must be an UUID');
  const user = await users.byId(id.data);
  if (!user) throw new AuthError(404, 'user_not_found', 'User not found');
  return user;
}

function linkJson(auth: AuthContext, { type, token, otp }: Link, target: string) {
  const linkType = type.startsWith('email_change') ? 'email_change' : type;
  return {
    action_link: `${auth.apiUrl()}/auth/v1/verify?token=${token}&type=${linkType}&redirect_to=${encodeURIComponent(target)}`,
    email_otp: otp,
    hashed_token: token,
    verification_type: type,
    redirect_to: target,
  };
}

async function listUsers({ users }: AuthContext, context: Context): Promise<Response> {
  const page = pageParameter(context, 'page', 1);
  const perPage = pageParameter(context, 'per_page', 50);
  const total = await users.count();
  const rows = await users.page(page, perPage);
  const lastPage = Math.ceil(total / perPage);
  const link = (to: number, rel: string) => `</admin/users?page=${to}&per_page=${perPage}>; rel="${rel}"`;
  context.header('X-Total-Count', String(total));
  context.header('Link', [...(lastPage > page ? [link(page + 1, 'next')] : []), link(lastPage, 'last')].join(', '));
  const list = await Promise.all(rows.map(async (user) => userJson(user, await users.identitiesOf(user.id))));
  return context.json({ users: list, aud: 'authenticated' });
}

function pageParameter(context: Context, name: string, fallback: number): number {
  const text = context.req.query(name) ?? '';
  if (!/^\d*$/.test(text))
    throw new AuthError(400, 'validation_failed', `Bad Pagination Parameters: strconv.ParseUint: parsing "${text}": invalid syntax`);
  return Number(text) || fallback;
}

const Claims = z.object({ role: z.string().optional() });

/** Lets the secret key pass, and a token of the service role that comes with either key. */
function onlyWithSecretKey({ keys }: AuthContext): MiddlewareHandler {
  return async (context, next) => {
    const apiKey = context.req.header('apikey') ?? context.req.query('apikey');
    if (!apiKey)
      return context.json({ message: 'No API key found in request', hint: 'No `apikey` request header or url param was found.' }, 401);
    if (apiKey !== keys.secretKey && apiKey !== keys.publishableKey)
      return context.json({ message: 'Invalid API key', hint: 'Double check your Supabase `apikey`' }, 401);
    const bearer = /^Bearer (.+)$/.exec(context.req.header('authorization') ?? '')?.[1];
    const isToken = bearer && !bearer.startsWith('sb_');
    const role = isToken ? await roleOf(bearer, keys.jwtSecret) : apiKey === keys.secretKey ? 'service_role' : 'anon';
    if (role !== 'service_role') throw new AuthError(403, 'not_admin', 'User not allowed');
    return next();
  };
}

async function roleOf(token: string, jwtSecret: string): Promise<string | undefined> {
  try {
    const { payload } = await jwtVerify(token, new TextEncoder().encode(jwtSecret), { algorithms: ['HS256'] });
    return Claims.parse(payload).role;
  } catch {
    throw new AuthError(403, 'bad_jwt', 'invalid JWT: unable to parse or verify signature');
  }
}
