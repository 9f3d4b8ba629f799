import { migratedPostgres, type Postgres } from './postgres';

let postgres: Postgres;
beforeAll(async () => {
  postgres = await migratedPostgres();
});
afterAll(() => postgres.close());

const at = (minute: number) => new Date(Date.UTC(2026, 10, 22, 1, minute)).toISOString();
const claim = (n: number, p_via: string, minute: number) =>
  postgres.rpc('claim_screening', {
    p_invoice_id: `00000000-0000-4000-8000-00000000000${n}`,
    p_updated_utc: at(0),
    p_via,
    p_now: at(minute),
  });
const lastWebhookAt = async () => {
  const state = (await postgres.rpc('deployment_state', {})) as { lastWebhookAt: string | null };
  return state.lastWebhookAt && new Date(state.lastWebhookAt).toISOString();
};

test('an event by the webhook is noted, one by the sweep is not', async () => {
  expect(await lastWebhookAt()).toBeNull();
  expect(await claim(1, 'sweep', 1)).toMatchObject({ outcome: 'fetch' });
  expect(await lastWebhookAt()).toBeNull();
  expect(await claim(2, 'webhook', 2)).toMatchObject({ outcome: 'fetch' });
  expect(await lastWebhookAt()).toBe(at(2));
  await claim(3, 'webhook', 9);
  expect(await lastWebhookAt()).toBe(at(9));
});

test('the state of a sound project has nothing open', async () => {
  expect(await postgres.rpc('deployment_state', {})).toMatchObject({ migrations: null, withoutRls: [], strangers: [] });
});

test('the state names a table without row-level security, and one that strangers may read', async () => {
  await postgres.query('create table public.forgotten (id int)');
  await postgres.query('revoke all on public.forgotten from anon');
  await postgres.query('grant select (id) on public.leads to anon');
  expect(await postgres.rpc('deployment_state', {})).toMatchObject({ withoutRls: ['forgotten'], strangers: ['leads'] });
});

test('the state lists the migrations that the Supabase CLI recorded', async () => {
  await postgres.query('create schema supabase_migrations');
  await postgres.query('create table supabase_migrations.schema_migrations (version text primary key)');
  await postgres.query(`insert into supabase_migrations.schema_migrations values ('2'), ('1')`);
  expect(await postgres.rpc('deployment_state', {})).toMatchObject({ migrations: ['1', '2'] });
});

test('only the secret key may ask', async () => {
  await expect(postgres.rpc('deployment_state', {}, { role: 'anon' })).rejects.toMatchObject({ code: '42501' });
  const p = { p_invoice_id: '00000000-0000-4000-8000-000000000001', p_updated_utc: at(0), p_via: 'webhook', p_now: at(1) };
  await expect(postgres.rpc('claim_screening', p, { role: 'anon' })).rejects.toMatchObject({ code: '42501' });
});
