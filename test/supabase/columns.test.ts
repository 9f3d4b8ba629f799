/** Every column of every table, as information_schema knows them, against everybody who can sign in or not. A new column fails until it stands here. */
import { randomUUID } from 'node:crypto';
import { portalRows } from './a-business';
import { aPortal, aUser, type Portal } from './portal';
import { anon, member, type Role } from './postgres';

/** Table → columns that an owner reads of its own business; nobody writes any. A column that is not here is read by nobody. */
const ownerReads: Record<string, string[]> = {
  businesses: ['id', 'business_name', 'phone_number', 'status', 'subscription_status', 'created_at', 'time_zone'],
  business_settings: [
    'business_id',
    'working_hours',
    'default_travel_buffer',
    'default_job_duration',
    'replies_paused',
    'reply_tone',
    'reply_topics',
    'reply_facts',
    'notify_by',
    'notify_phone',
    'notify_email',
    'retention_months',
    'alerts_stopped_at',
    'ring_first',
    'ring_phone',
    'ring_seconds',
  ],
  calls: ['call_sid', 'business_id', 'phone', 'outcome', 'text_back', 'created_at'],
  consent_log: ['id', 'business_id', 'lead_id', 'kind', 'words', 'at'],
  business_members: ['business_id', 'user_id', 'role', 'last_viewed_at'],
  leads: [
    'id',
    'business_id',
    'phone',
    'name',
    'is_test',
    'is_demo',
    'opted_out',
    'created_at',
    'last_message_at',
    'outcome',
    'outcome_at',
    'taken_over_at',
    'is_trial',
    'suburb',
    'job',
    'urgency',
    'preferred_time',
    'language',
    'urgent_at',
    'person_wanted_at',
    'spam_at',
  ],
  messages: [
    'id',
    'business_id',
    'lead_id',
    'direction',
    'body',
    'media_count',
    'created_at',
    'status',
    'status_at',
    'error_code',
    'recovered_at',
  ],
  bookings: ['id', 'business_id', 'lead_id', 'title', 'starts_at', 'ends_at', 'status', 'is_demo'],
  phone_numbers: ['run_id', 'e164', 'state'],
  audit_log: ['id', 'business_id', 'at', 'actor', 'action', 'detail'],
};
/** What only the owner sees rows of. */
const ownerOnly = new Set(['business_settings', 'audit_log']);

/** Columns that hold nothing for anybody but the secret key, on purpose. A column in neither list is one that nobody has thought about. */
const hidden: Record<string, string[]> = {
  access_grants: ['id', 'business_id', 'granted_by', 'granted_at', 'expires_at', 'revoked_at'],
  audit_log: ['run_id', 'invoice_id', 'actor_user_id'],
  audit_findings: [
    'id',
    'audit',
    'kind',
    'subject',
    'detail',
    'run_id',
    'first_seen_at',
    'last_seen_at',
    'occurrences',
    'announced_at',
    'resolved_at',
  ],
  audit_rounds: ['audit', 'ended_at'],
  bookings: ['created_at', 'created_by', 'updated_at', 'revision', 'booked_by_sid'],
  business_members: ['created_at'],
  business_settings: ['updated_at'],
  businesses: ['run_id', 'demo_created_at'],
  calls: ['ended_at'],
  consent_log: ['message_sid'],
  number_reconciliations: ['e164', 'reconciled_at'],
  owner_alerts: [
    'id',
    'business_id',
    'lead_id',
    'message_sid',
    'urgent',
    'reason',
    'due_at',
    'created_at',
    'sms_at',
    'sms_sid',
    'sms_status',
    'sms_error_code',
    'emailed_at',
    'done_at',
  ],
  calendar_feeds: ['business_id', 'token_hash', 'created_by', 'created_at'],
  client_onboarding: [
    'id',
    'business_id',
    'business_name',
    'contact_name',
    'email',
    'phone',
    'created_at',
    'form',
    'submitted_at',
    'updated_at',
  ],
  clients: ['id', 'contact_id', 'name', 'first_name', 'email', 'phone', 'status', 'live_at', 'created_at'],
  email_changes: [
    'id',
    'user_id',
    'new_email',
    'old_token_hash',
    'new_token_hash',
    'old_confirmed_at',
    'new_confirmed_at',
    'created_at',
    'expires_at',
    'applied_at',
    'withdrawn_at',
  ],
  email_messages: [
    'id',
    'key',
    'template',
    'run_id',
    'to_address',
    'status',
    'claims',
    'message_id',
    'claimed_at',
    'sent_at',
    'delivered_at',
    'bounced_at',
    'complained_at',
    'settled_by',
    'settled_at',
    'claim_token',
    'ended_tokens',
  ],
  erased_messages: ['sid_hash', 'erased_at'],
  feedback: ['id', 'business_id', 'run_id', 'body', 'created_at', 'kind', 'message_id', 'user_id', 'page', 'status'],
  invites: ['token_hash', 'run_id', 'expires_at', 'created_at'],
  leads: [
    'opted_out_at',
    'announced_at',
    'announced_urgent_at',
    'announced_person_at',
    'asked',
    'offered',
    'handled_at',
    'conversation_at',
  ],
  manual_replies: ['message_id', 'business_id', 'form_key', 'sent_by', 'status', 'claimed_at', 'sent_at', 'created_at'],
  member_invitations: ['token_hash', 'business_id', 'email', 'invited_by', 'created_at', 'expires_at', 'accepted_at', 'withdrawn_at'],
  messages: ['message_sid', 'in_reply_to', 'call_sid', 'handled_at', 'wants_answer'],
  offboarding_steps: [
    'offboarding_id',
    'step',
    'position',
    'status',
    'attempts',
    'attempted_at',
    'finished_at',
    'evidence',
    'error',
    'error_message',
  ],
  offboardings: [
    'id',
    'run_id',
    'client_id',
    'reason',
    'started_by',
    'started_by_name',
    'started_at',
    'execution_id',
    'redrives',
    'run_was',
    'stopped_at',
    'stopped_step',
    'suspended_at',
    'login_disabled_at',
    'quarantined_at',
    'release_after',
    'blocked',
    'kept',
    'wait_token',
    'wait_opened_at',
    'wait_closed_at',
    'decision',
    'decided_by',
    'decided_by_name',
    'decided_at',
    'restored_at',
    'completed_at',
    'undone_at',
  ],
  operator_notices: ['key', 'claimed_at', 'claims', 'sent_at'],
  operators: ['user_id', 'name', 'created_at'],
  opt_out_hashes: ['business_id', 'phone_hash', 'opted_out_at'],
  phone_numbers: [
    'id',
    'sid',
    'attempt',
    'reserved_at',
    'requested_at',
    'owned_at',
    'configured_at',
    'quarantined_at',
    'quarantined_until',
    'released_at',
    'adopted_at',
    'previous_settings',
  ],
  provisioning_runs: [
    'id',
    'invoice_id',
    'tenant_id',
    'invoice_number',
    'client_id',
    'execution_id',
    'status',
    'redrives',
    'adopted_at',
    'redrives_before',
    'issue',
    'created_at',
    'completed_at',
    'business_id',
    'form_at',
    'form_closed_at',
    'wait_token',
    'wait_opened_at',
    'wait_closed_at',
    'login_planned_at',
    'login_existed_before',
    'login_user_id',
    'login_recorded_at',
    'test_nonce',
    'test_message_sid',
    'test_sent_at',
    'day1_at',
    'day3_at',
    'day7_at',
    'notes',
    'form_reviewed_at',
    'form_reviewed_by',
  ],
  provisioning_steps: [
    'run_id',
    'step',
    'position',
    'status',
    'attempts',
    'started_at',
    'attempted_at',
    'finished_at',
    'evidence',
    'output',
    'error',
    'error_message',
    'machine_ms',
    'client_ms',
    'operator_ms',
  ],
  rate_limits: ['key', 'window_start', 'hits'],
  screened_invoices: [
    'invoice_id',
    'tenant_id',
    'invoice_number',
    'updated_utc',
    'claimed_utc',
    'verdict',
    'reasons',
    'contact_id',
    'contact_name',
    'contact_first_name',
    'contact_email',
    'contact_phone',
    'total_cents',
    'paid_cents',
    'lease_until',
    'announced_at',
    'announcements',
    'created_at',
    'judged_at',
  ],
  sign_in_failures: ['user_id', 'day', 'failures'],
  sign_in_links: ['token_hash', 'user_id', 'expires_at', 'used_at', 'created_at'],
  system_settings: [
    'only_row',
    'purchases_enabled',
    'daily_number_cap',
    'last_webhook_at',
    'balance_floor_cents',
    'price_ceiling_cents',
    'spend_currency',
  ],
  test_identities: ['run_id', 'user_id', 'created_at'],
  walkthrough_steps: ['business_id', 'user_id', 'step', 'status', 'at'],
};

let portal: Portal;
let columns: { table: string; column: string }[];
beforeAll(async () => {
  portal = await aPortal();
  await portalRows(portal.postgres, portal.mine);
  await portalRows(portal.postgres, portal.theirs);
  const rows = await portal.postgres.query(
    `select table_name, column_name from information_schema.columns where table_schema = 'public' order by table_name, ordinal_position`,
  );
  columns = rows.map(({ table_name, column_name }) => ({ table: String(table_name), column: String(column_name) }));
});
afterAll(() => portal.postgres.close());

const denied = { code: '42501' };
const isRead = ({ table, column }: { table: string; column: string }) => ownerReads[table]?.includes(column) ?? false;

test('every column has been thought about', () => {
  const known = [ownerReads, hidden].flatMap((list) =>
    Object.entries(list).flatMap(([table, names]) => names.map((name) => `${table}.${name}`)),
  );
  expect(columns.map(({ table, column }) => `${table}.${column}`).sort()).toEqual(known.sort());
});

/** Rows that this role sees of a column, or 'denied'. */
async function seen({ table, column }: { table: string; column: string }, as: Role): Promise<unknown[] | 'denied'> {
  const key = table === 'businesses' ? 'id' : table === 'phone_numbers' ? 'run_id' : 'business_id';
  const sql = `select ${column}${isRead({ table, column }) ? `, ${key} as key` : ''} from public.${table}`;
  return portal.postgres.query(sql, [], as).catch((error: { code?: string }) => {
    if (error.code !== denied.code) throw error;
    return 'denied' as const;
  });
}

test('anonymous visitors read no column', async () => {
  for (const column of columns) expect([column, await seen(column, anon)]).toEqual([column, 'denied']);
});

test.each(['owner', 'member', 'another tenant', 'an operator', 'somebody of no business'])(
  '%s reads its own rows of the granted columns',
  async (who) => {
    const roles: Record<string, Role> = {
      owner: portal.ownerRole,
      member: portal.memberRole,
      'another tenant': portal.otherRole,
      'an operator': portal.operatorRole,
      'somebody of no business': member(await aUser(portal.postgres, `${randomUUID()}@example.com`)),
    };
    const keysOf = async (column: (typeof columns)[number]) => {
      const rows = await seen(column, roles[who]!);
      return rows === 'denied' ? rows : [...new Set((rows as { key: string }[]).map(({ key }) => key))];
    };
    const expected = ({ table, column }: (typeof columns)[number]) => {
      if (!isRead({ table, column })) return 'denied';
      const isMine = who === 'owner' || (who === 'member' && !ownerOnly.has(table));
      const tenant = who === 'another tenant' ? portal.theirs : isMine ? portal.mine : null;
      return tenant ? [table === 'phone_numbers' ? tenant.runId : tenant.businessId] : [];
    };
    for (const column of columns) expect([column, await keysOf(column)]).toEqual([column, expected(column)]);
  },
);

test('nobody who signs in writes any column', async () => {
  const writable = await portal.postgres.query(
    `select c.table_name, c.column_name, r.role
       from information_schema.columns c, unnest(array['anon', 'authenticated']) r (role)
      where c.table_schema = 'public'
        and (has_column_privilege(r.role, format('public.%I', c.table_name), c.column_name, 'update')
          or has_column_privilege(r.role, format('public.%I', c.table_name), c.column_name, 'insert')
          or has_table_privilege(r.role, format('public.%I', c.table_name), 'delete')
          or has_table_privilege(r.role, format('public.%I', c.table_name), 'truncate')
          or has_table_privilege(r.role, format('public.%I', c.table_name), 'trigger'))`,
  );
  expect(writable).toEqual([]);
});

/** Leads, calendar and what is a person's own. Every other function of a business is the owner's: a new one is, until it stands here. */
const membersToo = [
  'record_view',
  'business_frame',
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
  'pause_replies',
  'walkthrough_done',
  'walkthrough_skip',
  'remove_member',
  'give_feedback',
];

describe('functions for members', () => {
  /** Arguments that would work for the owner: what is refused is refused for the asking. */
  const argument: Record<string, unknown> = {
    p_now: '2026-11-22T00:00:00Z',
    p_page: 1,
    p_search: '',
    p_show: 'all',
    p_status: null,
    p_outcome: 'won',
    p_taken: true,
    p_body: 'Hi',
    p_form_key: randomUUID(),
    p_title: 'Job',
    p_starts_at: '2026-11-23T02:00:00Z',
    p_ends_at: '2026-11-23T03:00:00Z',
    p_first_day: null,
    p_days: 7,
    p_token_hash: 'e'.repeat(64),
    p_expires_at: '2026-12-22T00:00:00Z',
    p_email: 'n@example.com',
    p_kind: 'bug',
    p_message_id: null,
    p_skip: true,
    p_step: 'see-demo',
    p_paused: true,
    p_months: 12,
    p_hours: 24,
    p_by: 'both',
    p_phone: '+61412345678',
    p_tone: 'friendly',
    p_topics: '[]',
    p_facts: '',
    p_business_name: 'X',
    p_services: 'X',
    p_time_zone: 'Australia/Perth',
    p_working_hours: '{}',
    p_travel_buffer: 0,
    p_job_duration: 60,
    p_text: 'note',
    p_form: null,
    p_decision: 'was-sent',
    p_offboarding_id: randomUUID(),
    p_confirmation: 'INV-1',
    p_reason: 'x',
    p_feedback_id: randomUUID(),
    p_mail_id: randomUUID(),
  };

  test('answer null or false to another tenant, and change nothing', async () => {
    const { postgres, mine, otherRole } = portal;
    const [lead] = await postgres.query('select id from public.leads where business_id = $1', [mine.businessId]);
    const [booking] = await postgres.query('select id from public.bookings where business_id = $1', [mine.businessId]);
    const ids: Record<string, unknown> = {
      p_business_id: mine.businessId,
      p_lead_id: lead?.id,
      p_booking_id: booking?.id,
      p_user_id: portal.memberId,
      p_run_id: mine.runId,
    };
    const functions = await postgres.query(
      `select proname, proargnames from pg_proc where pronamespace = 'public'::regnamespace and has_function_privilege('authenticated', oid, 'execute')
        and proargnames && array['p_business_id', 'p_run_id', 'p_feedback_id', 'p_mail_id', 'p_offboarding_id']`,
    );
    expect(functions.length).toBeGreaterThan(35);
    const dump = () =>
      postgres.query(`select query_to_xml('select * from public.' || relname, true, true, '')::text as rows, relname
      from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r' order by relname`);
    // The other tenant must be no operator for this.
    await postgres.query('delete from public.operators where user_id = $1', [portal.theirs.userId]);
    const before = await dump();
    for (const { proname, proargnames } of functions) {
      const args = Object.fromEntries((proargnames as string[]).map((name) => [name, ids[name] ?? argument[name] ?? null]));
      const answer = await postgres.rpc(String(proname), args, otherRole);
      expect([proname, answer === null || answer === false]).toEqual([proname, true]);
      await expect(postgres.rpc(String(proname), args, anon)).rejects.toMatchObject(denied);
    }
    expect(await dump()).toEqual(before);
  });

  test('of the owner answer a member null, and change nothing', async () => {
    const { postgres, mine, memberRole, theirs } = portal;
    const business = `from pg_proc where pronamespace = 'public'::regnamespace and has_function_privilege('authenticated', oid, 'execute')`;
    const all = await postgres.query(`select proname ${business} and proargnames[1] = 'p_business_id'`);
    const owners = all.map(({ proname }) => String(proname)).filter((name) => !membersToo.includes(name));
    expect(owners).toEqual(expect.arrayContaining(['settings', 'change_calls', 'people', 'hand_over', 'audit_trail']));
    for (const name of owners) {
      const [row] = (await postgres.query('select proargnames from pg_proc where proname = $1', [name])) as { proargnames: string[] }[];
      const ids: Record<string, unknown> = { p_business_id: mine.businessId, p_user_id: theirs.userId };
      const args = Object.fromEntries(row!.proargnames.map((key) => [key, ids[key] ?? argument[key] ?? null]));
      expect([name, await postgres.rpc(name, args, memberRole)]).toEqual([name, null]);
    }
    expect(await portal.staff.removeMember(mine.businessId, mine.userId)).toBe('not-found');
  });
});
