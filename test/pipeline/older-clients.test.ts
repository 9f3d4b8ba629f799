/** Clients from before: runs whose execution can no longer be redriven, and clients that were set up by hand. */
import { RedriveExecutionCommand } from '@aws-sdk/client-sfn';
import type { ClientJourney } from '../../local/rehearsal/client-journey';
import { DAY, HOUR, usePipeline } from './stack';

const pipeline = usePipeline();

const fault = (call: string, code: string) => pipeline.arm({ vendor: 'lambda', call, mode: 'reject', code });
const reissue = (client: ClientJourney, ...flags: string[]) => pipeline.operator('re-issue', client.invoiceNumber, ...flags);
/** The execution that the run belongs to now. */
const executionOf = async (client: ClientJourney) => {
  const [row] = await pipeline.rows('provisioning_runs', { invoice_id: client.invoiceId });
  return String(row?.['execution_id']);
};

test('a run that failed two weeks ago goes on in a new execution: the client goes live with one number and each mail once', async () => {
  await fault('provision-number', 'PurchasesDisabled');
  const client = await pipeline.onboarded();
  expect(await pipeline.stands(client)).toBe('FAILED ProvisionNumber');
  const early = await reissue(client, '--yes');
  expect(early).toMatchObject({ code: 1, out: expect.stringContaining('can still be redriven until') });

  await pipeline.laptop.kernel.faults.clear();
  await pipeline.pass(15 * DAY);
  await expect(pipeline.redrive(client)).rejects.toMatchObject({ name: 'ExecutionNotRedrivable' });
  const { runId, executionArn: old } = await pipeline.run(client);
  expect(await reissue(client)).toMatchObject({
    code: 1,
    out: expect.stringMatching(/one Australian number, US\$[\d.]+.*Nothing was done/s),
  });
  expect(await executionOf(client)).toBe(old);

  const both = await Promise.all([reissue(client, '--yes', '--json'), reissue(client, '--yes', '--json')]);
  expect(both.filter(({ code }) => code === 0).length).toBeGreaterThan(0);
  await pipeline.settle(HOUR);
  expect(await executionOf(client)).toMatch(new RegExp(`:${client.invoiceId}-r2$`));
  expect(pipeline.executions(client.invoiceId)).toEqual(['FAILED ProvisionNumber', 'RUNNING WaitForDay1']);
  expect(await reissue(client, '--yes')).toMatchObject({ code: 1, out: expect.stringContaining('is running') });

  expect(pipeline.purchases(runId)).toHaveLength(1);
  await client.signIn();
  await client.beTexted();
  await pipeline.pass(8 * DAY);
  expect(pipeline.executions(client.invoiceId)).toEqual(['FAILED ProvisionNumber', 'SUCCEEDED']);
  const mails = await pipeline.mails(client.client.email);
  expect(mails.filter((template) => template === 'confirmation' || template === 'welcome')).toEqual(['confirmation', 'welcome']);
  expect(new Set(mails).size).toBe(mails.length);
  const report = await pipeline.laptop.runs.run(runId);
  expect(report).toMatchObject({ status: 'completed', stepsDone: 16 });
  expect(report?.steps.find(({ step }) => step === 'SendConfirmation')?.attempts).toBe(1);
  expect(await reissue(client, '--yes')).toMatchObject({ code: 1, out: expect.stringContaining('is complete') });
});

test('a run that failed at its test SMS is tested anew, and its old execution can do nothing any more', async () => {
  await fault('verify-system', 'ReplyInappropriate');
  const client = await pipeline.onboarded();
  expect(await pipeline.stands(client)).toBe('FAILED VerifySystem');
  await pipeline.laptop.kernel.faults.clear();
  const { executionArn: old, runId } = await pipeline.run(client);
  expect(await reissue(client, '--yes', '--force')).toMatchObject({ code: 0 });
  await pipeline.sfn.send(new RedriveExecutionCommand({ executionArn: old }));
  await pipeline.settle(HOUR);
  expect(pipeline.executions(client.invoiceId)).toEqual(['FAILED VerifySystem', 'RUNNING WaitForDay1']);
  expect(pipeline.notices(client.invoiceNumber).some(({ body }) => body.includes("Don't redrive"))).toBe(true);
  const tests = await pipeline.rows('messages', { direction: 'inbound' });
  const bodies = tests.map(({ body }) => String(body)).filter((body) => body.startsWith('CoreSentia test'));
  expect(bodies.some((body) => /-1:/.test(body))).toBe(true);
  expect((await pipeline.laptop.runs.run(runId))?.steps.find(({ step }) => step === 'SendTestSms')?.attempts).toBe(1);
});

test('a re-issue that died between claim and start is finished by the next one', async () => {
  await fault('create-login', 'LoginConflict');
  const client = await pipeline.onboarded();
  await pipeline.laptop.kernel.faults.clear();
  const { executionArn: old, runId } = await pipeline.run(client);
  const to = old.replace(/:[^:]+$/, `:${client.invoiceId}-r2`);
  const { error } = await pipeline.db.rpc('reissue_run', {
    p_run_id: runId,
    p_from_execution_id: old,
    p_to_execution_id: to,
    p_by: 'Pat',
    p_now: new Date().toISOString(),
  });
  expect(error).toBeNull();
  expect(await reissue(client, '--yes')).toMatchObject({ code: 0, out: expect.stringContaining('never started') });
  await pipeline.settle(HOUR);
  expect(pipeline.executions(client.invoiceId)).toEqual(['FAILED CreateLogin', 'RUNNING WaitForDay1']);
  expect(await executionOf(client)).toBe(to);
});

test('a first week that is over is not made up for, and the check times are those of going live', async () => {
  await fault('send-welcome', 'EmailRefused');
  const client = await pipeline.onboarded();
  const { report } = await pipeline.run(client);
  await pipeline.laptop.kernel.faults.clear();
  await pipeline.pass(15 * DAY);
  expect(await reissue(client, '--yes')).toMatchObject({ code: 0 });
  await pipeline.settle(HOUR);
  expect(pipeline.executions(client.invoiceId)).toEqual(['FAILED SendWelcome', 'SUCCEEDED']);
  const after = await pipeline.laptop.runs.run(report?.runId ?? '');
  expect(after?.checksScheduled).toEqual(report?.checksScheduled);
  expect(after?.steps.find(({ step }) => step === 'FollowUp')?.evidence).toMatchObject({ skipped: 'late' });
  expect(await pipeline.mails(client.client.email)).toEqual(['confirmation', 'welcome']);
});
