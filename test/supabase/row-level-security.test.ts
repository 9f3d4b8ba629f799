import { randomUUID } from 'node:crypto';
import { aTenant, hours, now, portalRows, type Tenant } from './a-business';
import { anon, member, migratedPostgres, type Postgres, type Role, service } from './postgres';

let postgres: Postgres;
let mine: Tenant;
let theirs: Tenant;
let me: Role;
beforeAll(async () => {
  postgres = await migratedPostgres();
  mine = await aTenant(postgres, 1);
  theirs = await aTenant(postgres, 2);
  await portalRows(postgres, mine);
  await portalRows(postgres, theirs);
  me = member(mine.userId);
});
afterAll(() => postgres.close());

const denied = { code: '42501' };
const count = async (table: string, as: Role, columns = '*') =>
  (await postgres.query(`select ${columns} from public.${table}`, [], as)).length;

/** Table → the columns that a member may read. */
const readable: Record<string, string> = {
  businesses: 'id, business_name, phone_number, status, subscription_status, created_at, time_zone',
  business_settings:
    'business_id, working_hours, default_travel_buffer, default_job_duration, reply_tone, reply_topics, reply_facts, replies_paused, notify_by, notify_phone, notify_email, retention_months, alerts_stopped_at, ring_first, ring_phone, ring_seconds',
  business_members: 'business_id, user_id, role, last_viewed_at',
  calls: 'call_sid, business_id, phone, outcome, text_back, created_at',
  consent_log: 'id, business_id, lead_id, kind, words, at',
  leads:
    'id, business_id, phone, name, is_test, is_demo, opted_out, created_at, last_message_at, suburb, job, urgency, preferred_time, language, is_trial, taken_over_at, urgent_at, person_wanted_at, spam_at, outcome, outcome_at',
  messages: 'id, business_id, lead_id, direction, body, media_count, created_at, status, status_at, error_code, recovered_at',
  bookings: 'id, business_id, lead_id, title, starts_at, ends_at, status, is_demo',
  phone_numbers: 'run_id, e164, state',
  audit_log: 'id, business_id, at, actor, action, detail',
};
const hidden = [
  'client_onboarding',
  'system_settings',
  'screened_invoices',
  'clients',
  'provisioning_runs',
  'provisioning_steps',
  'invites',
  'email_messages',
  'offboarding_steps',
  'offboardings',
  'operator_notices',
  'sign_in_links',
  'feedback',
  'owner_alerts',
  'number_reconciliations',
  'operators',
  'audit_findings',
  'audit_rounds',
  'manual_replies',
  'opt_out_hashes',
  'calendar_feeds',
  'walkthrough_steps',
  'member_invitations',
  'email_changes',
  'rate_limits',
  'sign_in_failures',
  'access_grants',
  'test_identities',
  'erased_messages',
];
const allTables = [...Object.keys(readable), ...hidden];

test('every table of the project is in these tests, has row-level security, and holds a row to be hidden', async () => {
  const found = await postgres.query(
    `select relname, relrowsecurity from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p', 'v', 'm')`,
  );
  expect(new Set(found.map(({ relname }) => relname))).toEqual(new Set(allTables));
  expect(found.filter(({ relrowsecurity }) => !relrowsecurity)).toEqual([]);
  for (const table of allTables) expect([table, (await count(table, service)) > 0]).toEqual([table, true]);
});

describe.each(allTables)('%s', (table) => {
  test('a visitor may do nothing', async () => {
    const [column] = (readable[table] ?? '').split(',');
    await expect(postgres.query(`select ${column || '1'} from public.${table}`, [], anon)).rejects.toMatchObject(denied);
    await expect(postgres.query(`delete from public.${table}`, [], anon)).rejects.toMatchObject(denied);
    await expect(postgres.query(`insert into public.${table} default values`, [], anon)).rejects.toMatchObject(denied);
  });

  test('a member may neither add nor remove rows', async () => {
    await expect(postgres.query(`insert into public.${table} default values`, [], me)).rejects.toMatchObject(denied);
    await expect(postgres.query(`delete from public.${table}`, [], me)).rejects.toMatchObject(denied);
    await expect(postgres.query(`truncate public.${table}`, [], me)).rejects.toMatchObject(denied);
  });
});

test.each(hidden)('a member cannot read %s', async (table) => {
  await expect(count(table, me)).rejects.toMatchObject(denied);
});

describe.each(Object.entries(readable))('a member reads of %s', (table, columns) => {
  test('its own business’s rows, and no others', async () => {
    const owner = table === 'businesses' ? 'id' : table === 'phone_numbers' ? 'run_id' : 'business_id';
    const rows = await postgres.query(`select ${columns} from public.${table}`, [], me);
    expect(rows.map((row) => row[owner])).toEqual([owner === 'run_id' ? mine.runId : mine.businessId]);
  });

  test('nothing if it is a member of nothing', async () => {
    expect(await count(table, member(randomUUID()), columns)).toBe(0);
  });

  test('no other column', async () => {
    const granted = columns.split(', ');
    const all = await postgres.query(
      `select column_name from information_schema.columns where table_schema = 'public' and table_name = $1`,
      [table],
    );
    for (const column of all.map(({ column_name }) => String(column_name)).filter((name) => !granted.includes(name))) {
      await expect(postgres.query(`select ${column} from public.${table}`, [], me)).rejects.toMatchObject(denied);
    }
  });
});

// As the tables' owner: the trigger is the last line of defence behind change_hours.
const set = (sql: string, as?: Role) =>
  postgres.query(`update public.business_settings set ${sql} where business_id = '${mine.businessId}' returning business_id`, [], as);

const day = (changes: object) =>
  `working_hours = jsonb_set(working_hours, '{monday}', '${JSON.stringify({ enabled: true, start: '09:00', end: '17:00', ...changes })}')`;

describe('settings are never', () => {
  test.each([
    ['a day less', `working_hours = working_hours - 'monday'`],
    ['an eighth day', `working_hours = working_hours || '{"funday": {"enabled": true, "start": "09:00", "end": "17:00"}}'`],
    ['a day of another name', `working_hours = working_hours - 'monday' || '{"mon": {"enabled": true, "start": "09:00", "end": "17:00"}}'`],
    ['an array', `working_hours = '[]'`],
    ['nothing', 'working_hours = null'],
    ['a list for a day', `working_hours = jsonb_set(working_hours, '{monday}', '[]')`],
    ['closing before opening', day({ start: '17:00', end: '09:00' })],
    ['a time that is none', day({ end: '25:00' })],
    ['a time without its zero', day({ start: '9:00' })],
    ['"enabled" as text', day({ enabled: 'yes' })],
    ['something beside', day({ note: 'lunch' })],
    ['a negative buffer', 'default_travel_buffer = -1'],
    ['no duration', 'default_job_duration = null'],
    ['a duration of days', 'default_job_duration = 2000'],
  ])('%s', async (_title, sql) => {
    await expect(set(sql)).rejects.toMatchObject({ code: '23514' });
  });

  test('but hours of a closed day may make no sense, because nobody reads them', async () => {
    expect(await set(day({ enabled: false, start: '17:00', end: '09:00' }))).toHaveLength(1);
    await set(`working_hours = '${hours}'`);
  });
});

describe('an owner changes no column itself:', () => {
  test.each([
    ['businesses', 'phone_number', `'+61400000000'`],
    ['businesses', 'status', `'active'`],
    ['businesses', 'subscription_status', `'active'`],
    ['businesses', 'business_name', `'x'`],
    ['business_members', 'role', `'owner'`],
    ['business_members', 'last_viewed_at', 'now()'],
    ['leads', 'opted_out', 'false'],
    ['messages', 'body', `'x'`],
    ['bookings', 'title', `'x'`],
    ['phone_numbers', 'state', `'owned'`],
    ['clients', 'status', `'Live'`],
    ['audit_log', 'actor', `'x'`],
    ['system_settings', 'daily_number_cap', '9'],
    ['business_settings', 'default_travel_buffer', '45'],
    ['business_settings', 'working_hours', `'{}'`],
    ['business_settings', 'business_id', `'00000000-0000-4000-8000-000000000000'`],
  ])('%s.%s', async (table, column, value) => {
    await expect(postgres.query(`update public.${table} set ${column} = ${value}`, [], me)).rejects.toMatchObject(denied);
  });
});

const viewedBy = async ({ userId }: Tenant) =>
  (await postgres.query('select last_viewed_at from public.business_members where user_id = $1', [userId]))[0]?.last_viewed_at;

describe('record_view', () => {
  test('notes a member’s view, of its own row and never backwards', async () => {
    const later = '2026-11-23T00:00:00Z';
    expect(await postgres.rpc('record_view', { p_business_id: mine.businessId, p_now: later }, me)).toBe(true);
    expect(await postgres.rpc('record_view', { p_business_id: mine.businessId, p_now: now }, me)).toBe(true);
    expect(await viewedBy(mine)).toEqual(new Date(later));
    expect(await viewedBy(theirs)).toBeNull();
  });

  test('is nothing to somebody else’s business, or to a visitor', async () => {
    expect(await postgres.rpc('record_view', { p_business_id: theirs.businessId, p_now: now }, me)).toBe(false);
    expect(await viewedBy(theirs)).toBeNull();
    await expect(postgres.rpc('record_view', { p_business_id: mine.businessId, p_now: now }, anon)).rejects.toMatchObject(denied);
  });
});

const leadOf = async ({ businessId }: Tenant) =>
  (await postgres.query('select id, taken_over_at from public.leads where business_id = $1', [businessId]))[0]!;

describe('take_over_lead', () => {
  test('quiets the machine for a lead of the member’s own business, and hands it back', async () => {
    const { id } = await leadOf(mine);
    const lead = { p_business_id: mine.businessId, p_lead_id: id };
    const call = (p_taken: boolean) => postgres.rpc('take_over_lead', { ...lead, p_taken, p_now: now }, me);
    const message = { p_from: '+61499999999', p_to: '+61480000001', p_body: 'and?', p_media_count: 0, p_now: now };
    expect(await call(true)).toMatchObject({ outcome: 'done' });
    expect(await postgres.rpc('receive_message', { ...message, p_message_sid: 'SM-taken' })).toMatchObject({ outcome: 'silent' });
    expect(await call(false)).toMatchObject({ outcome: 'done' });
    expect(await postgres.rpc('receive_message', { ...message, p_message_sid: 'SM-back' })).toMatchObject({ outcome: 'reply' });
  });

  test('is nothing to somebody else’s lead, or to a visitor', async () => {
    const { id } = await leadOf(theirs);
    const call = { p_business_id: theirs.businessId, p_lead_id: id, p_taken: true, p_now: now };
    expect(await postgres.rpc('take_over_lead', call, me)).toBeNull();
    expect((await leadOf(theirs)).taken_over_at).toBeNull();
    await expect(postgres.rpc('take_over_lead', call, anon)).rejects.toMatchObject(denied);
  });
});

const functionsWhere = async (role: string, schema: string) => {
  const rows = await postgres.query(
    `select p.proname from pg_proc p where p.pronamespace = $1::regnamespace and has_function_privilege($2, p.oid, 'execute')
       and has_schema_privilege($2, $1, 'usage')`,
    [schema, role],
  );
  return rows.map(({ proname }) => proname);
};

/** What a signed-in person may call: each looks itself whose business it is. */
const forMembers = [
  'record_view',
  'my_account',
  'business_frame',
  'walkthrough_done',
  'walkthrough_skip',
  'dashboard',
  'lead_list',
  'lead_thread',
  'mark_lead',
  'take_over_lead',
  'write_reply',
  'export_leads',
  'delete_lead',
  'calendar',
  'booking',
  'create_booking',
  'move_booking',
  'cancel_booking',
  'delete_demo',
  'set_calendar_feed',
  'settings',
  'change_hours',
  'change_details',
  'change_notifications',
  'change_replies',
  'change_calls',
  'change_retention',
  'pause_replies',
  'audit_trail',
  'grant_access',
  'people',
  'invite_member',
  'withdraw_invitation',
  'remove_member',
  'hand_over',
  'request_email_change',
  'withdraw_email_change',
  'give_feedback',
  'operator_audits',
  'operator_board',
  'operator_run',
  'operator_note',
  'operator_decide_offboarding',
  'operator_offboard',
  'operator_offboardings',
  'operator_restart_offboarding',
  'operator_run_offboardings',
  'operator_resend',
  'operator_review_form',
  'operator_settle_mail',
  'operator_clients',
  'operator_feedback',
  'operator_set_feedback',
  'operator_flagged_message',
  'operator_leads',
  'operator_thread',
  'operator_watch_list',
];

describe('SQL functions', () => {
  test('are all for the secret key alone, but the members’ and operators’', async () => {
    expect(await functionsWhere('anon', 'public')).toEqual([]);
    expect(new Set(await functionsWhere('authenticated', 'public'))).toEqual(new Set(forMembers));
    expect((await functionsWhere('service_role', 'public')).length).toBeGreaterThan(35);
  });

  test('beneath the surface are closed to visitors, and open to members only where rules and triggers need them', async () => {
    expect(await functionsWhere('anon', 'private')).toEqual([]);
    expect(new Set(await functionsWhere('authenticated', 'private'))).toEqual(
      new Set(['is_day', 'is_member', 'is_member_of_run', 'is_owner']),
    );
  });

  test('name every schema themselves', async () => {
    const open = await postgres.query(
      `select proname from pg_proc where pronamespace in ('public'::regnamespace, 'private'::regnamespace)
         and not coalesce('search_path=""' = any (proconfig), false)`,
    );
    expect(open).toEqual([]);
  });

  test('act as their caller in what the API shows, but for the members’', async () => {
    const definers = await postgres.query(`select proname from pg_proc where pronamespace = 'public'::regnamespace and prosecdef`);
    expect(new Set(definers.map(({ proname }) => proname))).toEqual(new Set([...forMembers, 'deployment_state']));
  });

  test('never look at the database’s own clock', async () => {
    const clocks = await postgres.query(
      `select proname from pg_proc where pronamespace in ('public'::regnamespace, 'private'::regnamespace)
         and prosrc ~* '\\m(now\\(\\)|current_timestamp|clock_timestamp|localtimestamp|current_date)'`,
    );
    expect(clocks).toEqual([]);
  });
});
