import { createApp } from '../../../functions/portal/app';
import type { PortalServices } from '../../../functions/portal/services';
import { supabaseSession } from '../../../functions/portal/session';
import { businessId, userId } from '../../fakes/a-run';
import { deadUrl, type ScriptedServer, scriptedServer } from '../../support/scripted-server';
import { aDashboard, anAccount } from './samples';
import { email, world } from './world';

let supabase: ScriptedServer;
beforeAll(async () => {
  supabase = await scriptedServer();
});
afterAll(() => supabase.close());
beforeEach(() => {
  supabase.requests.length = 0;
  jest.spyOn(process.stdout, 'write').mockReturnValue(true);
});
afterEach(() => jest.restoreAllMocks());

const user = { id: userId, email, aud: 'authenticated', app_metadata: {}, user_metadata: {}, created_at: '2026-11-22T00:00:00Z' };
const part = (content: object) => Buffer.from(JSON.stringify(content)).toString('base64url');
const accessToken = (expiresAt: number) => `${part({ alg: 'HS256' })}.${part({ sub: userId, exp: expiresAt })}.${part({})}`;
/** What Auth answers to a sign-in; `expiresIn` in seconds. */
function tokens(expiresIn = 3600) {
  const expires_at = Math.floor(Date.now() / 1000) + expiresIn;
  const session = {
    access_token: accessToken(expires_at),
    refresh_token: 'refresh',
    token_type: 'bearer',
    expires_in: expiresIn,
    expires_at,
  };
  return { status: 200, body: { ...session, user } };
}
const password = 'waters the ferns';

/** The portal with the real session; `cookies` are kept as a browser keeps them. */
async function portal({ baseUrl = 'https://portal.example', url = supabase.url, timeoutMs = 5_000 } = {}) {
  const { app: _, ...fakes } = await world();
  const session: PortalServices['session'] = (c) => supabaseSession(c, { url, publishableKey: 'sb_publishable_1', timeoutMs });
  const app = createApp(async () => ({ ...fakes, session }), baseUrl);
  const cookies = new Map<string, string>();
  const send = async (path: string, init: RequestInit = {}) => {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const answer = await app.request(path, { ...init, headers: { origin: baseUrl, cookie } });
    for (const line of answer.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (/max-age=0/i.test(line)) cookies.delete(name);
      else cookies.set(name, value);
    }
    return answer;
  };
  const post = (path: string, fields: Record<string, string> = {}) => send(path, { method: 'POST', body: new URLSearchParams(fields) });
  const signIn = (answer: ReturnType<typeof tokens> = tokens()) => {
    supabase.script(answer);
    return post('/sign-in', { email, password });
  };
  return { get: (path: string) => send(path), post, signIn, cookies };
}

test('the cookies of a session are out of reach for scripts and other sites', async () => {
  const { signIn } = await portal();
  const answer = await signIn();
  expect(answer.status).toBe(303);
  const lines = answer.headers.getSetCookie();
  expect(lines.length).toBeGreaterThan(0);
  for (const line of lines) {
    for (const attribute of ['HttpOnly', 'Secure', 'SameSite=Lax', 'Path=/', 'Max-Age=2592000']) expect(line).toContain(attribute);
    expect(line).toMatch(/^coresentia/);
  }
  expect(answer.headers.get('cache-control')).toContain('no-store');
  expect(supabase.requests).toMatchObject([{ path: '/auth/v1/token', headers: { apikey: 'sb_publishable_1' } }]);
});

test('on a laptop without TLS the cookies are not Secure, because no browser would keep them', async () => {
  const { signIn } = await portal({ baseUrl: 'http://127.0.0.1:8080' });
  expect((await signIn()).headers.getSetCookie().join()).not.toContain('Secure');
});

test('reads the dashboard as the person who is signed in', async () => {
  const { signIn, get } = await portal();
  await signIn();
  supabase.script({ status: 200, body: user }, { status: 200, body: aDashboard() });
  const answer = await get(`/dashboard/${businessId}`);
  expect(answer.status).toBe(200);
  expect(await answer.text()).toContain('0480 000 777');
  const asked = supabase.requests.slice(1);
  expect(asked.map(({ path }) => path)).toEqual(['/auth/v1/user', '/rest/v1/rpc/dashboard']);
  for (const { headers } of asked) expect(headers.authorization).toMatch(/^Bearer \w+\.\w+\.\w+$/);
});

test('a session whose token has run out is refreshed, and the new cookies come with a redirect too', async () => {
  const { signIn, get } = await portal();
  await signIn(tokens(-10));
  supabase.script(tokens(), { status: 200, body: user }, { status: 200, body: anAccount() });
  const answer = await get('/dashboard');
  expect(answer.headers.get('location')).toBe(`/dashboard/${businessId}`);
  expect(answer.headers.getSetCookie().join()).toContain('HttpOnly');
  expect(supabase.requests[1]?.query.get('grant_type')).toBe('refresh_token');
});

test.each([400, 401, 403, 422])('wrong credentials (%i) are refused', async (status) => {
  const { post } = await portal();
  supabase.script({ status, body: { code: 'invalid_credentials', message: 'Invalid login credentials' } });
  expect((await post('/sign-in', { email, password })).status).toBe(401);
});

test.each([429, 500, 503])('a busy Auth server (%i) is not the same as wrong credentials', async (status) => {
  const { post } = await portal();
  supabase.script({ status, body: { code: 'over_request_rate_limit', message: 'slow down' } });
  expect((await post('/sign-in', { email, password })).status).toBe(503);
});

test('an Auth server that does not answer signs nobody out', async () => {
  const { signIn, get, cookies } = await portal();
  await signIn();
  supabase.script({ status: 503, body: 'upstream' });
  expect((await get('/dashboard')).status).toBe(503);
  expect(cookies.size).toBeGreaterThan(0);
  const dead = await portal({ url: await deadUrl() });
  expect((await dead.post('/sign-in', { email, password })).status).toBe(503);
});

test('an Auth server that hangs is not waited for', async () => {
  const { post } = await portal({ timeoutMs: 50 });
  supabase.script('silent');
  expect((await post('/sign-in', { email, password })).status).toBe(503);
});

test('an Auth server whose refresh fails again and again is not waited for', async () => {
  jest.spyOn(console, 'error').mockReturnValue();
  const failing = await scriptedServer();
  const { post, get } = await portal({ timeoutMs: 100, url: failing.url });
  failing.script(tokens(-10), { status: 503, body: 'upstream' }, { status: 400, body: { code: 'refresh_token_not_found' } });
  await post('/sign-in', { email, password });
  expect((await get('/dashboard')).status).toBe(503);
  // auth-js tries again behind our back and gives up at the 400.
  while (failing.requests.length < 3) await new Promise(setImmediate);
  await failing.close();
});

test('a token that Auth does not know any more leads to the sign-in page', async () => {
  const { signIn, get } = await portal();
  await signIn();
  supabase.script({ status: 403, body: { code: 'user_not_found', message: 'no such user' } });
  expect((await get('/dashboard')).headers.get('location')).toBe('/sign-in');
});

test.each(['', 'coresentia=nonsense', 'coresentia=base64-!!!', 'coresentia=base64-eyJ4Ijox', '; ;=;'])(
  'the cookie %j is nobody',
  async (cookie) => {
    jest.spyOn(console, 'warn').mockReturnValue();
    const { get, cookies } = await portal();
    const [name = '', value = ''] = cookie.split('=');
    cookies.set(name, value);
    expect((await get('/dashboard')).headers.get('location')).toBe('/sign-in');
  },
);

test.each([
  ['Auth agrees', { status: 204 }],
  ['Auth does not answer', { status: 503, body: 'upstream' }],
])('signing out takes the cookies from this browser when %s', async (_, answer) => {
  const { signIn, post, cookies } = await portal();
  await signIn();
  supabase.script(answer);
  expect((await post('/sign-out')).headers.get('location')).toBe('/sign-in');
  expect([...cookies.values()].join('')).toBe('');
  expect(supabase.requests[1]?.query.get('scope')).toBe('local');
});

test.each([
  ['weak_password', 422, 'too easy to guess'],
  ['validation_failed', 422, 'choose another'],
  ['same_password', 303, ''],
])('a new password can be %s', async (code, status, words) => {
  const { signIn, post } = await portal();
  await signIn();
  supabase.script(
    { status: 200, body: user },
    { status: 422, headers: { 'x-supabase-api-version': '2024-01-01' }, body: { code, message: 'no' } },
  );
  const answer = await post('/set-password', { password: 'another one', again: 'another one' });
  expect(answer.status).toBe(status);
  expect(await answer.text()).toContain(words);
});

describe('somebody else’s session, planted in the browser before the sign-in,', () => {
  const planted = `base64-${Buffer.from(JSON.stringify({ access_token: 'planted', refresh_token: 'planted' })).toString('base64url')}`;

  test.each([['coresentia'], ['coresentia.0'], ['coresentia.0', 'coresentia.1']])('is gone after it (%s, %s)', async (...names) => {
    for (const level of ['warn', 'error'] as const) jest.spyOn(console, level).mockReturnValue();
    const { signIn, get, cookies } = await portal();
    for (const name of names) if (name) cookies.set(name, planted);
    expect((await signIn()).status).toBe(303);
    expect([...cookies.values()].filter((value) => value === planted)).toEqual([]);
    supabase.requests.length = 0;
    supabase.script({ status: 200, body: user }, { status: 200, body: anAccount() });
    await get('/dashboard');
    expect(supabase.requests.map(({ path }) => path)).toEqual(['/auth/v1/user', '/rest/v1/rpc/my_account']);
    for (const { headers } of supabase.requests) expect(headers.authorization).toMatch(/^Bearer \w+\.\w+\.\w+$/);
  });

  test('is what nobody gets who was not signed in: a page sets no cookie before the sign-in', async () => {
    const { get, post } = await portal();
    supabase.script({ status: 400, body: { code: 'invalid_credentials', message: 'Invalid login credentials' } });
    for (const answer of [await get('/sign-in'), await get('/dashboard'), await post('/sign-in', { email, password })]) {
      expect(answer.headers.getSetCookie()).toEqual([]);
    }
  });
});
