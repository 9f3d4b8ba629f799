import { failure, must, type Rig, startRig } from './rig';

let rig: Rig;
let runId: string;

/** By POST, as the functions call, and by GET. */
const bothWays = async (name: string) => [await rig.secret.rpc(name), await rig.secret.rpc(name, {}, { get: true })].map(must);

beforeAll(async () => {
  rig = await startRig();
  runId = must(await rig.secret.from('runs').insert({ email: 'run@example.com', status: 'paid' }).select('id').single()).id;
});
afterAll(() => rig.stop());

test('jsonb goes in and comes out, and a claim succeeds once', async () => {
  const claim = () => rig.secret.rpc('claim_run', { p_id: runId, p_patch: { by: 'w1', nested: { a: [1, 2] } } });
  expect(must(await claim())).toMatchObject({ claimed: true, run: { id: runId, payload: { by: 'w1', nested: { a: [1, 2] } } } });
  expect(must(await claim())).toEqual({ claimed: false });
});

test('a set of rows comes as an array, or as one row', async () => {
  must(await rig.secret.from('steps').insert({ run_id: runId, step: 'buy' }).select());
  expect(must(await rig.secret.rpc('claim_step'))).toMatchObject([{ step: 'buy', attempts: 1, status: 'running' }]);
  expect(must(await rig.secret.rpc('claim_step'))).toEqual([]);
  must(await rig.secret.from('steps').update({ status: 'queued' }).eq('run_id', runId).select());
  expect(must(await rig.secret.rpc('claim_step').select('step, attempts').maybeSingle())).toEqual({ step: 'buy', attempts: 2 });
});

test('rows go in as a jsonb array and come out as a table', async () => {
  const business = must(await rig.secret.from('businesses').insert({ name: 'Rows' }).select('id').single());
  const added = await rig.secret.rpc('add_leads', { p_business: business.id, p_rows: [{ name: 'r1', phone: '1' }, { name: 'r2' }] });
  expect(must(added).map(({ name }: { name: string }) => name)).toEqual(['r1', 'r2']);
});

test('a scalar and void come as JSON', async () => {
  expect(await rig.secret.rpc('add_up', { a: 2, b: 3 })).toMatchObject({ data: 5, error: null });
  expect(await rig.secret.rpc('add_up', { a: 2, b: 3 }, { get: true })).toMatchObject({ data: 5, error: null });
  expect(await rig.secret.rpc('do_nothing')).toMatchObject({ data: null, error: null });
});

test('a raised error keeps its code, detail and hint', async () => {
  const answer = await rig.secret.rpc('fail_with', { p_code: 'P0001' });
  expect(answer).toMatchObject({
    status: 400,
    error: { code: 'P0001', message: 'failed with P0001', details: 'some detail', hint: 'some hint' },
  });
});

test('PTnnn sets the status, and an unknown function is 404', async () => {
  expect(failure(await rig.secret.rpc('fail_with', { p_code: 'PT409' }))).toEqual({ status: 409, code: 'PT409' });
  expect(failure(await rig.secret.rpc('no_such_function', { a: 1 }))).toEqual({ status: 404, code: 'PGRST202' });
});

test('a definer function reads auth.users for the secret key alone', async () => {
  const { client, userId } = await rig.signedIn('Known@example.com');
  const find = (email: string) => rig.secret.rpc('find_user_by_email', { p_email: email });
  expect(must(await find('KNOWN@example.com'))).toMatchObject({ id: userId, lastSignInAt: expect.stringMatching(/^\d{4}-/) });
  expect(await find('unknown@example.com')).toMatchObject({ data: null, error: null });
  expect(failure(await client.rpc('find_user_by_email', { p_email: 'known@example.com' }))).toEqual({ status: 403, code: '42501' });
  expect(failure(await rig.visitor().rpc('find_user_by_email', { p_email: 'known@example.com' }))).toEqual({ status: 401, code: '42501' });
});

test('a call by the secret key is the same caller by every way, and its answer the same JSON', async () => {
  const [direct, byLite] = await bothWays('whoami');
  expect(direct).toEqual(byLite);
  expect(direct).toMatchObject({ uid: null, role: 'service_role', user: 'service_role' });
  const [before, after] = await bothWays('time_now');
  expect(Date.parse(after) - Date.parse(before)).toBeLessThan(1000);
  expect(before).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+\+00:00$/);
});

test('so is whoever is signed in, and an access token that is over, forged or of another key is refused', async () => {
  const { client, userId } = await rig.signedIn('Who@example.com');
  const direct = must(await client.rpc('whoami'));
  expect(direct).toEqual(must(await client.rpc('whoami', {}, { get: true })));
  expect(direct).toMatchObject({ uid: userId, role: 'authenticated', user: 'authenticated', email: 'who@example.com' });
  const token = (await client.auth.getSession()).data.session?.access_token ?? '';
  const call = (headers: Record<string, string>) =>
    fetch(`${rig.supabase.url}/rest/v1/rpc/whoami`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: '{}',
    });
  const apikey = rig.supabase.publishableKey;
  expect((await call({ apikey, authorization: `Bearer ${token}` })).status).toBe(200);
  const [head, , signature] = token.split('.');
  const forged = Buffer.from(JSON.stringify({ sub: userId, role: 'service_role', exp: 4_000_000_000 })).toString('base64url');
  expect((await call({ apikey, authorization: `Bearer ${head}.${forged}.${signature}` })).status).toBe(401);
  expect((await call({ apikey: 'sb_publishable_other', authorization: `Bearer ${token}` })).status).toBe(401);
  await rig.kernel.advance(7200);
  expect((await call({ apikey, authorization: `Bearer ${token}` })).status).toBe(401);
});

test('a failed call leaves nothing behind, and the next one is not part of it', async () => {
  const half = { p_email: 'half@example.com', p_code: 'P0001' };
  expect(failure(await rig.secret.rpc('insert_and_fail', half))).toEqual({ status: 400, code: 'P0001' });
  expect(must(await rig.secret.from('runs').select('id').eq('email', half.p_email))).toEqual([]);
  expect(must(await rig.secret.rpc('add_up', { a: 1, b: 1 }))).toBe(2);
});

test('of two functions of one name the one is called whose arguments these are', async () => {
  expect(must(await rig.secret.rpc('which_one', { a: 1 }))).toBe('first');
  expect(must(await rig.secret.rpc('which_one', { a: 1, b: 'x' }))).toBe('second');
  expect(failure(await rig.secret.rpc('which_one', { b: 'x' }))).toEqual({ status: 404, code: 'PGRST202' });
});

test('a missing or surplus argument is an unknown function, and one with a default may be left out', async () => {
  expect(failure(await rig.secret.rpc('add_up', { a: 1 }))).toEqual({ status: 404, code: 'PGRST202' });
  expect(failure(await rig.secret.rpc('add_up', { a: 1, b: 2, c: 3 }))).toEqual({ status: 404, code: 'PGRST202' });
  expect(must(await rig.secret.rpc('claim_run', { p_id: runId, p_patch: {}, p_from: 'live' }))).toMatchObject({ claimed: true });
  expect(must(await rig.secret.rpc('claim_run', { p_id: runId, p_patch: {} }))).toEqual({ claimed: false });
});
