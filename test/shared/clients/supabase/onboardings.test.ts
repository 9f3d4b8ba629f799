import { randomUUID } from 'node:crypto';
import type { Onboardings } from '../../../../shared/ports/ledger';
import { hashToken } from '../../../../shared/token';
import { aForm } from '../../../fakes/a-run';
import { laterBy, type Ports, rowsOf, setTime, start, startPorts } from './ports';

let ports: Ports;
let onboardings: Onboardings;
beforeAll(async () => {
  ports = await startPorts();
  ({ onboardings } = ports);
});
beforeEach(() => setTime(start));
afterAll(() => ports.stop());

const beginNumber = ({ runId, executionId }: { runId: string; executionId: string }) =>
  ports.ledger.beginStep({ runId, executionId, step: 'ProvisionNumber', redriveCount: 0 });

describe('a link', () => {
  test('is open, shows the contact’s name, and nothing is filled in yet', async () => {
    const { runId, invoice } = await ports.aRunningRun();
    expect(await onboardings.invite(await ports.aLink(runId))).toEqual({
      state: 'open',
      runId,
      form: null,
      contactName: invoice.contact.name,
      offer: null,
    });
  });

  test('that nobody was given is unknown', async () => {
    const tokenHash = hashToken('guess');
    expect(await onboardings.invite(tokenHash)).toEqual({ state: 'unknown', runId: null, form: null, contactName: null, offer: null });
    expect(await onboardings.submit({ tokenHash, form: aForm() })).toEqual({
      outcome: 'unknown',
      businessId: null,
      runId: null,
      taskToken: null,
    });
    expect(await onboardings.contactOf(tokenHash)).toBeUndefined();
  });

  test('that expired shows nothing of the form, stores nothing, and tells whom to send a fresh one', async () => {
    const { runId, invoice } = await ports.aRunningRun();
    const tokenHash = await ports.aLink(runId, new Date(start.getTime() + 60_000));
    await onboardings.submit({ tokenHash, form: aForm() });
    laterBy({ minutes: 1 });
    expect(await onboardings.invite(tokenHash)).toMatchObject({ state: 'expired', form: null, contactName: null });
    expect(await onboardings.submit({ tokenHash, form: aForm({ firstName: 'Late' }) })).toMatchObject({
      outcome: 'expired',
      taskToken: null,
    });
    expect(await onboardings.contactOf(tokenHash)).toEqual({ runId, email: invoice.contact.email, firstName: 'Jo' });
  });

  test('works beside an earlier one of the same run', async () => {
    const { runId } = await ports.aRunningRun();
    const [first, second] = [await ports.aLink(runId), await ports.aLink(runId)];
    expect(await onboardings.invite(first)).toMatchObject({ state: 'open', runId });
    expect(await onboardings.invite(second)).toMatchObject({ state: 'open', runId });
  });
});

describe('the form', () => {
  test('is stored with its businessId and shown again for editing', async () => {
    const { runId } = await ports.aRunningRun();
    const tokenHash = await ports.aLink(runId);
    const first = await onboardings.submit({ tokenHash, form: aForm() });
    expect(first).toMatchObject({ outcome: 'stored', runId, taskToken: null });
    laterBy({ hours: 1 });
    const edited = await onboardings.submit({ tokenHash, form: aForm({ goals: 'More weekends off' }) });
    expect(edited).toEqual(first);
    expect(await onboardings.invite(tokenHash)).toMatchObject({ state: 'open', form: aForm({ goals: 'More weekends off' }) });
    const rows = await rowsOf(ports.tables, 'client_onboarding', { business_id: first.businessId! });
    expect(rows).toMatchObject([
      { business_name: aForm().businessName, contact_name: 'Jo Miller', email: aForm().email, phone: aForm().mobile },
    ]);
  });

  test('is closed once ProvisionNumber has begun', async () => {
    const run = await ports.aRunningRun();
    const tokenHash = await ports.aLink(run.runId);
    const { businessId } = await onboardings.submit({ tokenHash, form: aForm() });
    await beginNumber(run);
    expect(await onboardings.submit({ tokenHash, form: aForm({ firstName: 'Late' }) })).toMatchObject({ outcome: 'closed', businessId });
    expect(await onboardings.invite(tokenHash)).toMatchObject({ state: 'closed', form: null });
    expect(await onboardings.contactOf(tokenHash)).toBeUndefined();
    const { onboarding } = await beginNumber(run);
    expect(onboarding?.form.firstName).toBe('Jo');
  });

  test('takes anything that people type, but NUL characters and half emoji', async () => {
    const { runId } = await ports.aRunningRun();
    const goals = `"'; drop table leads; -- \u0000 👷 \ud83d <b>{}</b> \\u0000`;
    const tokenHash = await ports.aLink(runId);
    expect(await onboardings.submit({ tokenHash, form: aForm({ goals }) })).toMatchObject({ outcome: 'stored' });
    const { form } = await onboardings.invite(tokenHash);
    expect(form?.goals).toBe(`"'; drop table leads; --  👷 \ufffd <b>{}</b> \\u0000`);
  });
});

describe('form and wait', () => {
  test('the form that comes second wakes the wait', async () => {
    const { runId } = await ports.aRunningRun();
    expect(await onboardings.openWait({ runId, taskToken: 'token-1' })).toEqual({ submitted: false });
    expect(await onboardings.submit({ tokenHash: await ports.aLink(runId), form: aForm() })).toMatchObject({ taskToken: 'token-1' });
  });

  test('the wait that comes second finds the form', async () => {
    const { runId } = await ports.aRunningRun();
    await onboardings.submit({ tokenHash: await ports.aLink(runId), form: aForm() });
    expect(await onboardings.openWait({ runId, taskToken: 'token-1' })).toEqual({ submitted: true });
  });

  test('side by side, at least one of the two wakes the execution, every time', async () => {
    const runs = await Promise.all(Array.from({ length: 10 }, () => ports.aRunningRun()));
    for (const { runId } of runs) {
      const tokenHash = await ports.aLink(runId);
      const [wait, form] = await Promise.all([
        onboardings.openWait({ runId, taskToken: `token-${runId}` }),
        onboardings.submit({ tokenHash, form: aForm() }),
      ]);
      expect(wait.submitted || form.taskToken === `token-${runId}`).toBe(true);
    }
  });

  test('the newest attempt’s token is the one to wake, and a closed wait is not woken', async () => {
    const { runId } = await ports.aRunningRun();
    const tokenHash = await ports.aLink(runId);
    await onboardings.openWait({ runId, taskToken: 'old' });
    await onboardings.openWait({ runId, taskToken: 'new' });
    expect(await onboardings.submit({ tokenHash, form: aForm() })).toMatchObject({ taskToken: 'new' });
    await onboardings.closeWait({ runId, taskToken: 'old' });
    expect(await onboardings.submit({ tokenHash, form: aForm() })).toMatchObject({ taskToken: 'new' });
    await onboardings.closeWait({ runId, taskToken: 'new' });
    expect(await onboardings.submit({ tokenHash, form: aForm() })).toMatchObject({ outcome: 'stored', taskToken: null });
  });

  test('a wake-up that was lost is repeated after two minutes until the wait is closed', async () => {
    const { runId } = await ports.aRunningRun();
    const mine = async () => (await onboardings.due()).wakeUps.filter((wakeUp) => wakeUp.runId === runId);
    await onboardings.openWait({ runId, taskToken: 'lost' });
    laterBy({ days: 1 });
    await onboardings.submit({ tokenHash: await ports.aLink(runId), form: aForm() });
    expect(await mine()).toEqual([]);
    laterBy({ minutes: 3 });
    expect(await mine()).toEqual([{ runId, taskToken: 'lost' }]);
    await onboardings.closeWait({ runId, taskToken: 'lost' });
    expect(await mine()).toEqual([]);
  });
});

/** SendConfirmation is done. */
async function confirm({ runId, executionId }: { runId: string; executionId: string }): Promise<void> {
  await ports.ledger.beginStep({ runId, step: 'SendConfirmation', executionId, redriveCount: 0 });
  await ports.ledger.finishStep({ runId, step: 'SendConfirmation', evidence: {} });
}
const dueTo = async (runId: string) => (await onboardings.due()).reminders.filter((reminder) => reminder.runId === runId);

describe('reminders', () => {
  test.each([
    [0.9, []],
    [1, [1]],
    [2.9, [1]],
    [3, [3]],
    [7, [7]],
    [20, [7]],
  ])('after %d days the reminder due is %j', async (days, expected) => {
    const run = await ports.aRunningRun();
    const { runId, invoice } = run;
    await confirm(run);
    laterBy({ days });
    const mine = await dueTo(runId);
    expect(mine.map(({ day }) => day)).toEqual(expected);
    for (const reminder of mine) {
      expect(reminder).toMatchObject({ email: invoice.contact.email, firstName: 'Jo', invoiceNumber: invoice.invoiceNumber });
    }
  });

  test('come after the confirmation and count from it, however long that stood failed', async () => {
    const run = await ports.aRunningRun();
    laterBy({ days: 13 });
    expect(await dueTo(run.runId)).toEqual([]);
    await confirm(run);
    expect(await dueTo(run.runId)).toEqual([]);
    laterBy({ days: 1 });
    expect(await dueTo(run.runId)).toMatchObject([{ day: 1 }]);
  });

  test('end with the form', async () => {
    const run = await ports.aRunningRun();
    const { runId } = run;
    await confirm(run);
    await onboardings.submit({ tokenHash: await ports.aLink(runId), form: aForm() });
    laterBy({ days: 8 });
    expect(await dueTo(runId)).toEqual([]);
  });
});

const offersOf = async (runId: string) => (await onboardings.due()).offers.filter((offer) => offer.runId === runId);

describe('a form without an invite', () => {
  test('joins no run, however equal the e-mail address, until the contact’s link attaches it', async () => {
    const run = await ports.aRunningRun();
    const { runId, invoice } = run;
    const form = aForm({ email: invoice.contact.email! });
    laterBy({ minutes: 5 });
    const submittedAt = new Date().toISOString();
    const { businessId } = await onboardings.submitUnattached(form);
    const tokenHash = await ports.aLink(runId);
    const offer = { onboardingId: businessId, submittedAt };
    expect(await onboardings.invite(tokenHash)).toMatchObject({ form: null, offer });
    expect(await offersOf(runId)).toMatchObject([{ ...offer, email: invoice.contact.email }]);
    await onboardings.openWait({ runId, taskToken: 'waiting' });
    const attached = { outcome: 'stored', businessId, runId, taskToken: 'waiting' };
    expect(await onboardings.attach({ tokenHash, onboardingId: businessId })).toEqual(attached);
    expect(await onboardings.attach({ tokenHash, onboardingId: businessId })).toEqual(attached);
    expect(await onboardings.invite(tokenHash)).toMatchObject({ form, offer: null });
    expect(await offersOf(runId)).toEqual([]);
  });

  test('that was sent before the payment is left to the confirmation mail', async () => {
    const { runId, invoice } = await ports.aRunningRun();
    await onboardings.submitUnattached(aForm({ email: invoice.contact.email! }));
    laterBy({ hours: 1 });
    expect(await offersOf(runId)).toEqual([]);
    expect(await onboardings.invite(await ports.aLink(runId))).toMatchObject({ offer: { submittedAt: start.toISOString() } });
  });

  test('of another address, older than 90 days, or already used cannot be attached', async () => {
    const { runId, invoice } = await ports.aRunningRun();
    const email = invoice.contact.email!;
    const foreign = await onboardings.submitUnattached(aForm({ email: 'else@example.com' }));
    const old = await onboardings.submitUnattached(aForm({ email }));
    laterBy({ days: 91 });
    const tokenHash = await ports.aLink(runId);
    expect(await onboardings.invite(tokenHash)).toMatchObject({ offer: null });
    for (const onboardingId of [foreign.businessId, old.businessId, randomUUID(), 'nonsense', "' or true --"]) {
      expect(await onboardings.attach({ tokenHash, onboardingId })).toMatchObject({ outcome: 'unknown', taskToken: null });
    }
  });

  test('is not offered where a form is there already, and does not replace it', async () => {
    const { runId, invoice } = await ports.aRunningRun();
    const tokenHash = await ports.aLink(runId);
    const own = await onboardings.submit({ tokenHash, form: aForm({ email: invoice.contact.email! }) });
    const late = await onboardings.submitUnattached(aForm({ email: invoice.contact.email! }));
    expect(await offersOf(runId)).toEqual([]);
    expect(await onboardings.attach({ tokenHash, onboardingId: late.businessId })).toMatchObject({ outcome: 'unknown' });
    const { data } = await ports.tables.from('provisioning_runs').select('business_id').eq('id', runId);
    expect(data).toEqual([{ business_id: own.businessId }]);
  });
});
