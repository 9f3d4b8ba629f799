import type { GenerateLinkParams } from '@supabase/supabase-js';
import { failure, must, type Rig, startRig } from './rig';

let rig: Rig;
const admin = () => rig.secret.auth.admin;
const signIn = (email: string, password: string) => rig.visitor().auth.signInWithPassword({ email, password });
const link = async (input: GenerateLinkParams) => must(await admin().generateLink(input));
const unknownId = '00000000-0000-4000-8000-000000000000';

beforeAll(async () => {
  rig = await startRig();
});
afterAll(() => rig.stop());

describe('createUser', () => {
  test('makes a confirmed user that signs in and only then has a last sign-in', async () => {
    const made = await admin().createUser({
      email: 'Owner@Biz.com',
      password: 'owner-pass-1',
      email_confirm: true,
      user_metadata: { name: 'O' },
      app_metadata: { plan: 'pro' },
    });
    const { user } = must(made);
    expect(user).toMatchObject({
      email: 'owner@biz.com',
      email_confirmed_at: expect.any(String),
      user_metadata: { name: 'O', email_verified: true },
      app_metadata: { plan: 'pro', provider: 'email', providers: ['email'] },
      identities: [{ provider: 'email', identity_data: { email: 'owner@biz.com' } }],
    });
    expect(must(await admin().getUserById(user.id)).user.last_sign_in_at).toBeUndefined();
    must(await signIn('owner@biz.com', 'owner-pass-1'));
    expect(must(await admin().getUserById(user.id)).user.last_sign_in_at).toEqual(expect.any(String));
  });

  test('refuses a known and a malformed address', async () => {
    expect(failure(await admin().createUser({ email: 'OWNER@biz.com' }))).toEqual({ status: 422, code: 'email_exists' });
    expect(failure(await admin().createUser({ email: 'nope' }))).toEqual({ status: 400, code: 'validation_failed' });
    expect(failure(await admin().createUser({}))).toEqual({ status: 400, code: 'validation_failed' });
  });

  test('without a password nobody signs in with one', async () => {
    must(await admin().createUser({ email: 'nopass@biz.com', email_confirm: true }));
    expect(failure(await signIn('nopass@biz.com', 'anything'))).toEqual({ status: 400, code: 'invalid_credentials' });
  });
});

describe('users', () => {
  let id: string;
  beforeAll(async () => {
    id = must(
      await admin().createUser({ email: 'user@biz.com', password: 'user-pass-1', email_confirm: true, app_metadata: { plan: 'pro' } }),
    ).user.id;
  });

  test('an unknown one is 404', async () => {
    expect(failure(await admin().getUserById(unknownId))).toEqual({ status: 404, code: 'user_not_found' });
  });

  test('are listed by page', async () => {
    const page = must(await admin().listUsers({ page: 1, perPage: 1 }));
    expect(page).toMatchObject({ users: [{ email: 'user@biz.com' }], total: expect.any(Number), nextPage: 2 });
  });

  test('get a new password, merged metadata and another address', async () => {
    const client = rig.visitor();
    must(await client.auth.signInWithPassword({ email: 'user@biz.com', password: 'user-pass-1' }));
    const changed = await admin().updateUserById(id, {
      password: 'user-pass-2',
      user_metadata: { extra: true },
      app_metadata: { tier: 2 },
    });
    expect(must(changed).user).toMatchObject({ user_metadata: { extra: true }, app_metadata: { plan: 'pro', tier: 2 } });
    expect((await client.auth.getUser()).error).toMatchObject({ name: 'AuthSessionMissingError' });
    const moved = must(await admin().updateUserById(id, { email: 'moved@biz.com', email_confirm: true })).user;
    expect(moved).toMatchObject({
      email: 'moved@biz.com',
      identities: [{ identity_data: { email: 'moved@biz.com', email_verified: true } }],
    });
    must(await signIn('moved@biz.com', 'user-pass-2'));
    expect(failure(await admin().updateUserById(id, { password: 'x' }))).toEqual({ status: 422, code: 'weak_password' });
  });

  test('cannot sign in while banned', async () => {
    must(await admin().updateUserById(id, { ban_duration: '24h' }));
    expect(failure(await signIn('moved@biz.com', 'user-pass-2'))).toEqual({ status: 400, code: 'user_banned' });
    must(await admin().updateUserById(id, { ban_duration: 'none' }));
    must(await signIn('moved@biz.com', 'user-pass-2'));
  });

  test('are signed out and deleted', async () => {
    const client = rig.visitor();
    const { session } = must(await client.auth.signInWithPassword({ email: 'moved@biz.com', password: 'user-pass-2' }));
    expect((await admin().signOut(session.access_token)).error).toBeNull();
    expect((await client.auth.getUser()).error).toMatchObject({ name: 'AuthSessionMissingError' });
    must(await admin().deleteUser(id));
    expect(failure(await admin().getUserById(id))).toEqual({ status: 404, code: 'user_not_found' });
  });

  test('a soft deletion keeps no address', async () => {
    const { user } = must(await admin().createUser({ email: 'soft@biz.com', email_confirm: true }));
    must(await admin().deleteUser(user.id, true));
    expect(must(await admin().getUserById(user.id)).user).toMatchObject({
      deleted_at: expect.any(String),
      email: expect.not.stringContaining('soft'),
    });
  });
});

describe('generateLink', () => {
  const redirectTo = 'http://localhost:3000/dash';
  beforeAll(async () => {
    must(await admin().createUser({ email: 'linked@biz.com', password: 'linked-pass', email_confirm: true }));
  });

  test.each(['magiclink', 'email'] as const)('a magic link’s token is verified as %s, and no mail is sent', async (type) => {
    const { properties } = await link({ type: 'magiclink', email: 'linked@biz.com' });
    expect(properties.verification_type).toBe('magiclink');
    expect(must(await rig.visitor().auth.verifyOtp({ token_hash: properties.hashed_token, type })).session).not.toBeNull();
    expect(rig.mails).toEqual([]);
  });

  test('its code works with the address', async () => {
    const { properties } = await link({ type: 'magiclink', email: 'linked@biz.com' });
    const answer = await rig.visitor().auth.verifyOtp({ email: 'linked@biz.com', token: properties.email_otp, type: 'email' });
    expect(must(answer).user).toMatchObject({ email: 'linked@biz.com' });
  });

  test('a newer link kills the older one', async () => {
    const older = await link({ type: 'magiclink', email: 'linked@biz.com' });
    await link({ type: 'magiclink', email: 'linked@biz.com' });
    const answer = await rig.visitor().auth.verifyOtp({ token_hash: older.properties.hashed_token, type: 'magiclink' });
    expect(failure(answer)).toEqual({ status: 403, code: 'otp_expired' });
  });

  test('a link dies after an hour', async () => {
    const { properties } = await link({ type: 'magiclink', email: 'linked@biz.com' });
    await rig.kernel.advance(3601);
    const answer = await rig.visitor().auth.verifyOtp({ token_hash: properties.hashed_token, type: 'magiclink' });
    expect(failure(answer)).toEqual({ status: 403, code: 'otp_expired' });
  });

  test('a magic link of an unknown address creates its user and is verified as signup', async () => {
    const { properties } = await link({ type: 'magiclink', email: 'fresh@biz.com', options: { data: { a: 1 } } });
    expect(properties.verification_type).toBe('signup');
    const { user } = must(await rig.visitor().auth.verifyOtp({ token_hash: properties.hashed_token, type: 'signup' }));
    expect(user).toMatchObject({ user_metadata: { a: 1 }, email_confirmed_at: expect.any(String) });
  });

  test('an invited user verifies, sets a password and signs in, and is not invited again', async () => {
    const { properties, user } = await link({ type: 'invite', email: 'inv@biz.com', options: { data: { biz: 'x' }, redirectTo } });
    expect([properties.verification_type, Boolean(user.invited_at), user.email_confirmed_at]).toEqual(['invite', true, undefined]);
    const client = rig.visitor();
    must(await client.auth.verifyOtp({ token_hash: properties.hashed_token, type: 'invite' }));
    must(await client.auth.updateUser({ password: 'chosen-pass-1' }));
    must(await signIn('inv@biz.com', 'chosen-pass-1'));
    expect(failure(await admin().generateLink({ type: 'invite', email: 'inv@biz.com' }))).toEqual({ status: 422, code: 'email_exists' });
  });

  test('a recovery link is for known users only', async () => {
    const { properties } = await link({ type: 'recovery', email: 'linked@biz.com' });
    const client = rig.visitor();
    must(await client.auth.verifyOtp({ token_hash: properties.hashed_token, type: 'recovery' }));
    must(await client.auth.updateUser({ password: 'chosen-pass-2' }));
    must(await signIn('linked@biz.com', 'chosen-pass-2'));
    expect(failure(await admin().generateLink({ type: 'recovery', email: 'nobody@biz.com' }))).toEqual({
      status: 404,
      code: 'user_not_found',
    });
  });

  test('a sign-up link confirms a user with its password', async () => {
    const { properties } = await link({ type: 'signup', email: 'su@biz.com', password: 'signup-pass-1' });
    must(await rig.visitor().auth.verifyOtp({ token_hash: properties.hashed_token, type: 'signup' }));
    expect(must(await signIn('su@biz.com', 'signup-pass-1')).user.email).toBe('su@biz.com');
  });

  test.each(['magiclink', 'invite'] as const)('the action link of %s signs in and leads to the site only', async (type) => {
    const email = `${type}-action@biz.com`;
    const good = await link({ type, email, options: { redirectTo } });
    const answer = await fetch(good.properties.action_link, { redirect: 'manual' });
    expect([answer.status, answer.headers.get('location')]).toEqual([
      303,
      expect.stringMatching(/^http:\/\/localhost:3000\/dash#access_token=/),
    ]);
    const evil = await link({ type: 'recovery', email, options: { redirectTo: 'http://evil.example/' } });
    expect(evil.properties.redirect_to).toBe('http://localhost:3000');
  });
});

test('inviteUserByEmail sends the mail', async () => {
  const { user } = must(await admin().inviteUserByEmail('mailed@biz.com', { redirectTo: 'http://localhost:3000/accept' }));
  expect(user.invited_at).toEqual(expect.any(String));
  expect(rig.mails.at(-1)).toMatchObject({ to: 'mailed@biz.com', type: 'invite', link: expect.stringContaining('accept') });
});

test('only the secret key may call the admin API', async () => {
  expect(failure(await rig.visitor().auth.admin.createUser({ email: 'evil@x.com' })).status).toBe(403);
  const { client } = await rig.signedIn('plain@biz.com');
  const token = (await client.auth.getSession()).data.session!.access_token;
  const call = (headers: Record<string, string>) => fetch(`${rig.supabase.url}/auth/v1/admin/users`, { headers });
  const asUser = await call({ apikey: rig.supabase.publishableKey, authorization: `Bearer ${token}` });
  expect([asUser.status, await asUser.json()]).toMatchObject([403, { error_code: 'not_admin' }]);
  expect((await call({})).status).toBe(401);
  expect((await call({ apikey: 'sb_secret_wrong' })).status).toBe(401);
  const forged = await call({ apikey: rig.supabase.secretKey, authorization: `Bearer ${token.slice(0, -3)}abc` });
  expect([forged.status, await forged.json()]).toMatchObject([403, { error_code: 'bad_jwt' }]);
});
