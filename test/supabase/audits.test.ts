import { operatorOf } from '../../functions/portal/operator/operator';
import { supabaseAuditBooks, supabaseFindings } from '../../shared/clients/supabase/audits';
import { supabaseFailedRuns } from '../../shared/clients/supabase/failed-runs';
import { supabaseNoticeLog } from '../../shared/clients/supabase/notice-log';
import type { Finding } from '../../shared/audit/finding';
import { aPortal, databaseAs, type Portal, setClock, sunday } from './portal';
import { anon, service } from './postgres';

let portal: Portal;
let runId: string;
beforeAll(async () => {
  setClock(sunday);
  portal = await aPortal();
  ({ runId } = portal.mine);
});
afterAll(async () => {
  jest.useRealTimers();
  await portal.postgres.close();
});
const db = () => databaseAs(portal.postgres, service);
const books = () => supabaseAuditBooks(db());
const findings = () => supabaseFindings(db());
const query = (sql: string, parameters: unknown[] = []) => portal.postgres.query(sql, parameters);

const orphan = (sid: string, changes: Partial<Finding> = {}): Finding => ({
  kind: 'number-orphaned',
  subject: sid,
  detail: `${sid} is lost`,
  ...changes,
});
const open = async () => (await findings().open()).map(({ subject, occurrences, isAnnounced }) => [subject, occurrences, isAnnounced]);

describe('findings', () => {
  test('are one per kind and subject, resolved when they are gone, and new again when they come back', async () => {
    await findings().record('numbers', [orphan('PN1'), orphan('PN1'), orphan('PN2', { runId })]);
    expect(await open()).toEqual([
      ['PN1', 1, false],
      ['PN2', 1, false],
    ]);
    await findings().announced((await findings().open()).map(({ id }) => id));
    setClock('2026-11-22T01:00:00Z');
    await findings().record('numbers', [orphan('PN2', { runId, detail: 'PN2 is still lost' })]);
    expect(await open()).toEqual([['PN2', 1, true]]);
    const [kept] = await findings().open();
    expect(kept).toMatchObject({
      runId,
      invoiceNumber: 'INV-1',
      detail: 'PN2 is still lost',
      firstSeenAt: expect.stringContaining('T00:00'),
    });
    expect(kept?.lastSeenAt).toContain('T01:00');
    setClock('2026-11-22T02:00:00Z');
    await findings().record('numbers', [orphan('PN1'), orphan('PN2', { runId })]);
    expect(await open()).toEqual([
      ['PN2', 1, true],
      ['PN1', 2, false],
    ]);
  });

  test('of other audits stay as they are', async () => {
    await findings().record('mails', [{ kind: 'mail-returned', subject: 'm1 welcome', detail: 'it bounced' }]);
    await findings().record('numbers', []);
    expect(await open()).toEqual([['m1 welcome', 1, false]]);
  });

  test('of a round that was overtaken change nothing', async () => {
    setClock('2026-11-22T01:30:00Z');
    await findings().record('mails', []);
    expect(await open()).toEqual([['m1 welcome', 1, false]]);
    setClock('2026-11-22T02:00:00Z');
  });

  test('about a run that is gone name none', async () => {
    await findings().record('runs', [{ kind: 'run-stuck', subject: 'x', detail: 'stands', runId: '99999999-0000-4000-8000-000000000000' }]);
    expect((await findings().open()).find(({ subject }) => subject === 'x')).toMatchObject({ runId: null });
  });

  test('are shown to the operator, and to nobody else', async () => {
    const shown = await portal.operator.audits();
    expect(shown?.open.map(({ subject }) => subject)).toEqual(['m1 welcome', 'x']);
    expect(shown?.resolved.map(({ subject }) => subject)).toEqual(['PN1', 'PN2']);
    expect(Object.keys(shown?.rounds ?? {}).sort()).toEqual(['mails', 'numbers', 'runs']);
    expect(await portal.nobody.audits()).toBeNull();
    await expect(operatorOf(databaseAs(portal.postgres, anon)).audits()).rejects.toMatchObject({ code: '42501' });
    for (const role of [portal.operatorRole, portal.ownerRole, anon])
      await expect(portal.postgres.query('select * from public.audit_findings', [], role)).rejects.toMatchObject({ code: '42501' });
  });
});

const missedTexts = async () => (await books().webhooks()).missedTexts;
const missedInvoices = async (lastWebhookAt: string | null) => {
  await query('update public.system_settings set last_webhook_at = $1', [lastWebhookAt]);
  return (await books().webhooks()).missedInvoices.count;
};

describe('the books', () => {
  test('have the numbers and the active businesses', async () => {
    const { numbers, businesses } = await books().numbers();
    expect(numbers).toContainEqual({ runId, e164: '+61480000001', sid: 'PN1', state: 'configured', since: '2026-11-22T00:00:00.000Z' });
    expect(businesses).toContainEqual({ businessId: portal.mine.businessId, runId, e164: '+61480000001' });
  });

  test('have the runs with whom they wait for', async () => {
    await portal.postgres.rpc('begin_step', {
      p_run_id: runId,
      p_step: 'ConfirmDeposit',
      p_execution_id: 'execution-1',
      p_redrive_count: 0,
      p_now: sunday,
    });
    setClock('2026-11-22T00:29:00Z');
    expect(await books().runs()).toEqual([]);
    setClock('2026-11-22T03:00:00Z');
    expect(await books().runs()).toContainEqual({
      runId,
      invoiceNumber: 'INV-1',
      step: 'ConfirmDeposit',
      waitingFor: 'machine',
      since: '2026-11-22T00:00:00.000Z',
    });
    // Whatever state its first open step is in, the board says the same of it.
    const states = [
      [`status = 'failed', error = 'x', finished_at = $2`, 'operator'],
      [`status = 'waiting', error = null, finished_at = $2::timestamptz - interval '8 days'`, 'client'],
      [`status = 'pending', attempts = 0, started_at = null, attempted_at = null, finished_at = null`, 'machine'],
      [`status = 'running', attempts = 1, started_at = $2, attempted_at = $2`, 'machine'],
    ];
    for (const [change = '', waitingFor] of states) {
      await query(
        `update public.provisioning_steps set ${change} where run_id = $1 and step = 'ConfirmDeposit' and $2::timestamptz is not null`,
        [runId, sunday],
      );
      const [{ standing } = {}] = await query('select private.standing(r, $2) as standing from public.provisioning_runs r where id = $1', [
        runId,
        '2026-11-22T03:00:00Z',
      ]);
      const run = (await books().runs()).find((one) => one.runId === runId);
      const { since, waitingFor: saidToWaitFor } = standing as { since: string; waitingFor: string };
      expect(run).toMatchObject({ waitingFor, since: new Date(since).toISOString() });
      expect(saidToWaitFor).toBe(waitingFor);
    }
    const told = (key: string, at: string) =>
      query('insert into public.operator_notices (key, claimed_at, sent_at) values ($1, $2, $2)', [key, at]);
    await told('execution/execution-1/event-5', '2026-11-21T23:00:00Z');
    await told('execution/execution-12/event-5', '2026-11-22T00:07:00Z');
    expect((await books().runs()).find((run) => run.runId === runId)).toMatchObject({ waitingFor: 'machine' });
    await told('execution/execution-1/event-9', '2026-11-22T00:05:00Z');
    expect((await books().runs()).find((run) => run.runId === runId)).toMatchObject({
      waitingFor: 'operator',
      since: '2026-11-22T00:05:00.000Z',
    });
    await query(`update public.provisioning_runs set status = 'cancelled' where id = $1`, [runId]);
    expect((await books().runs()).map((run) => run.runId)).not.toContain(runId);
    await query(`update public.provisioning_runs set status = 'running' where id = $1`, [runId]);
  });

  test('have an offboarding that has not begun or failed, and none that waits for a decision; its alert says what is done', async () => {
    expect(await books().offboardings()).toEqual([]);
    const [{ client_id: clientId } = {}] = await query('select client_id from public.provisioning_runs where id = $1', [
      portal.theirs.runId,
    ]);
    const offboardingId = '77777777-0000-4000-8000-000000000000';
    await query(
      `insert into public.offboardings (id, run_id, client_id, reason, started_by, started_by_name, started_at, execution_id) values ($1, $2, $3, 'sold', $4, 'Maya', $5, 'execution-of-offboarding')`,
      [offboardingId, portal.theirs.runId, clientId, portal.operatorId, sunday],
    );
    await query(
      `insert into public.offboarding_steps (offboarding_id, step, position) select $1, s, i from unnest(array['StopProvisioning', 'AwaitRelease', 'ReleaseNumber']) with ordinality x (s, i)`,
      [offboardingId],
    );
    const begun = { offboardingId, runId: portal.theirs.runId, invoiceNumber: 'INV-2', since: '2026-11-22T00:00:00.000Z' };
    expect(await books().offboardings()).toEqual([{ ...begun, step: null, isFailed: false }]);
    const change = (step: string, to: string) =>
      query(
        `update public.offboarding_steps set attempts = 1, attempted_at = $2, finished_at = $2, ${to} where offboarding_id = $1 and step = '${step}'`,
        [offboardingId, '2026-11-22T01:00:00Z'],
      );
    await change('StopProvisioning', `status = 'done'`);
    await change('AwaitRelease', `status = 'waiting'`);
    expect(await books().offboardings()).toEqual([]);
    // Somebody has stopped its execution, which no step tells.
    const told = '2026-11-22T01:30:00.000Z';
    await query(
      `insert into public.operator_notices (key, claimed_at, sent_at) values ('execution/execution-of-offboarding/event-9', $1, $1)`,
      [told],
    );
    expect(await books().offboardings()).toEqual([{ ...begun, step: 'AwaitRelease', isFailed: true, since: told }]);
    await query(`delete from public.operator_notices where key like 'execution/execution-of-offboarding/%'`);
    await change('ReleaseNumber', `status = 'failed', error = 'x'`);
    const since = '2026-11-22T01:00:00.000Z';
    expect(await books().offboardings()).toEqual([{ ...begun, step: 'ReleaseNumber', isFailed: true, since }]);
    expect(await supabaseFailedRuns(db()).byExecution('execution-of-offboarding')).toMatchObject({
      invoiceNumber: 'INV-2',
      done: ['StopProvisioning'],
    });
    await query('update public.offboardings set decision = $2, decided_by = $3, decided_at = $4, undone_at = $4 where id = $1', [
      offboardingId,
      'undo',
      portal.operatorId,
      sunday,
    ]);
    expect(await books().offboardings()).toEqual([]);
  });

  test('have a mail of unknown fate after an hour, and one that came back until the address is another', async () => {
    const [{ id } = {}] = await query(`select id from public.email_messages where run_id = $1`, [runId]);
    const mine = async () =>
      (await books().mails()).filter((mail) => mail.runId === runId).map(({ status, template }) => `${status} ${template}`);
    setClock('2026-11-22T00:59:00Z');
    expect(await mine()).toEqual([]);
    setClock('2026-11-22T01:01:00Z');
    expect(await mine()).toEqual(['unknown welcome']);
    await query(
      `update public.email_messages set status = 'bounced', sent_at = $2, bounced_at = $2, to_address = 'C1@example.com' where id = $1`,
      [id, sunday],
    );
    expect(await mine()).toEqual(['bounced welcome']);
    setClock('2026-12-23T00:00:00Z');
    expect(await mine()).toEqual([]);
    setClock('2026-11-23T00:00:00Z');
    await query(
      `update public.clients c set email = 'new@example.com' from public.provisioning_runs r where r.client_id = c.id and r.id = $1`,
      [runId],
    );
    await query(`update public.client_onboarding set email = 'new@example.com' where business_id = $1`, [portal.mine.businessId]);
    expect(await mine()).toEqual([]);
  });

  test('have what only the sweep has told of since Xero’s webhook was heard', async () => {
    setClock('2026-11-22T12:00:00Z');
    expect(await missedInvoices(null)).toBe(2); // the two tenants' invoices
    expect(await missedInvoices('2026-11-21T12:00:00Z')).toBe(2);
    expect(await missedInvoices('2026-11-22T00:00:30Z')).toBe(0);
    setClock('2026-12-23T00:00:00Z');
    expect(await missedInvoices(null)).toBe(0);
  });

  test('have the texts that came by the reconciliation alone, by number', async () => {
    setClock('2026-11-22T12:00:00Z');
    expect(await missedTexts()).toEqual([]);
    const lead = await portal.aLead('+61400000005');
    const late = await portal.aText(lead, { direction: 'inbound', at: '2026-11-22T05:00:00Z' });
    await query(`update public.messages set recovered_at = '2026-11-22T05:10:00Z' where id = $1`, [late]);
    expect(await missedTexts()).toEqual([{ sid: 'PN1', runId, count: 1, firstAt: '2026-11-22T05:00:00.000Z' }]);
    await portal.aText(lead, { direction: 'inbound', at: '2026-11-22T06:00:00Z' });
    expect(await missedTexts()).toEqual([]);
  });

  test('have paid invoices without a run', async () => {
    expect(await books().deposits()).toEqual([]);
    const invoice = {
      invoiceId: '55555555-0000-4000-8000-000000000000',
      tenantId: '44444444-0000-4000-8000-000000000000',
      invoiceNumber: 'INV-9',
      updatedUtc: sunday,
      totalCents: 1,
      amountPaidCents: 1,
      contact: { contactId: '66666666-0000-4000-8000-000000000000', name: 'x', firstName: null, email: 'x@example.com', phone: null },
    };
    await portal.postgres.rpc('record_screening', {
      p_invoice: JSON.stringify(invoice),
      p_verdict: 'near-miss',
      p_reasons: '[]',
      p_now: sunday,
    });
    expect(await books().deposits()).toEqual([
      { invoiceId: invoice.invoiceId, invoiceNumber: 'INV-9', verdict: 'near-miss', since: '2026-11-22T00:00:00.000Z' },
    ]);
    await portal.postgres.rpc('decide_screening', { p_invoice_id: invoice.invoiceId, p_decision: 'dismiss', p_by: 'Maya', p_now: sunday });
    expect(await books().deposits()).toEqual([]);
  });
});

test('a failed run is known by its execution, with what is done and the limits of a purchase', async () => {
  await portal.postgres.rpc('finish_step', { p_run_id: runId, p_step: 'ConfirmDeposit', p_evidence: '{}', p_now: sunday });
  const runs = supabaseFailedRuns(db());
  expect(await runs.byExecution('execution-1')).toEqual({
    invoiceNumber: 'INV-1',
    done: expect.arrayContaining(['ConfirmDeposit']),
    numberState: 'configured',
    priceCeiling: { amountCents: 1500, currency: 'USD' },
  });
  expect(await runs.byExecution('execution-of-nobody')).toBeUndefined();
});

test('a notice is unsent until it was recorded as sent', async () => {
  const log = supabaseNoticeLog(db());
  await log.claim('a');
  await log.claim('b');
  await log.recordSent('b');
  expect(await log.unsent(['a', 'b', 'c'])).toEqual(['a', 'c']);
});
