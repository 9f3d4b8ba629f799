import { randomUUID } from 'node:crypto';
import type { Ledger } from '../../../../shared/ports/ledger';
import { checklistOf } from '../../../../shared/run-report';
import { stepNames } from '../../../../shared/run';
import { defaultWorkingHours } from '../../../../shared/working-hours';
import { aForm } from '../../../fakes/a-run';
import { anInvoice, laterBy, type Ports, rowsOf, setTime, start, startPorts, tenantId } from './ports';

let ports: Ports;
let ledger: Ledger;
beforeAll(async () => {
  ports = await startPorts();
  ({ ledger } = ports);
});
beforeEach(() => setTime(start));
afterAll(() => ports.stop());

const attempt = ({ runId, executionId }: { runId: string; executionId: string }) => ({ runId, executionId, redriveCount: 0 });
const stepOf = async (runId: string, step: string) => (await rowsOf(ports.tables, 'provisioning_steps', { run_id: runId, step }))[0];

describe('claimInvoice', () => {
  test('gives the invoice to one of the executions that want it, and to the same one again', async () => {
    const invoice = anInvoice();
    await ports.screenings.record({ invoice, verdict: 'deposit', reasons: [] });
    const claim = (executionId: string) => ledger.claimInvoice({ invoiceId: invoice.invoiceId, tenantId, executionId });
    const ids = Array.from({ length: 8 }, (_, index) => `${invoice.invoiceId}-${index}`);
    const claims = await Promise.all(ids.map(claim));
    expect(claims.filter(({ claim }) => claim === 'yours')).toHaveLength(1);
    expect(new Set(claims.map(({ runId }) => runId)).size).toBe(1);
    const winner = ids[claims.findIndex(({ claim }) => claim === 'yours')]!;
    expect(await claim(winner)).toEqual({ claim: 'yours', runId: claims[0]!.runId });
    expect(await rowsOf(ports.tables, 'provisioning_runs', { invoice_id: invoice.invoiceId })).toHaveLength(1);
    expect(await rowsOf(ports.tables, 'clients', { contact_id: invoice.contact.contactId })).toHaveLength(1);
  });

  test('moves the client to Onboarding and lays out the checklist', async () => {
    const { runId, invoice, executionId } = await ports.aRunningRun();
    const run = await ledger.beginStep({ ...attempt({ runId, executionId }), step: 'ConfirmDeposit' });
    expect(run).toMatchObject({
      invoiceId: invoice.invoiceId,
      invoiceNumber: invoice.invoiceNumber,
      tenantId,
      onboarding: null,
      number: null,
    });
    expect(run.client).toMatchObject({ status: 'Onboarding', name: invoice.contact.name, email: invoice.contact.email, liveAt: null });
    const report = await ports.runReader.run(runId);
    expect(report?.steps.map(({ step }) => step)).toEqual([...stepNames]);
    expect(report?.steps.filter(({ status }) => status === 'pending')).toHaveLength(15);
  });

  test.each(['near-miss', 'ask-operator', 'not-a-deposit', 'dismissed'] as const)('refuses an invoice judged %s', async (verdict) => {
    const { invoiceId } = anInvoice();
    await ports.screenings.record({ invoice: anInvoice({ invoiceId }), verdict, reasons: [] });
    await expect(ledger.claimInvoice({ invoiceId, tenantId, executionId: 'x' })).rejects.toMatchObject({ name: 'InvoiceNotScreened' });
  });

  test('refuses an invoice that was never screened', async () => {
    const claim = { invoiceId: randomUUID(), tenantId, executionId: 'x' };
    await expect(ledger.claimInvoice(claim)).rejects.toMatchObject({ name: 'InvoiceNotScreened' });
  });
});

describe('steps', () => {
  test('an unknown run is RunNotFound, and another execution is ExecutionMismatch', async () => {
    const { runId } = await ports.aRunningRun();
    const step = { step: 'SendConfirmation', redriveCount: 0 } as const;
    await expect(ledger.beginStep({ ...step, runId: randomUUID(), executionId: 'x' })).rejects.toMatchObject({ name: 'RunNotFound' });
    await expect(ledger.beginStep({ ...step, runId, executionId: 'x' })).rejects.toMatchObject({ name: 'ExecutionMismatch' });
    expect(await stepOf(runId, 'SendConfirmation')).toMatchObject({ status: 'pending', attempts: 0 });
  });

  test('count attempts, keep what failed until it is begun again, and collect evidence', async () => {
    const run = await ports.aRunningRun();
    const step = 'SendConfirmation';
    await ledger.beginStep({ ...attempt(run), step });
    laterBy({ seconds: 2 });
    await ledger.failStep({ runId: run.runId, step, error: 'TransientError', message: 'SES answered 503' });
    expect(await stepOf(run.runId, step)).toMatchObject({ status: 'failed', error: 'TransientError', error_message: 'SES answered 503' });
    laterBy({ seconds: 4 });
    await ledger.beginStep({ ...attempt(run), step });
    laterBy({ seconds: 1 });
    await ledger.finishStep({ runId: run.runId, step, evidence: { messageId: 'm-1' } });
    expect(await stepOf(run.runId, step)).toMatchObject({
      status: 'done',
      attempts: 2,
      error: null,
      evidence: { messageId: 'm-1' },
      machine_ms: 7000,
      operator_ms: 0,
    });
  });

  test('the answer of a finish that was lost does no harm: what is done stays done', async () => {
    const run = await ports.aRunningRun();
    const step = 'SendConfirmation';
    await ledger.beginStep({ ...attempt(run), step });
    await ledger.finishStep({ runId: run.runId, step, evidence: { sent: true } });
    await ledger.failStep({ runId: run.runId, step, error: 'TransientError', message: 'lost' });
    expect(await stepOf(run.runId, step)).toMatchObject({ status: 'done', error: null });
    await ledger.finishStep({ runId: run.runId, step, evidence: { sent: true } });
    expect(await stepOf(run.runId, step)).toMatchObject({ status: 'done', attempts: 1, evidence: { sent: true } });
  });

  test('the time between failure and redrive is the operator’s, and the redrive is noted once', async () => {
    const run = await ports.aRunningRun();
    const step = 'ProvisionNumber';
    await ledger.beginStep({ ...attempt(run), step });
    await ledger.failStep({ runId: run.runId, step, error: 'RegulatoryBundleRequired', message: 'no bundle' });
    laterBy({ hours: 2 });
    await ledger.beginStep({ ...attempt(run), step, redriveCount: 1 });
    await ledger.finishStep({ runId: run.runId, step, evidence: {} });
    await ledger.beginStep({ ...attempt(run), step: 'CreateBusiness', redriveCount: 1 });
    expect(await stepOf(run.runId, step)).toMatchObject({ operator_ms: 2 * 3_600_000, machine_ms: 0 });
    const report = (await ports.runReader.run(run.runId))!;
    expect(report.redrives).toBe(1);
    expect(report.corrections).toMatchObject([{ actor: 'operator', action: 'redrive', detail: { step, redriveCount: 1 } }]);
    expect(checklistOf(report)).toMatchObject({ provisioner: 'pipeline; redriven by operator', minutes: { operator: 120 } });
  });
});

describe('business and settings', () => {
  test('the business carries the businessId of the form, the number, and is active as in the SOP', async () => {
    const { businessId, e164, runId } = await ports.aBusiness({ businessName: 'Sparks & Sons', timeZone: 'Australia/Perth' });
    const [business] = await rowsOf(ports.tables, 'businesses', { id: businessId });
    expect(business).toMatchObject({
      business_name: 'Sparks & Sons',
      phone_number: e164,
      status: 'active',
      subscription_status: 'active',
      time_zone: 'Australia/Perth',
      run_id: runId,
    });
    await ledger.createBusiness(runId);
    expect(await rowsOf(ports.tables, 'businesses', { run_id: runId })).toEqual([business]);
  });

  test('without form or number there is no business', async () => {
    const { runId } = await ports.aRunningRun();
    await expect(ledger.createBusiness(runId)).rejects.toMatchObject({ name: 'BusinessDataMissing' });
    const settings = { runId, workingHours: defaultWorkingHours, travelBuffer: 30, jobDuration: 60 };
    await expect(ledger.configureSettings(settings)).rejects.toMatchObject({ name: 'BusinessDataMissing' });
    await expect(ledger.goLive(runId)).rejects.toMatchObject({ name: 'BusinessDataMissing' });
  });

  test('settings keep the SOP’s shape, one row however often', async () => {
    const { businessId, runId } = await ports.aBusiness();
    const workingHours = { ...defaultWorkingHours, sunday: { enabled: true, start: '10:00', end: '12:00' } };
    await ledger.configureSettings({ runId, workingHours, travelBuffer: 15, jobDuration: 90 });
    expect(await rowsOf(ports.tables, 'business_settings', { business_id: businessId })).toMatchObject([
      { working_hours: workingHours, default_travel_buffer: 15, default_job_duration: 90 },
    ]);
  });
});

describe('going live and the first week', () => {
  test('the first time of going live stays', async () => {
    const { runId, executionId } = await ports.aBusiness();
    const { liveAt } = await ledger.goLive(runId);
    laterBy({ hours: 1 });
    expect(await ledger.goLive(runId)).toEqual({ liveAt });
    expect(liveAt).toBe(start.toISOString());
    const run = await ledger.beginStep({ ...attempt({ runId, executionId }), step: 'GoLive' });
    expect(run.client).toMatchObject({ status: 'Live' });
  });

  test('the times of the checks are in the run and on the checklist', async () => {
    const run = await ports.aBusiness();
    const checks = { day1At: '2026-11-23T23:00:00.000Z', day3At: '2026-11-25T23:00:00.000Z', day7At: '2026-11-29T23:00:00.000Z' };
    await ledger.scheduleChecks({ runId: run.runId, ...checks });
    const { checks: stored } = await ledger.beginStep({ ...attempt(run), step: 'CheckLogin' });
    expect(new Date(stored!.day1At).toISOString()).toBe(checks.day1At);
    const checklist = checklistOf((await ports.runReader.run(run.runId))!);
    expect(new Date(checklist.day1CheckInScheduledFor!).toISOString()).toBe(checks.day1At);
  });

  test('a view counts from going live on, and only real SMS count', async () => {
    const { runId, businessId, e164 } = await ports.aBusiness();
    const { userId } = await ports.rig.signedIn('viewer@example.com');
    await ports.logins.plan({ runId, email: 'viewer@example.com' });
    await ports.logins.record({ runId, userId });
    const viewed = async (at: Date) =>
      ports.tables.from('business_members').update({ last_viewed_at: at.toISOString() }).eq('business_id', businessId);
    await viewed(start);
    laterBy({ hours: 1 });
    await ledger.goLive(runId);
    expect(await ledger.firstWeek(runId)).toEqual({ viewedAt: null, inboundCount: 0 });
    laterBy({ hours: 1 });
    await viewed(new Date());
    await ports.systemTests.plan(runId, 'abcdef123456');
    const sms = { to: e164, mediaCount: 0 };
    await ports.conversations.receive({ ...sms, messageSid: 'SM-test', from: '+61480999999', body: 'test abcdef123456' });
    await ports.conversations.receive({ ...sms, messageSid: 'SM-real', from: '+61480999998', body: 'hello' });
    expect(await ledger.firstWeek(runId)).toEqual({ viewedAt: new Date().toISOString(), inboundCount: 1 });
  });

  test('completing the run leaves the client live, and the first time stays', async () => {
    const { runId } = await ports.aBusiness();
    await ledger.goLive(runId);
    await ledger.completeRun(runId);
    laterBy({ hours: 1 });
    await ledger.completeRun(runId);
    const report = (await ports.runReader.run(runId))!;
    expect(report).toMatchObject({ status: 'completed', clientStatus: 'Live' });
    expect(new Date(report.completedAt!)).toEqual(start);
  });
});

describe('reports', () => {
  test('the list shows where each run stands, newest first', async () => {
    const older = await ports.aRunningRun();
    laterBy({ hours: 1 });
    const newer = await ports.aRunningRun();
    await ledger.beginStep({ ...attempt(newer), step: 'ConfirmDeposit' });
    await ledger.failStep({ runId: newer.runId, step: 'ConfirmDeposit', error: 'Error', message: 'bug' });
    const listed = (await ports.runReader.runs()).map(({ runId }) => runId);
    expect(listed.indexOf(newer.runId)).toBeLessThan(listed.indexOf(older.runId));
    const [first] = await ports.runReader.runs();
    expect(first).toMatchObject({
      currentStep: 'ConfirmDeposit',
      stepsDone: 0,
      failure: { step: 'ConfirmDeposit', error: 'Error', message: 'bug' },
    });
  });

  test('the time until the form came is the client’s', async () => {
    const run = await ports.aRunningRun();
    const { runId } = run;
    await ledger.beginStep({ ...attempt(run), step: 'AwaitOnboarding' });
    await ports.onboardings.openWait({ runId, taskToken: 'token' });
    laterBy({ days: 2 });
    expect(checklistOf((await ports.runReader.run(runId))!).minutes.client).toBe(2 * 24 * 60);
    await ports.onboardings.submit({ tokenHash: await ports.aLink(runId), form: aForm() });
    laterBy({ hours: 5 });
    await ledger.finishStep({ runId, step: 'AwaitOnboarding', evidence: { submitted: true } });
    expect(await stepOf(runId, 'AwaitOnboarding')).toMatchObject({
      status: 'done',
      client_ms: 2 * 86_400_000,
      evidence: { submitted: true },
    });
  });

  test('a wait that answered itself and then died is over when the next step begins', async () => {
    const run = await ports.aRunningRun();
    const { runId } = run;
    await ports.onboardings.submit({ tokenHash: await ports.aLink(runId), form: aForm() });
    for (const dies of [false, true]) {
      await ledger.beginStep({ ...attempt(run), step: 'AwaitOnboarding' });
      if (!dies) await ledger.failStep({ runId, step: 'AwaitOnboarding', error: 'TransientError', message: 'no answer' });
      await ledger.beginStep({ ...attempt(run), step: 'ReviewOnboarding' });
      expect(await stepOf(runId, 'AwaitOnboarding')).toMatchObject({ status: 'done', error: null });
    }
  });

  test('a run that does not exist is undefined', async () => {
    expect(await ports.runReader.run(randomUUID())).toBeUndefined();
    expect(await ports.runReader.run('nonsense')).toBeUndefined();
  });
});
