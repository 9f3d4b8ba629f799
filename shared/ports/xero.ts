/** Xero. */
import type { Invoice } from '../invoice';

/** Xero. */
export interface Accounting {
  /** Undefined if Xero does not know the invoice. */
  getInvoice(tenantId: string, invoiceId: string): Promise<Invoice | undefined>;
  /** Paid and part-paid invoices that changed since `since`, all pages. */
  paidInvoicesSince(tenantId: string, since: Date): Promise<Invoice[]>;
}
