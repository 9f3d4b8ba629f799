import { sweepInvoices } from '../../functions/sweep-invoices';
import { fakeAccounting } from '../fakes/accounting';
import { fakeEventPublisher } from '../fakes/event-publisher';
import { fakeScreenings } from '../fakes/screenings';
import { anInvoice, tenantId } from '../support/an-invoice';

const now = new Date('2026-11-22T00:00:00Z');
const rule = { tenantIds: [tenantId] };
const id = (last: number) => `11111111-2222-3333-4444-00000000000${last}`;
const daysAgo = (days: number) => new Date(now.getTime() - days * 86_400_000).toISOString();

function services(invoices: ReturnType<typeof anInvoice>[]) {
  return { accounting: fakeAccounting({ invoices }), eventPublisher: fakeEventPublisher(), screenings: fakeScreenings() };
}

test('publishes paid invoices of the last 35 days that were never screened', async () => {
  const invoices = [
    anInvoice({ invoiceId: id(1), updatedUtc: daysAgo(34) }),
    anInvoice({ invoiceId: id(2), updatedUtc: daysAgo(36) }),
    anInvoice({ invoiceId: id(3), updatedUtc: daysAgo(1), amountPaidCents: 0 }),
    anInvoice({ invoiceId: id(4), updatedUtc: daysAgo(1), status: 'AUTHORISED', amountPaidCents: 1 }),
  ];
  const uses = services(invoices);
  expect(await sweepInvoices(uses, rule, now)).toBe(2);
  expect(uses.eventPublisher.published).toEqual(
    [invoices[0], invoices[3]].map((invoice) => ({
      detailType: 'Invoice Updated',
      detail: { tenantId, invoiceId: invoice?.invoiceId, updatedUtc: invoice?.updatedUtc, via: 'sweep' },
    })),
  );
});

test('leaves alone what is settled: a verdict, or a deposit that was announced', async () => {
  const invoices = [anInvoice({ invoiceId: id(1) }), anInvoice({ invoiceId: id(2) }), anInvoice({ invoiceId: id(3) })];
  const uses = services(invoices);
  const verdicts = ['not-a-deposit', 'deposit', 'deposit'] as const;
  for (const [i, verdict] of verdicts.entries()) await uses.screenings.record({ invoice: invoices[i]!, verdict, reasons: [] });
  await uses.screenings.announced(id(2));
  await sweepInvoices(uses, rule, now);
  expect(uses.eventPublisher.published).toMatchObject([{ detail: { invoiceId: id(3) } }]);
});

test('publishes nothing when nothing was paid', async () => {
  const uses = services([]);
  expect(await sweepInvoices(uses, rule, now)).toBe(0);
  expect(uses.eventPublisher.published).toEqual([]);
});

test('an organisation that the rule names twice gives each invoice once', async () => {
  const uses = services([anInvoice()]);
  await sweepInvoices(uses, { tenantIds: [tenantId, tenantId] }, now);
  expect(uses.eventPublisher.published).toHaveLength(1);
});
