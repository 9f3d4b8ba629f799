import type { SupabaseClient } from '@supabase/supabase-js';
import { failure, must, type Rig, startRig } from './rig';

let rig: Rig;
let ann: SupabaseClient;
let annId: string;
let alpha: string;
let beta: string;

beforeAll(async () => {
  rig = await startRig();
  const business = async (name: string) => must(await rig.secret.from('businesses').insert({ name }).select('id').single()).id;
  alpha = await business('Alpha');
  beta = await business('Beta');
  ({ client: ann, userId: annId } = await rig.signedIn('ann@example.com'));
  must(await rig.secret.from('business_members').insert({ business_id: alpha, user_id: annId }).select());
  must(
    await rig.secret
      .from('leads')
      .insert([
        { business_id: alpha, name: 'a' },
        { business_id: beta, name: 'b' },
      ])
      .select(),
  );
});
afterAll(() => rig.stop());

test('a trigger on auth.users has made the profile', async () => {
  expect(must(await rig.secret.from('profiles').select('id, email'))).toEqual([{ id: annId, email: 'ann@example.com' }]);
});

test('a member sees its own business only, a visitor none, the secret key all', async () => {
  expect(must(await ann.from('businesses').select('name'))).toEqual([{ name: 'Alpha' }]);
  expect(failure(await rig.visitor().from('businesses').select('name'))).toEqual({ status: 401, code: '42501' });
  expect(must(await rig.visitor().from('leads').select('name'))).toEqual([]);
  expect(must(await rig.secret.from('businesses').select('name'))).toHaveLength(2);
});

test('a member writes to its own business only', async () => {
  expect(must(await ann.from('leads').insert({ business_id: alpha, name: 'mine' }).select('name').single())).toEqual({ name: 'mine' });
  expect(failure(await ann.from('leads').insert({ business_id: beta, name: 'evil' }))).toEqual({ status: 403, code: '42501' });
  expect(failure(await rig.visitor().from('leads').insert({ business_id: beta, name: 'evil' }))).toEqual({ status: 401, code: '42501' });
  expect(must(await ann.from('businesses').update({ name: 'taken' }).eq('id', beta).select('name'))).toEqual([]);
  expect(must(await ann.from('leads').delete().eq('business_id', beta).select())).toEqual([]);
});

test('column grants hold: a REVOKE is not undone', async () => {
  expect(must(await ann.from('businesses').update({ name: 'Alpha' }).eq('id', alpha).select('name'))).toEqual([{ name: 'Alpha' }]);
  expect(failure(await ann.from('businesses').update({ secret_note: 'x' }).eq('id', alpha))).toEqual({ status: 403, code: '42501' });
  expect(failure(await ann.from('businesses').select('secret_note'))).toEqual({ status: 403, code: '42501' });
});

test('a table without a policy shows users nothing, and a revoked function is refused', async () => {
  must(await rig.secret.from('runs').insert({ email: 'hidden@example.com' }).select());
  expect(must(await ann.from('runs').select('id'))).toEqual([]);
  expect(failure(await ann.rpc('claim_step'))).toEqual({ status: 403, code: '42501' });
  expect(failure(await rig.visitor().rpc('claim_step'))).toEqual({ status: 401, code: '42501' });
});

test('an invoker view filters, a definer view does not', async () => {
  expect(must(await ann.from('lead_counts').select('business_id'))).toEqual([{ business_id: alpha }]);
  expect(must(await ann.from('lead_counts_of_all').select('business_id'))).toHaveLength(2);
});

test('SQL knows who calls', async () => {
  expect(must(await ann.rpc('whoami'))).toMatchObject({
    uid: annId,
    role: 'authenticated',
    email: 'ann@example.com',
    user: 'authenticated',
  });
  expect(must(await rig.secret.rpc('whoami'))).toMatchObject({ uid: null, role: 'service_role', user: 'service_role' });
  expect(must(await rig.visitor().rpc('whoami'))).toMatchObject({ uid: null, role: 'anon', user: 'anon' });
});

test('policies can read the claims of the token', async () => {
  const credentials = { email: 'claims@example.com', password: 'claims-password' };
  must(await rig.secret.auth.admin.createUser({ ...credentials, email_confirm: true, app_metadata: { plan: 'pro' } }));
  const client = rig.visitor();
  must(await client.auth.signInWithPassword(credentials));
  expect(must(await client.rpc('whoami'))).toMatchObject({
    email: credentials.email,
    jwt: {
      app_metadata: { plan: 'pro', provider: 'email' },
      aal: 'aal1',
      amr: [{ method: 'password' }],
      iss: `${rig.supabase.url}/auth/v1`,
    },
  });
});

test('callers do not mix while one of them waits', async () => {
  const [slow, ...others] = await Promise.all([
    ann.rpc('sleep', { seconds: 0.2 }),
    ...Array.from({ length: 10 }, () => rig.secret.rpc('whoami')),
  ]);
  expect(must(slow)).toBe(annId);
  expect(others.map((answer) => must(answer).user)).toEqual(Array.from({ length: 10 }, () => 'service_role'));
});

test('the auth schema is not served', async () => {
  expect(failure(await rig.secret.schema('auth').from('users').select())).toEqual({ status: 406, code: 'PGRST106' });
});

test('no key and a forged token are 401', async () => {
  const url = `${rig.supabase.url}/rest/v1/leads`;
  expect((await fetch(url)).status).toBe(401);
  const token = (await ann.auth.getSession()).data.session!.access_token;
  const headers = { apikey: rig.supabase.publishableKey, authorization: `Bearer ${token.slice(0, -3)}abc` };
  expect((await fetch(url, { headers })).status).toBe(401);
});
