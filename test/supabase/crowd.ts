/** Thousands of clients who wait for their form, and the database's part of the next one's way. */
import { now } from './a-business';
import type { Postgres } from './postgres';

const tenantId = '70000000-0000-4000-8000-000000000000';

/** Each as the pipeline leaves it: screened, claimed, confirmed by mail, invited, waiting with a token. The first walks, the others are its copies. */
export async function waitingCrowd(postgres: Postgres, count: number): Promise<void> {
  await nextClient(postgres, 0xffff, { isWaiting: true });
  const copies = {
    clients: `'id', md5('client ' || n), 'contact_id', md5('contact ' || n), 'email', 'old' || n || '@example.com', 'name', 'Client ' || n`,
    screened_invoices: `'invoice_id', md5('invoice ' || n), 'invoice_number', 'OLD-' || n, 'contact_id', md5('contact ' || n), 'contact_email', 'old' || n || '@example.com'`,
    provisioning_runs: `'id', md5('run ' || n), 'invoice_id', md5('invoice ' || n), 'invoice_number', 'OLD-' || n, 'client_id', md5('client ' || n), 'execution_id', 'old-' || n, 'wait_token', 'old token ' || n`,
    provisioning_steps: `'run_id', md5('run ' || n)`,
    email_messages: `'id', md5('mail ' || n), 'key', 'old:' || n, 'run_id', md5('run ' || n)`,
    invites: `'token_hash', encode(sha256(('old' || n)::bytea), 'hex'), 'run_id', md5('run ' || n)`,
  };
  for (const [table, changes] of Object.entries(copies))
    await postgres.query(`
      insert into public.${table} select (jsonb_populate_record(t, jsonb_build_object(${changes}))).* from public.${table} t, generate_series(1, ${count}) n`);
  await postgres.query('analyze');
}

/** The next client's way from the payment to the form, as far as the database goes it. */
export async function nextClient({ rpc }: Postgres, index: number, { isWaiting = false } = {}): Promise<void> {
  const hex = index.toString(16).padStart(4, '0');
  const uuid = (kind: number) => `${kind}000${hex}-0000-4000-8000-000000000000`;
  const [invoiceId, executionId, tokenHash] = [uuid(2), `next-${index}`, hex.repeat(16)];
  const contact = { contactId: uuid(3), name: `Next ${index}`, firstName: null, email: `next${index}@example.com`, phone: null };
  const paid = { invoiceId, tenantId, invoiceNumber: `NEXT-${index}`, updatedUtc: now, totalCents: 1, amountPaidCents: 1, contact };
  const form = { businessName: `Next ${index}`, email: contact.email, timeZone: 'Australia/Perth', services: 'all' };
  await rpc('record_screening', { p_invoice: JSON.stringify(paid), p_verdict: 'deposit', p_reasons: '[]', p_now: now });
  const claim = { p_invoice_id: invoiceId, p_tenant_id: tenantId, p_execution_id: executionId, p_now: now };
  const { runId: p_run_id } = (await rpc('claim_invoice', claim)) as { runId: string };
  const begin = { p_run_id, p_execution_id: executionId, p_redrive_count: 0, p_now: now };
  await rpc('begin_step', { ...begin, p_step: 'SendConfirmation' });
  await rpc('claim_mail', { p_key: `next:${index}`, p_template: 'confirmation', p_run_id, p_to: 'x@example.com', p_now: now });
  await rpc('finish_step', { p_run_id, p_step: 'SendConfirmation', p_evidence: '{}', p_now: now });
  await rpc('create_invite', { p_run_id, p_token_hash: tokenHash, p_expires_at: '2027-01-01T00:00:00Z', p_now: now });
  await rpc('begin_step', { ...begin, p_step: 'AwaitOnboarding' });
  await rpc('open_wait', { p_run_id, p_task_token: `token of ${index}`, p_now: now });
  if (isWaiting) return;
  await rpc('find_invite', { p_token_hash: tokenHash, p_now: now });
  await rpc('submit_form', { p_token_hash: tokenHash, p_form: JSON.stringify(form), p_now: now });
  await rpc('begin_step', { ...begin, p_step: 'ReviewOnboarding' });
}
