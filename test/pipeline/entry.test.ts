/** Step 0: how a payment gets in, whatever Xero, EventBridge or strangers do. */
import { randomUUID } from 'node:crypto';
import { StartExecutionCommand } from '@aws-sdk/client-sfn';
import { signature } from '../../local/xero/webhooks';
import { HOUR, usePipeline, webhookBody } from './stack';

const pipeline = usePipeline();
const getInvoiceCalls = () => pipeline.laptop.xero.calls().get('getInvoice') ?? 0;
const nothingStored = async (invoiceId: string) => {
  expect(await pipeline.rows('screened_invoices', { invoice_id: invoiceId })).toEqual([]);
  expect(pipeline.executions(invoiceId)).toEqual([]);
};

test('a forged webhook is answered 401 with an empty body and leaves no trace', async () => {
  const invoiceId = randomUUID();
  const body = webhookBody(invoiceId);
  const forged = await pipeline.postWebhook(body, { signed: Buffer.alloc(32).toString('base64') });
  const unsigned = await pipeline.postWebhook(body, { signed: '' });
  expect([forged.status, unsigned.status, await forged.text(), await unsigned.text()]).toEqual([401, 401, '', '']);
  await pipeline.settle();
  await nothingStored(invoiceId);
});

test('a changed byte in a signed webhook is answered 401', async () => {
  const invoiceId = randomUUID();
  const signed = signature(webhookBody(invoiceId), pipeline.endpoints.keys.xeroWebhookKey);
  expect((await pipeline.postWebhook(webhookBody(randomUUID()), { signed })).status).toBe(401);
});

test.each([
  ['text that is no JSON', 'events'],
  ['JSON without events', '{}'],
  ['an event without ids', JSON.stringify({ events: [{ eventCategory: 'INVOICE' }] })],
  ['ids that are none', webhookBody('1 or 1=1')],
])('signed %s is answered 400 and starts nothing', async (_name, body) => {
  const before = pipeline.laptop.stepFunctions.executions().length;
  const answer = await pipeline.postWebhook(body);
  expect([answer.status, await answer.text()]).toEqual([400, '']);
  await pipeline.settle();
  expect(pipeline.laptop.stepFunctions.executions()).toHaveLength(before);
});

test('only POST is taken', async () => {
  expect((await pipeline.postWebhook('', { method: 'GET' })).status).toBe(405);
});

test("Xero's intent-to-receive check is passed", async () => {
  expect(await pipeline.laptop.xero.validateWebhook()).toMatchObject({ ok: true });
});

test('events of other categories and of other organisations are taken and ignored', async () => {
  const invoiceId = randomUUID();
  const before = getInvoiceCalls();
  expect((await pipeline.postWebhook(webhookBody(invoiceId, { eventCategory: 'CONTACT' }))).status).toBe(200);
  expect((await pipeline.postWebhook(webhookBody(invoiceId, { tenantId: randomUUID() }))).status).toBe(200);
  await pipeline.settle();
  await nothingStored(invoiceId);
  expect(getInvoiceCalls()).toBe(before);
});

test('an invoice that Xero does not know starts nothing', async () => {
  const invoiceId = randomUUID();
  expect((await pipeline.postWebhook(webhookBody(invoiceId))).status).toBe(200);
  await pipeline.settle();
  expect(pipeline.executions(invoiceId)).toEqual([]);
});

test('a thousand copies of one webhook, and the sweep with them, give one run, one call to Xero and no notice', async () => {
  const { xero } = pipeline.laptop;
  await pipeline.arm({ vendor: 'xero', call: 'xeroWebhook', mode: 'reject', times: 2 });
  const client = pipeline.client();
  await client.payDeposit();
  await pipeline.settle();
  expect(xero.webhooks().lost).toBeGreaterThan(0);
  const before = getInvoiceCalls();
  const body = webhookBody(client.invoiceId);
  const copies = Array.from({ length: 1000 }, () => pipeline.postWebhook(body).then(({ status }) => status));
  const sweep = pipeline.laptop.aws.invoke('coresentia-local-sweep-invoices', {});
  expect(new Set(await Promise.all(copies))).toEqual(new Set([200]));
  expect(await sweep).not.toHaveProperty('error');
  await pipeline.settle(HOUR);
  expect(getInvoiceCalls() - before).toBe(1);
  expect(pipeline.executions(client.invoiceId)).toEqual(['RUNNING AwaitOnboarding']);
  expect(await pipeline.rows('provisioning_runs', { invoice_id: client.invoiceId })).toHaveLength(1);
  expect(pipeline.notices(client.invoiceNumber)).toEqual([]);
  expect(await pipeline.mails(client.client.email)).toEqual(['confirmation']);
});

test('EventBridge fails while a webhook comes: Xero hears 500, repeats, and the run starts', async () => {
  await pipeline.arm({ vendor: 'eventbridge', call: 'PutEvents', mode: 'reject', code: 'InternalFailure', times: 3 });
  const client = pipeline.client();
  await client.payDeposit();
  await pipeline.laptop.kernel.activity.idle();
  expect(pipeline.executions(client.invoiceId)).toEqual([]);
  expect(pipeline.laptop.xero.webhooks()).toMatchObject({ pending: 2, enabled: true });
  await pipeline.settle(HOUR);
  expect(pipeline.executions(client.invoiceId)).toEqual(['RUNNING AwaitOnboarding']);
});

test.each(['server-error', 'rate-limit', 'refuse'] as const)(
  "Xero's API is down for hours (%s): the payment is delayed, not lost",
  async (mode) => {
    await pipeline.arm({ vendor: 'xero', mode, times: 100_000 });
    const client = pipeline.client();
    await client.payDeposit();
    await pipeline.settle(5 * HOUR);
    expect(pipeline.executions(client.invoiceId)).toEqual([]);
    await pipeline.laptop.kernel.faults.clear();
    await pipeline.settle(HOUR);
    expect(pipeline.executions(client.invoiceId)).toEqual(['RUNNING AwaitOnboarding']);
  },
);

test('a payment whose webhook never came is found by the sweep within half an hour', async () => {
  await pipeline.arm({ vendor: 'xero', call: 'xeroWebhook', mode: 'reject', times: 2 });
  const client = pipeline.client();
  await client.payDeposit();
  await pipeline.settle(60);
  expect(pipeline.executions(client.invoiceId)).toEqual([]);
  await pipeline.pass(HOUR / 2);
  expect(pipeline.executions(client.invoiceId)).toEqual(['RUNNING AwaitOnboarding']);
});

test('the rule cannot start the execution for a while: EventBridge repeats, and one run starts', async () => {
  await pipeline.arm({ vendor: 'eventbridge', call: 'Deliver', mode: 'lose-response', times: 4 });
  const client = await pipeline.paid();
  expect(pipeline.executions(client.invoiceId).filter((status) => status === 'RUNNING AwaitOnboarding')).toHaveLength(1);
  expect(await pipeline.rows('provisioning_runs', { invoice_id: client.invoiceId })).toHaveLength(1);
  expect(await pipeline.mails(client.client.email)).toEqual(['confirmation']);
});

test('a second execution for a claimed invoice ends as AlreadyProvisioning and does nothing', async () => {
  const client = await pipeline.paid();
  const { stateMachineArn } = pipeline.endpoints;
  const [first] = pipeline.laptop.stepFunctions.executions().filter(({ input }) => input.includes(client.invoiceId));
  await pipeline.sfn.send(new StartExecutionCommand({ stateMachineArn, input: first?.input }));
  await pipeline.settle();
  expect(pipeline.executions(client.invoiceId)).toEqual(['RUNNING AwaitOnboarding', 'SUCCEEDED']);
  expect(await pipeline.mails(client.client.email)).toEqual(['confirmation']);
});

test('a payment that was taken back and paid again stays one run', async () => {
  const client = await pipeline.paid();
  await pipeline.laptop.xero.deletePayment(client.invoiceId);
  await pipeline.settle();
  await pipeline.laptop.xero.payInvoice(client.invoiceId);
  await pipeline.settle();
  await pipeline.pass(HOUR);
  expect(pipeline.executions(client.invoiceId)).toEqual(['RUNNING AwaitOnboarding']);
});

test('a page that does not exist, and a form from elsewhere, are refused by the portal', async () => {
  expect((await pipeline.page(`${pipeline.endpoints.portal}/nothing-here`)).status).toBe(404);
  const foreign = await fetch(`${pipeline.endpoints.portal}/onboarding`, {
    method: 'POST',
    headers: { origin: 'https://elsewhere.example', 'content-type': 'application/x-www-form-urlencoded' },
    body: 'businessName=x',
  });
  expect(foreign.status).toBe(403);
});
