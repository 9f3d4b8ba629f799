import type { AuthMail } from '../../../local/supabase/settings';
import { failure, must, type Rig, startRig } from './rig';

let rig: Rig;
const email = 'new@example.com';
const password = 'password-1';

beforeAll(async () => {
  rig = await startRig();
});
afterAll(() => rig.stop());

const lastMail = (to = email): AuthMail => rig.mails.findLast((mail) => mail.to === to)!;
const linkOf = (mail: AuthMail) => new URL(mail.link);
const claimsOf = (token: string) => JSON.parse(Buffer.from(token.split('.')[1]!, 'base64url').toString());

describe('sign-up', () => {
  test('gives no session before the address is confirmed', async () => {
    const signUp = await rig.visitor().auth.signUp({ email: 'New@Example.com', password, options: { data: { full_name: 'N' } } });
    expect(must(signUp)).toMatchObject({ user: { email }, session: null });
    expect(lastMail()).toMatchObject({ type: 'signup', otp: expect.stringMatching(/^\d{6}$/) });
    expect(failure(await rig.visitor().auth.signInWithPassword({ email, password }))).toEqual({ status: 400, code: 'email_not_confirmed' });
  });

  test('is confirmed by the link’s token, once', async () => {
    const token_hash = linkOf(lastMail()).searchParams.get('token')!;
    const { session, user } = must(await rig.visitor().auth.verifyOtp({ token_hash, type: 'signup' }));
    expect(user!.email_confirmed_at).toBeDefined();
    expect(claimsOf(session!.access_token)).toMatchObject({
      email,
      aal: 'aal1',
      amr: [{ method: 'otp' }],
      app_metadata: { provider: 'email' },
      user_metadata: { full_name: 'N' },
    });
    expect(failure(await rig.visitor().auth.verifyOtp({ token_hash, type: 'signup' }))).toEqual({ status: 403, code: 'otp_expired' });
  });
});

describe('sign-in', () => {
  test('takes the address in any case and only the right password', async () => {
    expect(must(await rig.visitor().auth.signInWithPassword({ email: 'NEW@example.com', password })).session).not.toBeNull();
    expect(failure(await rig.visitor().auth.signInWithPassword({ email, password: 'nope' }))).toEqual({
      status: 400,
      code: 'invalid_credentials',
    });
  });

  test('gives a session that getUser and getClaims accept and that can be refreshed', async () => {
    const client = rig.visitor();
    const { session } = must(await client.auth.signInWithPassword({ email, password }));
    expect(must(await client.auth.getUser()).user.email).toBe(email);
    expect(must(await client.auth.getClaims()).claims).toMatchObject({ email, role: 'authenticated' });
    const before = must(await rig.secret.auth.admin.getUserById(session.user.id)).user.last_sign_in_at;
    expect(must(await client.auth.refreshSession()).session!.refresh_token).not.toBe(session.refresh_token);
    expect(must(await rig.secret.auth.admin.getUserById(session.user.id)).user.last_sign_in_at).toBe(before);
  });

  test('ends with signing out', async () => {
    const client = rig.visitor();
    const { session } = must(await client.auth.signInWithPassword({ email, password }));
    await client.auth.signOut();
    expect((await rig.visitor().auth.getUser(session.access_token)).error).toMatchObject({ name: 'AuthSessionMissingError' });
  });
});

describe('a signed-in user', () => {
  test('changes its password, not to the same and not to a weak one', async () => {
    const client = rig.visitor();
    must(await client.auth.signInWithPassword({ email, password }));
    must(await client.auth.updateUser({ password: 'password-2' }));
    must(await rig.visitor().auth.signInWithPassword({ email, password: 'password-2' }));
    expect(failure(await client.auth.updateUser({ password: 'password-2' }))).toEqual({ status: 422, code: 'same_password' });
    expect(failure(await client.auth.updateUser({ password: 'x' }))).toEqual({ status: 422, code: 'weak_password' });
    must(await client.auth.updateUser({ password }));
  });

  test('changes its metadata', async () => {
    const client = rig.visitor();
    must(await client.auth.signInWithPassword({ email, password }));
    expect(must(await client.auth.updateUser({ data: { x: 1 } })).user.user_metadata).toMatchObject({ x: 1, full_name: 'N' });
  });
});

describe('one-time codes and links', () => {
  test.each(['email', 'magiclink'] as const)('a mailed code is verified as %s', async (type) => {
    const client = rig.visitor();
    must(await client.auth.signInWithOtp({ email }));
    expect(must(await client.auth.verifyOtp({ email, token: lastMail().otp, type })).session).not.toBeNull();
  });

  test('an unknown address gets none unless it may be created', async () => {
    const answer = await rig.visitor().auth.signInWithOtp({ email: 'unknown@example.com', options: { shouldCreateUser: false } });
    expect(failure(answer)).toEqual({ status: 422, code: 'otp_disabled' });
  });

  test('a link leads where the caller asked', async () => {
    must(await rig.visitor().auth.signInWithOtp({ email, options: { emailRedirectTo: 'http://localhost:3000/welcome' } }));
    expect(linkOf(lastMail()).searchParams.get('redirect_to')).toBe('http://localhost:3000/welcome');
  });

  test('opening a link redirects with the session in the fragment', async () => {
    must(await rig.visitor().auth.signInWithOtp({ email }));
    const answer = await fetch(lastMail().link, { redirect: 'manual' });
    expect(answer.status).toBe(303);
    expect(answer.headers.get('location')).toMatch(/^http:\/\/localhost:3000#access_token=/);
  });

  test('a recovery token lets its user set a password', async () => {
    const client = rig.visitor();
    must(await client.auth.resetPasswordForEmail(email, { redirectTo: 'http://localhost:3000/reset' }));
    must(await client.auth.verifyOtp({ token_hash: linkOf(lastMail()).searchParams.get('token')!, type: 'recovery' }));
    must(await client.auth.updateUser({ password: 'password-3' }));
    expect(must(await rig.visitor().auth.signInWithPassword({ email, password: 'password-3' })).user.email).toBe(email);
  });
});

test('many verifications and inserts at the same time all succeed', async () => {
  const tokens = await Promise.all(
    Array.from({ length: 5 }, async (_, index) => {
      const link = await rig.secret.auth.admin.generateLink({ type: 'magiclink', email: `parallel-${index}@example.com` });
      return must(link).properties.hashed_token;
    }),
  );
  const verifications = tokens.map((token_hash) => rig.visitor().auth.verifyOtp({ token_hash, type: 'signup' }));
  const inserts = Array.from({ length: 30 }, (_, index) => rig.secret.from('runs').insert({ email: `insert-${index}@example.com` }));
  for (const { error } of await Promise.all([...verifications, ...inserts])) expect(error).toBeNull();
});
