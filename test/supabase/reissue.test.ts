/** Re-issue on the real SQL: who owns the run, what is skipped, and whose time it was. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { supabaseLedger } from '../../shared/clients/supabase/ledger';
import { supabaseReissues } from '../../shared/clients/supabase/reissues';
import type { StepName } from '../../shared/run';
import { aForm } from '../fakes/a-run';
import { aTenant, type Tenant } from './a-business';
import { databaseAs, setClock, sunday } from './portal';
import { migratedPostgres, migrationsFolder, type Postgres, service } from './postgres';

let postgres: Postgres;
let tenant: Tenant;
let count = 0;
beforeAll(async () => {
  setClock(sunday);
  postgres = await migratedPostgres();
});
afterAll(async () => {
  jest.useRealTimers();
  await postgres.close();
});
beforeEach(async () => {
  setClock(sunday);
  count += 1;
  tenant = await aTenant(postgres, count);
  const form = JSON.stringify(aForm({ email: `c${count}@example.com` }));
  await postgres.query('update public.client_onboarding set form = $2 where business_id = $1', [tenant.businessId, form]);
});

const ledger = () => supabaseLedger(databaseAs(postgres, service));
const reissues = () => supabaseReissues(databaseAs(postgres, service));
const begin = (step: StepName, issue = 1, redriveCount = 0) =>
  ledger().beginStep({ runId: tenant.runId, step, executionId: `execution-${count}${issue > 1 ? `-r${issue}` : ''}`, redriveCount });
const claim = (from: string, to: string) => reissues().claim({ runId: tenant.runId, from, to, by: 'Pat' });
const claimNext = () => claim(`execution-${count}`, `execution-${count}-r2`);
const done = async (step: StepName, output?: Record<string, string>) => {
  await begin(step);
  await ledger().finishStep({ runId: tenant.runId, step, evidence: { number: 'secret' }, output });
};
const fail = async (step: StepName) => {
  await begin(step);
  await ledger().failStep({ runId: tenant.runId, step, error: 'TransientError', message: 'x' });
};
const row = async (step: StepName) => {
  const [found] = await postgres.query('select * from public.provisioning_steps where run_id = $1 and step = $2', [tenant.runId, step]);
  return found!;
};

test('the run belongs to the new execution, and the old one can begin nothing any more', async () => {
  expect(await claimNext()).toBe('claimed');
  await expect(begin('ProvisionNumber')).rejects.toMatchObject({ message: 'ExecutionMismatch' });
  expect(await begin('ProvisionNumber', 2)).toMatchObject({ executionId: `execution-${count}-r2` });
});

test('a deposit that is claimed again is the new execution’s, and taken to the old one', async () => {
  await claimNext();
  const { invoiceId, tenantId } = await begin('ConfirmDeposit', 2);
  const claimOf = (executionId: string) => ledger().claimInvoice({ invoiceId, tenantId, executionId });
  expect(await claimOf(`execution-${count}-r2`)).toEqual({ claim: 'yours', runId: tenant.runId });
  expect(await claimOf(`execution-${count}`)).toEqual({ claim: 'taken', runId: tenant.runId });
});

test('of twenty claims at once for one name, all are told that it is theirs, and the run is re-issued once', async () => {
  const outcomes = await Promise.all(Array.from({ length: 20 }, claimNext));
  expect(new Set(outcomes)).toEqual(new Set(['claimed']));
  const trail = await postgres.query(`select actor, detail from public.audit_log where run_id = $1 and action = 're-issue'`, [
    tenant.runId,
  ]);
  expect(trail).toEqual([{ actor: 'Pat', detail: { issue: 2, before: `execution-${count}` } }]);
});

test('who planned from an execution that is no longer the run’s is told so', async () => {
  await claimNext();
  expect(await claim(`execution-${count}`, `execution-${count}-other`)).toBe('moved');
});

test.each([
  ['completed', `update public.provisioning_runs set status = 'completed', completed_at = '${sunday}' where id = $1`, 'completed'],
  ['cancelled', `update public.provisioning_runs set status = 'cancelled' where id = $1`, 'cancelled'],
  [
    'a cancelled client’s',
    `update public.clients set status = 'Cancelled' where id = (select client_id from public.provisioning_runs where id = $1)`,
    'cancelled',
  ],
])('a run that is %s is not re-issued', async (_what, sql, outcome) => {
  await postgres.query(sql, [tenant.runId]);
  expect(await claimNext()).toBe(outcome);
  expect((await reissues().find(`INV-${count}`))?.executionId).toBe(`execution-${count}`);
});

test('a step that is done is skipped with what it gave, and its row stays as it was', async () => {
  const times = { day1At: '2026-11-23T00:00:00Z', day3At: '2026-11-25T00:00:00Z', day7At: '2026-11-29T00:00:00Z' };
  await done('GoLive', times);
  await done('ProvisionNumber');
  const before = await row('GoLive');
  await claimNext();
  setClock('2026-12-07T00:00:00Z');
  expect((await begin('GoLive', 2)).doneBefore).toEqual(times);
  expect((await begin('ProvisionNumber', 2)).doneBefore).toEqual({});
  expect(await row('GoLive')).toEqual(before);
});

test('a run that was never re-issued runs a step again although it is done', async () => {
  await done('GoLive');
  expect((await begin('GoLive')).doneBefore).toBeUndefined();
  expect(await row('GoLive')).toMatchObject({ attempts: 2, status: 'running' });
});

test('the wait for the form is entered although the form is there, because its Task wants an answer', async () => {
  await done('AwaitOnboarding');
  await claimNext();
  expect((await begin('AwaitOnboarding', 2)).doneBefore).toBeUndefined();
});

test('restarts are counted through, so that each has its own test SMS', async () => {
  await begin('VerifySystem');
  await begin('VerifySystem', 1, 2);
  await claimNext();
  expect((await begin('VerifySystem', 2)).earlierRestarts).toBe(3);
  await begin('VerifySystem', 2, 1);
  const [run] = await postgres.query('select redrives, redrives_before, issue from public.provisioning_runs where id = $1', [tenant.runId]);
  expect(run).toEqual({ redrives: 3, redrives_before: 2, issue: 2 });
  expect(await claim(`execution-${count}-r2`, `execution-${count}-r3`)).toBe('claimed');
  expect((await begin('VerifySystem', 3)).earlierRestarts).toBe(5);
});

test('from the failure to the re-issue the time is the operator’s', async () => {
  await fail('CreateLogin');
  setClock('2026-12-07T00:00:00Z');
  await claimNext();
  setClock('2026-12-07T00:00:05Z');
  await begin('CreateLogin', 2);
  expect(await row('CreateLogin')).toMatchObject({ operator_ms: 15 * 86_400_000, machine_ms: 5000, status: 'running', error: null });
});

test('what the operator decides on names steps, errors and unsettled mails', async () => {
  await fail('SendWelcome');
  expect(await reissues().find(`INV-${count}`)).toMatchObject({
    runId: tenant.runId,
    issue: 1,
    hasForm: true,
    number: { state: 'configured' },
    unsettledMails: ['welcome'],
    steps: expect.arrayContaining([{ step: 'SendWelcome', status: 'failed', error: 'TransientError' }]),
  });
  expect(await reissues().find('INV-none')).toBeUndefined();
});

test('a run of the release before keeps the times of its checks', async () => {
  const evidence = { liveAt: sunday, day1At: '2026-11-23T00:00:00Z', day3At: '2026-11-25T00:00:00Z', day7At: '2026-11-29T00:00:00Z' };
  await begin('GoLive');
  const { liveAt: _, ...times } = evidence;
  await postgres.query(
    `update public.provisioning_steps set status = 'done', finished_at = $2, evidence = $3 where run_id = $1 and step = 'GoLive'`,
    [tenant.runId, sunday, JSON.stringify(evidence)],
  );
  const migration = readFileSync(join(migrationsFolder, '20261122009000_reissue.sql'), 'utf8');
  const backfill = /update public\.provisioning_steps\s+set output[^;]+;/.exec(migration)?.[0] ?? '';
  await postgres.query(backfill);
  expect((await row('GoLive'))['output']).toEqual(times);
});
