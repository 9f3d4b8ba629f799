import type { Invoice } from '../../shared/invoice';
import type { Accounting } from '../../shared/ports/xero';
import { type Script, scripted } from './script';

/** A set of books; `calls` names the invoices that were asked for. */
export function fakeAccounting({ invoices = [], ...script }: { invoices?: Invoice[] } & Script<Accounting> = {}) {
  const calls: string[] = [];
  const port: Accounting = {
    async getInvoice(_tenantId, invoiceId) {
      calls.push(invoiceId);
      return invoices.find((invoice) => invoice.invoiceId === invoiceId);
    },
    async paidInvoicesSince(tenantId, since) {
      return invoices.filter(
        (invoice) => invoice.tenantId === tenantId && invoice.amountPaidCents > 0 && Date.parse(invoice.updatedUtc) >= since.getTime(),
      );
    },
  };
  return { ...scripted(port, script), invoices, calls };
}
