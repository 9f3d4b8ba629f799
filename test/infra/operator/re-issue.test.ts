/** The decision to re-issue a run, and the two calls that do it. */
import { type ExecutionState, operatorExecutions } from '../../../infra/operator/executions';
import { reissue } from '../../../infra/operator/reissue';
import { planReissue, planText } from '../../../infra/operator/reissue-plan';
import type { RunToReissue } from '../../../shared/reissue';
import { stepNames } from '../../../shared/run';
import { aRun, runId } from '../../fakes/a-run';
import { useAwsEndpoint } from '../../support/aws-environment';
import { scriptedServer } from '../../support/scripted-server';

const { invoiceId, tenantId, invoiceNumber, executionId } = aRun();
const to = executionId.replace(':one', `:${invoiceId}-r2`);
const over: ExecutionState = { status: 'FAILED', isRedrivable: false, endedAt: new Date('2026-11-01T00:00:00Z') };

const refusal = (type: string) => ({ status: 400, body: { __type: `com.amazonaws.swf.service.v2.model#${type}` } });

/** Stands where ProvisionNumber failed. */
function stopped(changes: Partial<RunToReissue> = {}): RunToReissue {
  const at = stepNames.indexOf('ProvisionNumber');
  const steps = stepNames.map((step, index) => {
    const status = index < at ? ('done' as const) : index === at ? ('failed' as const) : ('pending' as const);
    return { step, status, error: index === at ? 'PurchasesDisabled' : null };
  });
  const ids = { runId, invoiceId, tenantId, invoiceNumber, executionId };
  return {
    ...ids,
    issue: 1,
    status: 'running',
    clientStatus: 'Onboarding',
    hasForm: true,
    number: null,
    steps,
    unsettledMails: [],
    ...changes,
  };
}

test('names the new execution after the invoice, and says what is done, repeated and paid', () => {
  const plan = planReissue(stopped(), over, false);
  expect(plan).toMatchObject({ from: executionId, to, input: { tenantId, invoiceId, invoiceNumber }, mind: [] });
  expect(plan.done).toEqual(['ConfirmDeposit', 'SendConfirmation', 'AwaitOnboarding', 'ReviewOnboarding']);
  expect(plan.repeated).toEqual([{ step: 'ProvisionNumber', error: 'PurchasesDisabled' }]);
  expect(plan.costs).toEqual([expect.stringContaining('one Australian number, US$8.25'), expect.stringContaining('test SMS')]);
  expect(planText(plan)).toContain('Begins again:        ProvisionNumber (PurchasesDisabled)');
});

test.each([
  ['reserved', true],
  ['requested', true],
  ['owned', false],
  ['configured', false],
])('a number that is %s: buying is announced: %s', (state, isAnnounced) => {
  const { costs } = planReissue(stopped({ number: { e164: '+61480000001', state } }), over, false);
  expect(costs.some((cost) => cost.includes('number'))).toBe(isAnnounced);
});

test.each([
  ['is running', { status: 'RUNNING', isRedrivable: false, endedAt: undefined }, /is running/],
  ['is being redriven', { status: 'PENDING_REDRIVE', isRedrivable: false, endedAt: undefined }, /is running/],
  ['can still be redriven', { ...over, isRedrivable: true }, /can still be redriven until 2026-11-15 00:00 UTC/],
])('refuses while the execution %s', (_what, execution, message) => {
  expect(() => planReissue(stopped(), execution, false)).toThrow(message);
});

test('--force re-issues what can still be redriven, and never what is running', () => {
  expect(planReissue(stopped(), { ...over, isRedrivable: true }, true).mind).toEqual([expect.stringContaining('ExecutionMismatch')]);
  expect(() => planReissue(stopped(), { status: 'RUNNING', isRedrivable: false, endedAt: undefined }, true)).toThrow(/is running/);
});

test.each([
  ['a complete run', { status: 'completed' as const }, /is complete/],
  ['a cancelled run', { status: 'cancelled' as const }, /was cancelled/],
  ['a cancelled client’s run', { clientStatus: 'Cancelled' }, /was cancelled/],
  ['a run that never had an execution', { executionId: null }, /never had an execution/],
])('refuses %s', (_what, changes, message) => {
  expect(() => planReissue(stopped(changes), over, true)).toThrow(message);
});

test('an execution that Step Functions has forgotten is re-issued under the next name, and one of a re-issue that died under its own', () => {
  expect(planReissue(stopped(), undefined, false).to).toBe(to);
  expect(planReissue(stopped({ issue: 2, executionId: to }), undefined, false)).toMatchObject({ from: to, to });
  expect(planReissue(stopped({ issue: 2, executionId: to }), over, false).to).toBe(to.replace('-r2', '-r3'));
});

test('reminds of mails to settle, of the link to the form, and of a week that is over', () => {
  const waiting = stopped().steps.map((each) => (each.step === 'AwaitOnboarding' ? { ...each, status: 'waiting' as const } : each));
  expect(planReissue(stopped({ hasForm: false, steps: waiting, unsettledMails: ['confirmation'] }), over, false).mind).toEqual([
    expect.stringContaining(`npm run settle-mail -- ${invoiceNumber} confirmation`),
    expect.stringContaining('fresh link'),
  ]);
  const live = stopped().steps.map((each) => ({ ...each, status: 'done' as const, error: null }));
  expect(planReissue(stopped({ steps: live }), over, false).mind).toEqual([expect.stringContaining('36 hours late are skipped')]);
});

test('claims first and starts second; who comes too late starts nothing', async () => {
  const calls: string[] = [];
  const outcomes = ['claimed', 'moved', 'completed'] as const;
  const uses = (outcome: (typeof outcomes)[number]) => ({
    reissues: { claim: async () => (calls.push('claim'), outcome) },
    executions: { start: async () => void calls.push('start') },
  });
  const plan = planReissue(stopped(), over, false);
  await reissue(plan, uses('claimed'), 'Pat');
  await expect(reissue(plan, uses('moved'), 'Pat')).rejects.toThrow(/Somebody else/);
  await expect(reissue(plan, uses('completed'), 'Pat')).rejects.toThrow(/completed/);
  expect(calls).toEqual(['claim', 'start', 'claim', 'claim']);
});

describe('Step Functions', () => {
  const before = { ...process.env };
  afterEach(() => {
    process.env = { ...before };
  });

  test('an execution that exists already is as good as started; any other refusal is not', async () => {
    const server = await scriptedServer();
    useAwsEndpoint(server.url);
    server.script(
      { status: 200, body: { executionArn: to, startDate: 1 } },
      refusal('ExecutionAlreadyExists'),
      refusal('StateMachineDoesNotExist'),
    );
    const start = () => operatorExecutions().start({ executionArn: to, input: { invoiceId } });
    await start();
    await start();
    await expect(start()).rejects.toThrow(/Step Functions/);
    expect(server.requests.map(({ body }) => JSON.parse(body) as unknown)[0]).toEqual({
      stateMachineArn: 'arn:aws:states:ap-southeast-2:000000000000:stateMachine:provisioning',
      name: `${invoiceId}-r2`,
      input: JSON.stringify({ invoiceId }),
    });
    await server.close();
  });

  test('an execution is looked at; one that it does not know is undefined', async () => {
    const server = await scriptedServer();
    useAwsEndpoint(server.url);
    server.script(
      { status: 200, body: { status: 'FAILED', redriveStatus: 'NOT_REDRIVABLE', stopDate: 1_793_491_200 } },
      { status: 400, body: { __type: 'ExecutionDoesNotExist' } },
      { status: 500, body: {} },
    );
    const executions = operatorExecutions();
    const look = () => executions.describe(to);
    expect(await look()).toEqual({ status: 'FAILED', isRedrivable: false, endedAt: new Date(1_793_491_200_000) });
    expect(await look()).toBeUndefined();
    await expect(look()).rejects.toMatchObject({ name: 'TransientError' });
    await server.close();
  });
});
