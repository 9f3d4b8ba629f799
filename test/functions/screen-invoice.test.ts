import { screenBatch, screenInvoice } from '../../functions/screen-invoice';
import { DepositRule } from '../../shared/deposit-rule';
import { TransientError } from '../../shared/errors';
import type { InvoiceUpdated } from '../../shared/events';
import { fakeAccounting } from '../fakes/accounting';
import { fakeEventPublisher } from '../fakes/event-publisher';
import { fakeNoticeLog } from '../fakes/notice-log';
import { fakeNotices } from '../fakes/notices';
import { fakeScreenings } from '../fakes/screenings';
import { anInvoice, tenantId } from '../support/an-invoice';
import { errorOf } from '../support/error-of';

const rule = DepositRule.parse({ tenantIds: [tenantId], goLiveDate: '2026-11-01', marks: { itemCodes: ['DEPOSIT'] } });
const { invoiceId } = anInvoice();
const update: InvoiceUpdated = { tenantId, invoiceId, updatedUtc: '2026-11-20T01:02:04.000Z', via: 'webhook' };
const newer = { ...update, updatedUtc: '2026-11-21T00:00:00.000Z' };
const noEmail = anInvoice({ contact: { ...anInvoice().contact, email: null } });

function services({
  invoices = [anInvoice()],
  ...changes
}: { invoices?: ReturnType<typeof anInvoice>[] } & Partial<ReturnType<typeof fakes>> = {}) {
  return { ...fakes(invoices), ...changes };
}
function fakes(invoices: ReturnType<typeof anInvoice>[]) {
  return {
    accounting: fakeAccounting({ invoices }),
    eventPublisher: fakeEventPublisher(),
    noticeLog: fakeNoticeLog(),
    notices: fakeNotices(),
    screenings: fakeScreenings(),
  };
}

test('announces a paid deposit', async () => {
  const uses = services();
  await screenInvoice(update, uses, rule);
  expect(uses.eventPublisher.published).toEqual([
    { detailType: 'Deposit Paid', detail: { tenantId, invoiceId, invoiceNumber: 'INV-0042' } },
  ]);
  expect(uses.notices.published).toEqual([]);
});

test('a thousand copies cost one call to Xero, one announcement and no notice', async () => {
  const uses = services();
  for (let copy = 0; copy < 1000; copy += 1) await screenInvoice(update, uses, rule);
  expect(uses.accounting.calls).toHaveLength(1);
  expect(uses.eventPublisher.published).toHaveLength(1);
});

test('a thousand copies of a near miss cost one call to Xero and one notice', async () => {
  process.env['AWS_LAMBDA_FUNCTION_NAME'] = 'coresentia-prod-screen-invoice';
  const uses = services({ invoices: [noEmail] });
  for (let copy = 0; copy < 1000; copy += 1) await screenInvoice(update, uses, rule);
  expect(uses.accounting.calls).toHaveLength(1);
  expect(uses.eventPublisher.published).toEqual([]);
  expect(uses.notices.published).toEqual([
    { subject: 'Please decide: invoice INV-0042', body: expect.stringContaining('its contact has no e-mail address') },
  ]);
  expect(uses.notices.published[0]?.body).toContain('npm run screen -- INV-0042 --start --stage prod');
  expect(uses.notices.published[0]?.body).toContain('npm run screen -- INV-0042 --dismiss --stage prod');
  delete process.env['AWS_LAMBDA_FUNCTION_NAME'];
});

test('asks the operator when the contact already has a run', async () => {
  const uses = services({ screenings: fakeScreenings({ knownContacts: [anInvoice().contact.contactId] }) });
  await screenInvoice(update, uses, rule);
  expect(uses.eventPublisher.published).toEqual([]);
  expect(uses.notices.published[0]?.body).toMatch(/is a paid deposit, but its contact already has a run/);
});

test('a near miss that was mended in Xero is announced', async () => {
  const uses = services({ invoices: [noEmail] });
  await screenInvoice(update, uses, rule);
  uses.accounting.invoices[0] = anInvoice({ updatedUtc: newer.updatedUtc });
  await screenInvoice(newer, uses, rule);
  expect(uses.eventPublisher.published).toHaveLength(1);
});

test('is silent about what is no deposit', async () => {
  const uses = services({ invoices: [anInvoice({ lines: [] })] });
  await screenInvoice(update, uses, rule);
  expect([uses.eventPublisher.published, uses.notices.published]).toEqual([[], []]);
});

test("another organisation's invoice costs no call", async () => {
  const uses = services();
  await screenInvoice({ ...update, tenantId: '00000000-0000-0000-0000-000000000000' }, uses, rule);
  expect(uses.accounting.calls).toEqual([]);
});

test('knows our organisation in any case', async () => {
  const uses = services();
  await screenInvoice({ ...update, tenantId: tenantId.toUpperCase() }, uses, rule);
  expect(uses.eventPublisher.published).toHaveLength(1);
});

test('an invoice that Xero does not know is done with', async () => {
  await expect(screenInvoice(update, services({ invoices: [] }), rule)).resolves.toBeUndefined();
});

test('an announcement that failed is made at the next delivery, without asking Xero again', async () => {
  const uses = services({ eventPublisher: fakeEventPublisher({ failures: { publish: [new TransientError('bus is down')] } }) });
  await errorOf(screenInvoice(update, uses, rule));
  await screenInvoice(update, uses, rule);
  expect(uses.eventPublisher.published).toHaveLength(1);
  expect(uses.accounting.calls).toHaveLength(1);
});

test('a notice that failed is sent at the next delivery, once', async () => {
  const notices = fakeNotices({ failures: { publish: [new TransientError('SNS is down')] } });
  const uses = services({ invoices: [noEmail], notices });
  expect((await errorOf(screenInvoice(update, uses, rule))).name).toBe('TransientError');
  await screenInvoice(update, uses, rule);
  await screenInvoice(update, uses, rule);
  expect(notices.published).toHaveLength(1);
});

test('an invoice number that may not stand in the console is replaced everywhere', async () => {
  const uses = services({ invoices: [anInvoice({ invoiceNumber: 'Deposit of Sam Smith, 0480 000 001' })] });
  await screenInvoice(update, uses, rule);
  expect(uses.eventPublisher.published).toMatchObject([{ detail: { invoiceNumber: 'invoice-11111111' } }]);
  expect(await uses.screenings.byNumber('invoice-11111111')).toMatchObject({ invoiceId, verdict: 'deposit' });
});

const record = (messageId: string, detail: unknown) =>
  ({ messageId, body: JSON.stringify({ 'detail-type': 'Invoice Updated', detail }) }) as never;

test('copies in a batch are screened once, in their newest version', async () => {
  const screened: InvoiceUpdated[] = [];
  const other = { ...update, invoiceId: '22222222-2222-3333-4444-555555555555' };
  const batch = { Records: [record('1', update), record('2', newer), record('3', { ...update, via: 'sweep' }), record('4', other)] };
  const answer = await screenBatch(batch, async (event) => void screened.push(event));
  expect(screened).toEqual([newer, other]);
  expect(answer).toEqual({ batchItemFailures: [] });
});

test('only what failed comes again: all copies of the invoice, and what is no event', async () => {
  const other = { ...update, invoiceId: '22222222-2222-3333-4444-555555555555' };
  const Records = [
    record('1', update),
    record('2', other),
    record('3', newer),
    record('4', { nonsense: true }),
    { messageId: '5', body: 'no JSON' } as never,
  ];
  const { batchItemFailures } = await screenBatch({ Records }, async (event) => {
    if (event.invoiceId === invoiceId) throw new TransientError('Xero is down');
  });
  expect(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier).sort()).toEqual(['1', '3', '4', '5']);
});
