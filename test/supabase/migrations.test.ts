import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { aTenant, hours, now } from './a-business';
import { emptyPostgres, member, migrationsFolder, type Postgres } from './postgres';

const baseline = readFileSync(join(__dirname, 'baseline/sop-tables.sql'), 'utf8');
const sopTables = ['client_onboarding', 'businesses', 'business_settings'];

describe('a project that already holds the SOP’s three tables with rows', () => {
  let postgres: Postgres;
  let before: Record<string, Record<string, unknown>[]>;
  const rows = (table: string) => postgres.query(`select * from public.${table} order by 1, 2`);
  beforeAll(async () => {
    postgres = await emptyPostgres(baseline);
    before = Object.fromEntries(await Promise.all(sopTables.map(async (table) => [table, await rows(table)])));
    await postgres.migrate();
  });
  afterAll(() => postgres.close());

  test.each(sopTables)('keeps every row and column of %s', async (table) => {
    const after = await rows(table);
    expect(after).toHaveLength(3);
    expect(after).toMatchObject(before[table]!);
  });

  test('gets no time zone by guessing', async () => {
    expect(await postgres.query('select distinct time_zone from public.businesses')).toEqual([{ time_zone: null }]);
  });

  test('can go on editing its old rows', async () => {
    await postgres.query(`update public.businesses set status = 'active' where business_name = 'Typed By Hand'`);
    await postgres.query(`update public.client_onboarding set phone = '1' where business_name = 'No Id'`);
    const changed = await postgres.query(
      'update public.business_settings set default_travel_buffer = 20 where working_hours is not null returning default_travel_buffer',
    );
    expect(changed).toEqual([{ default_travel_buffer: 20 }]);
  });

  test('takes a whole new client beside the old ones', async () => {
    const { businessId, userId } = await aTenant(postgres, 5);
    const settings = await postgres.query('select working_hours from public.business_settings where business_id = $1', [businessId]);
    expect(settings).toEqual([{ working_hours: JSON.parse(hours) }]);
    expect(await postgres.query('select id from public.businesses', [], member(userId))).toEqual([{ id: businessId }]);
  });

  test('answers SMS to an old business, the newest if two share the number', async () => {
    const message = { p_message_sid: 'SM-old', p_from: '+61400111222', p_to: '+61480000042', p_body: 'hi', p_media_count: 0, p_now: now };
    expect(await postgres.rpc('receive_message', message)).toMatchObject({
      outcome: 'reply',
      businessId: '11111111-1111-4111-8111-111111111111',
      services: '',
    });
  });

  test('does not buy a number that an old business has', async () => {
    const { runId } = await aTenant(postgres, 6);
    await postgres.query(`update public.phone_numbers set state = 'released', released_at = $2 where run_id = $1`, [runId, now]);
    const wish = { p_run_id: runId, p_e164: '+61480000042', p_now: now };
    expect(await postgres.rpc('reserve_number', wish)).toMatchObject({ outcome: 'taken' });
  });

  test('takes an old client’s deposit for one to ask about', async () => {
    const contact = { contactId: '77777777-0000-4000-8000-000000000000', name: 'K. Lee', email: 'KIM@harbour.example' };
    const ids = { invoiceId: '88888888-0000-4000-8000-000000000000', tenantId: '99999999-0000-4000-8000-000000000000' };
    const p_invoice = JSON.stringify({ ...ids, invoiceNumber: 'INV-99', updatedUtc: now, totalCents: 1, amountPaidCents: 1, contact });
    expect(await postgres.rpc('record_screening', { p_invoice, p_verdict: 'deposit', p_reasons: '[]', p_now: now })).toEqual({
      verdict: 'ask-operator',
      reasons: ['the contact already has a business'],
    });
  });
});

describe('a project of an earlier release, with a live client', () => {
  const released = JSON.parse(readFileSync(join(__dirname, '../releases/1.0.0/migrations.json'), 'utf8')) as Record<string, string>;
  const tables = [
    'clients',
    'provisioning_runs',
    'provisioning_steps',
    'phone_numbers',
    'businesses',
    'business_settings',
    'business_members',
  ];
  let postgres: Postgres;
  beforeAll(async () => {
    postgres = await emptyPostgres();
    await postgres.migrate((file) => Object.hasOwn(released, file));
  });
  afterAll(() => postgres.close());

  test('keeps every row through the migrations since, and the client its business', async () => {
    const rows = () => Promise.all(tables.map((table) => postgres.query(`select * from public.${table} order by 1, 2`)));
    const { businessId, userId } = await aTenant(postgres, 1);
    const before = await rows();
    await postgres.migrate((file) => !Object.hasOwn(released, file));
    expect(await rows()).toMatchObject(before);
    expect(before.every((found) => found.length > 0)).toBe(true);
    expect(await postgres.query('select id from public.businesses', [], member(userId))).toEqual([{ id: businessId }]);
    expect(await aTenant(postgres, 2)).toMatchObject({ businessId: expect.any(String) });
  });
});

describe('a new project', () => {
  let postgres: Postgres;
  let runId: string;
  let businessId: string;
  beforeAll(async () => {
    postgres = await emptyPostgres();
    await postgres.migrate();
    ({ runId, businessId } = await aTenant(postgres, 1));
  });
  afterAll(() => postgres.close());

  test('plans no function anew at each call: a migration that makes one calls private.keep_plans()', async () => {
    const planned = await postgres.query('select id::regprocedure::text as name from private.planned_at_each_call() as planned(id)');
    expect(planned).toEqual([]);
  });

  test('answers as the SQL did: the first row, and a column before a parameter of its name', async () => {
    await postgres.query(`create function private.latest(at integer) returns integer language sql set search_path = '' as $$
      select at from (values (3), (2)) as rows(at) order by at desc
    $$`);
    const latest = () => postgres.query('select private.latest(9) as at, private.latest(null) as other');
    const before = await latest();
    await postgres.query('call private.keep_plans()');
    expect(before).toEqual([{ at: 3, other: 3 }]);
    expect(await latest()).toEqual(before);
    expect(await postgres.query(`select lanname from pg_proc p join pg_language l on l.oid = prolang where proname = 'latest'`)).toEqual([
      { lanname: 'plpgsql' },
    ]);
  });

  describe('constraints', () => {
    test.each([
      [
        'a second active number of a run',
        `insert into public.phone_numbers (run_id, e164, state, attempt, reserved_at) values ($1, '+61480000077', 'reserved', 9, '${now}')`,
        '23505',
      ],
      ['an owned number without its SID', `update public.phone_numbers set sid = null where run_id = $1`, '23514'],
      ['a number that is not E.164', `update public.phone_numbers set e164 = '0480 000 001' where run_id = $1`, '23514'],
      [
        'a second run of an invoice',
        `insert into public.provisioning_runs (invoice_id, tenant_id, invoice_number, client_id, execution_id, created_at) select invoice_id, tenant_id, invoice_number, client_id, 'other', created_at from public.provisioning_runs where id = $1`,
        '23505',
      ],
      ['a completed run without its time', `update public.provisioning_runs set status = 'completed' where id = $1`, '23514'],
      [
        'a client who is live since never',
        `update public.clients set status = 'Live' where id = (select client_id from public.provisioning_runs where id = $1)`,
        '23514',
      ],
      ['a step that is none', `insert into public.provisioning_steps (run_id, step, position) values ($1, 'BuyYacht', 1)`, '23514'],
      [
        'a step that failed of nothing',
        `update public.provisioning_steps set status = 'failed', attempts = 1, started_at = '${now}' where run_id = $1`,
        '23514',
      ],
      [
        'a second owner',
        `with u as (insert into auth.users (email) values ('z@example.com') returning id) insert into public.business_members (business_id, user_id, role, created_at) select b.id, u.id, 'owner', '${now}' from public.businesses b, u where b.run_id = $1`,
        '23505|23503',
      ],
      ['a business of the pipeline without a time zone', `update public.businesses set time_zone = null where run_id = $1`, '23514'],
      [
        'an invite in clear',
        `insert into public.invites (token_hash, run_id, expires_at, created_at) values ('secret', $1, '${now}', '${now}')`,
        '23514',
      ],
    ])('refuse %s', async (_title, sql, code) => {
      await expect(postgres.query(sql, [runId])).rejects.toMatchObject({ code: expect.stringMatching(code) });
    });

    test('refuse a message in somebody else’s conversation', async () => {
      const other = await aTenant(postgres, 2);
      const sql = `insert into public.messages (business_id, lead_id, direction, body, message_sid, created_at)
      select $1, id, 'inbound', 'x', 'SM-x', $3 from public.leads where business_id = $2`;
      await expect(postgres.query(sql, [businessId, other.businessId, now])).rejects.toMatchObject({ code: '23503' });
    });

    test('keep system_settings to one row', async () => {
      await expect(postgres.query('insert into public.system_settings (only_row) values (true)')).rejects.toMatchObject({ code: '23505' });
      await expect(postgres.query('insert into public.system_settings (only_row) values (false)')).rejects.toMatchObject({ code: '23514' });
    });
  });
});

test('the migrations only add: nothing of an older project is dropped, renamed or truncated', () => {
  for (const file of readdirSync(migrationsFolder)) {
    // What a function does when it is called is no part of the migration.
    const sql = readFileSync(join(migrationsFolder, file), 'utf8')
      .replace(/--.*$/gm, '')
      .replace(/^(create (?:or replace )?function[^$]*)\$\$.*?\$\$/gms, '$1')
      // Ours alone: a function that goes on under another name behind one that replaces it, and a rule that is put anew.
      .replace(/^alter function [^;]+;/gm, '')
      .replace(/^(alter table public\.(?!client_onboarding|businesses|business_settings)[^;]*?)drop constraint/gm, '$1');
    expect([file, sql.match(/\b(drop (table|column|schema|constraint|policy)|rename|truncate|delete from)\b/i)]).toEqual([file, null]);
  }
});

test('the migrations have the names that the Supabase CLI takes', () => {
  for (const file of readdirSync(migrationsFolder)) expect(file).toMatch(/^\d{14}_[a-z_]+\.sql$/);
});
