/** Two businesses with everything that hangs on them, straight into the tables. */
import type { Postgres } from './postgres';

export const now = '2026-11-22T00:00:00Z';
export const hours = JSON.stringify(
  Object.fromEntries(
    ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'].map((day) => [
      day,
      { enabled: true, start: '09:00', end: '17:00' },
    ]),
  ),
);

export interface Tenant {
  userId: string;
  businessId: string;
  runId: string;
}

/** `digit`, up to 15, keeps the tenants apart. */
export async function aTenant({ query, rpc }: Postgres, digit: number): Promise<Tenant> {
  const hex = digit.toString(16);
  const uuid = (kind: number) => `${kind}${hex}000000-0000-4000-8000-000000000000`;
  const [userId, invoiceId, contactId] = [uuid(1), uuid(2), uuid(3)];
  const e164 = `+6148000000${digit}`;
  const contact = { contactId, name: `Client ${digit}`, firstName: null, email: `c${digit}@example.com`, phone: null };
  const invoice = {
    invoiceId,
    tenantId: uuid(4),
    invoiceNumber: `INV-${digit}`,
    updatedUtc: now,
    totalCents: 1,
    amountPaidCents: 1,
    contact,
  };
  const form = { businessName: `Business ${digit}`, email: `c${digit}@example.com`, timeZone: 'Australia/Perth', services: 'all' };
  await query('insert into auth.users (id, email) values ($1, $2)', [userId, `c${digit}@example.com`]);
  await rpc('record_screening', { p_invoice: JSON.stringify(invoice), p_verdict: 'deposit', p_reasons: '[]', p_now: now });
  const claim = { p_invoice_id: invoiceId, p_tenant_id: uuid(4), p_execution_id: `execution-${digit}`, p_now: now };
  const { runId } = (await rpc('claim_invoice', claim)) as { runId: string };
  const tokenHash = hex.repeat(64);
  await rpc('create_invite', { p_run_id: runId, p_token_hash: tokenHash, p_expires_at: '2027-01-01T00:00:00Z', p_now: now });
  const submitted = await rpc('submit_form', { p_token_hash: tokenHash, p_form: JSON.stringify(form), p_now: now });
  const { businessId } = submitted as { businessId: string };
  await rpc('record_number', { p_run_id: runId, p_e164: e164, p_sid: `PN${digit}`, p_state: 'configured', p_now: now });
  await rpc('create_business', { p_run_id: runId, p_now: now });
  const settings = { p_working_hours: hours, p_travel_buffer: 30, p_job_duration: 60 };
  await rpc('configure_settings', { p_run_id: runId, ...settings, p_now: now });
  await rpc('plan_login', { p_run_id: runId, p_email: `c${digit}@example.com`, p_now: now });
  await rpc('record_login', { p_run_id: runId, p_user_id: userId, p_now: now });
  await rpc('create_sign_in_link', { p_user_id: userId, p_token_hash: tokenHash, p_expires_at: '2027-01-01T00:00:00Z', p_now: now });
  const message = { p_message_sid: `SM${digit}`, p_from: '+61499999999', p_to: e164, p_body: 'hi', p_media_count: 0, p_now: now };
  await rpc('receive_message', message);
  await rpc('claim_mail', { p_key: `mail-${digit}`, p_template: 'welcome', p_run_id: runId, p_to: 'x@example.com', p_now: now });
  await rpc('claim_notice', { p_key: `notice-${digit}`, p_now: now });
  await query(
    `insert into public.bookings (business_id, title, starts_at, ends_at, created_at) values ($1, 'Demo', $2::timestamptz, $2::timestamptz + interval '1 hour', $2)`,
    [businessId, now],
  );
  await query(`insert into public.feedback (business_id, body, created_at) values ($1, 'Great', $2)`, [businessId, now]);
  await query(`insert into public.audit_log (at, actor, action, run_id) values ($1, 'Maya', 'looked', $2)`, [now, runId]);
  return { userId, businessId, runId };
}

const hash = (letter: string) => `encode(sha256(convert_to('${letter}' || $1, 'UTF8')), 'hex')`;

/** A row in each of the portal's tables. */
export async function portalRows({ query }: Postgres, { userId, businessId, runId }: Tenant): Promise<void> {
  await query(`insert into public.audit_log (at, actor, action, run_id, business_id) values ($1, 'Maya', 'looked', $2, $3)`, [
    now,
    runId,
    businessId,
  ]);
  await query(
    `insert into public.owner_alerts (business_id, lead_id, message_sid, urgent, due_at, created_at) select $1, id, 'SM', false, $2, $2 from public.leads where business_id = $1`,
    [businessId, now],
  );
  await query(`insert into public.calls (call_sid, business_id, created_at) values ($1, $2, $3)`, [`CA-${businessId}`, businessId, now]);
  await query(`insert into public.number_reconciliations (e164, reconciled_at) values ($1, $2)`, [
    `+614${Number.parseInt(businessId.slice(0, 6), 16).toString().padStart(8, '0').slice(0, 8)}`,
    now,
  ]);
  await query(
    `insert into public.audit_findings (audit, kind, subject, detail, run_id, first_seen_at, last_seen_at) values ('runs', 'run-stuck', $1, 'x', $2, $3, $3)`,
    [runId, runId, now],
  );
  await query(`insert into public.audit_rounds (audit, ended_at) values ($1, $2) on conflict do nothing`, [`of ${runId}`, now]);
  const insert = (sql: string) => query(`with at as (select '${now}'::timestamptz as now) insert into public.${sql}`, [businessId]);
  await insert(`operators select '${userId}', 'Tester of ' || $1, now from at`);
  await insert(`erased_messages select ${hash('m')}, now from at`);
  await insert(`opt_out_hashes select $1::uuid, ${hash('p')}, now from at`);
  await insert(`calendar_feeds select $1::uuid, ${hash('f')}, '${userId}', now from at`);
  await insert(`walkthrough_steps select $1::uuid, '${userId}', 'set-password', 'done', now from at`);
  await insert(
    `member_invitations (token_hash, business_id, email, invited_by, created_at, expires_at) select ${hash('i')}, $1::uuid, 'x@example.com', '${userId}', now, now from at`,
  );
  await insert(
    `email_changes (user_id, new_email, old_token_hash, new_token_hash, created_at, expires_at) select '${userId}', 'y@example.com', ${hash('o')}, ${hash('n')}, now, now from at`,
  );
  await insert(`rate_limits select $1, now, 1 from at`);
  await insert(`sign_in_failures select '${userId}', now::date, length($1) from at`);
  await insert(
    `access_grants (business_id, granted_by, granted_at, expires_at) select $1::uuid, '${userId}', now, now + interval '1 hour' from at`,
  );
  await query(
    `with new as (
       insert into public.offboardings (run_id, client_id, reason, started_by, started_by_name, started_at)
       select id, client_id, 'left', '${userId}', 'Maya', $2 from public.provisioning_runs where id = $1 returning id)
     insert into public.offboarding_steps (offboarding_id, step, position) select id, 'StopProvisioning', 1 from new`,
    [runId, now],
  );
  await insert(`test_identities select '${runId}', '${userId}', now + length($1) * interval '1 second' from at`);
  await insert(
    `manual_replies (message_id, business_id, form_key, sent_by, created_at) select m.id, m.business_id, gen_random_uuid(), '${userId}', now from at, public.messages m where m.business_id = $1::uuid`,
  );
}
