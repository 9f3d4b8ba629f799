/** Which paid invoices start a client, and what the operator is asked and decides. */
import { randomUUID } from 'node:crypto';
import type { NewInvoice } from '../../local/xero/books';
import { HOUR, usePipeline } from './stack';

const pipeline = usePipeline();
let count = 0;

/** An invoice drawn up and paid by somebody new; a deposit unless `changes` says otherwise. */
async function payInvoice(changes: Partial<NewInvoice> = {}) {
  const { xero } = pipeline.laptop;
  count += 1;
  const { invoiceId } = await xero.createDepositInvoice({
    contactName: `Payer ${count}`,
    email: `payer${count}@client.example`,
    amountCents: 49_500,
    ...changes,
  });
  const invoice = await xero.payInvoice(invoiceId);
  await pipeline.settle();
  return invoice;
}

async function verdictOf(invoiceId: string): Promise<unknown> {
  const [row] = await pipeline.rows('screened_invoices', { invoice_id: invoiceId });
  return row?.['verdict'];
}

test.each([
  ['not marked as a deposit', { lineItemCode: 'WEBSITE', reference: 'Website, final', lineText: 'Website' }],
  ['a bill', { type: 'ACCPAY' as const }],
  ['dated before go-live', { date: '2025-12-31' }],
])('a paid invoice that is %s is ignored without a word', async (_why, changes) => {
  const { invoiceId, invoiceNumber } = await payInvoice(changes);
  expect(await verdictOf(invoiceId)).toBe('not-a-deposit');
  expect(pipeline.executions(invoiceId)).toEqual([]);
  expect(pipeline.notices(invoiceNumber)).toEqual([]);
});

test.each([
  ['without an e-mail address', { email: '' }, /no e-mail address/],
  ['from a repeating invoice', { repeatingInvoiceId: randomUUID() }, /repeating/],
  ['in another currency', { currency: 'NZD' }, /currency is not AUD/],
])('a deposit %s is a near miss: one notice, no run, however often it is announced', async (_what, changes, reason) => {
  const { invoiceId, invoiceNumber } = await payInvoice(changes);
  await pipeline.laptop.xero.redeliver(30, invoiceId);
  await pipeline.pass(2 * HOUR);
  expect(await verdictOf(invoiceId)).toBe('near-miss');
  expect(pipeline.executions(invoiceId)).toEqual([]);
  const notices = pipeline.notices(invoiceNumber);
  expect(notices).toHaveLength(1);
  expect(notices[0]?.body).toMatch(reason);
  expect(notices[0]?.body).toContain(`npm run screen -- ${invoiceNumber} --start`);
});

test('a deposit that a credit note wiped is a near miss: nobody has paid', async () => {
  const { xero } = pipeline.laptop;
  const drawn = await xero.createDepositInvoice({ contactName: 'Cora Credit', email: 'cora@client.example', amountCents: 10_000 });
  await xero.creditInvoice(drawn.invoiceId);
  await pipeline.settle();
  expect(await verdictOf(drawn.invoiceId)).toBe('near-miss');
  expect(pipeline.notices(drawn.invoiceNumber)).toHaveLength(1);
  expect(pipeline.executions(drawn.invoiceId)).toEqual([]);
});

test('a near miss that is mended in Xero starts by itself', async () => {
  const { invoiceId, invoiceNumber } = await payInvoice({ email: '' });
  expect(await verdictOf(invoiceId)).toBe('near-miss');
  await pipeline.pass(60);
  await pipeline.laptop.xero.updateInvoice(invoiceId, { email: 'mended@client.example' });
  await pipeline.settle();
  expect(pipeline.executions(invoiceId)).toEqual(['RUNNING AwaitOnboarding']);
  expect(pipeline.notices(invoiceNumber)).toHaveLength(1);
});

test('the operator starts a near miss with `npm run screen -- … --start`, once', async () => {
  const { invoiceId, invoiceNumber } = await payInvoice({ repeatingInvoiceId: randomUUID() });
  const look = await pipeline.operator('screen', invoiceNumber, '--json');
  expect(JSON.parse(look.out)).toMatchObject({ invoiceNumber, invoiceId, verdict: 'near-miss' });
  expect(await pipeline.operator('screen', invoiceNumber, '--start')).toMatchObject({ code: 0 });
  expect(await pipeline.operator('screen', invoiceNumber, '--start')).toMatchObject({ code: 0 });
  await pipeline.pass(2 * HOUR);
  expect(pipeline.executions(invoiceId).filter((status) => status.startsWith('RUNNING'))).toEqual(['RUNNING AwaitOnboarding']);
  expect(await pipeline.rows('provisioning_runs', { invoice_id: invoiceId })).toHaveLength(1);
  expect((await pipeline.rows('audit_log', { invoice_id: invoiceId }))[0]).toMatchObject({ actor: 'Pat' });
});

test('what the operator dismisses never starts, even if Xero announces it again', async () => {
  const { invoiceId, invoiceNumber } = await payInvoice({ email: '' });
  expect(await pipeline.operator('screen', invoiceNumber, '--dismiss')).toMatchObject({ code: 0 });
  await pipeline.pass(60);
  await pipeline.laptop.xero.updateInvoice(invoiceId, { email: 'too.late@client.example' });
  await pipeline.pass(2 * HOUR);
  expect(await verdictOf(invoiceId)).toBe('dismissed');
  expect(pipeline.executions(invoiceId)).toEqual([]);
});

test('`npm run screen` says in plain words that nobody knows an invoice', async () => {
  expect(await pipeline.operator('screen', 'INV-9999')).toMatchObject({ code: 1, out: expect.stringContaining('INV-9999') });
});

test('a second deposit of the same contact asks the operator and buys nothing', async () => {
  const client = await pipeline.onboarded();
  const { contactName, email } = client.client;
  const second = await payInvoice({ contactName, email });
  expect(await verdictOf(second.invoiceId)).toBe('ask-operator');
  expect(pipeline.executions(second.invoiceId)).toEqual([]);
  const [notice, ...more] = pipeline.notices(second.invoiceNumber);
  expect(more).toEqual([]);
  expect(notice?.body).toContain(client.invoiceNumber);
  expect(`${notice?.subject} ${notice?.body}`).not.toContain(email);
  expect(pipeline.purchases((await pipeline.run(client)).runId)).toHaveLength(1);
});

test('two deposits of one contact paid at the same moment start one run', async () => {
  const { xero } = pipeline.laptop;
  const person = { contactName: 'Terry Twice', email: 'terry@client.example', amountCents: 20_000 };
  const drawn = [await xero.createDepositInvoice(person), await xero.createDepositInvoice(person)];
  await Promise.all(drawn.map(({ invoiceId }) => xero.payInvoice(invoiceId)));
  await pipeline.settle();
  const started = drawn.flatMap(({ invoiceId }) => pipeline.executions(invoiceId));
  expect(started).toEqual(['RUNNING AwaitOnboarding']);
});

test('an invoice number that could be personal data never gets into state, events or notices', async () => {
  const person = { contactName: 'Wanda Weird', email: 'wanda@client.example', amountCents: 5_000 };
  const { xero } = pipeline.laptop;
  const { invoiceId } = await xero.createDepositInvoice(person);
  const books = xero.invoices().find((invoice) => invoice.invoiceId === invoiceId);
  Object.assign(books ?? {}, { invoiceNumber: 'Wanda <wanda@client.example>' });
  await xero.payInvoice(invoiceId);
  await pipeline.settle();
  const [execution] = pipeline.laptop.stepFunctions.executions().filter(({ input }) => input.includes(invoiceId));
  expect(execution?.status).toBe('RUNNING');
  expect(JSON.parse(execution?.input ?? '{}').invoiceNumber).toBe(`invoice-${invoiceId.slice(0, 8)}`);
  const history = JSON.stringify(await pipeline.history(execution?.arn ?? ''));
  expect(history).not.toContain('anda');
});
