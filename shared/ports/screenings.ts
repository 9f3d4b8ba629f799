/** Which invoices are deposits. */
import type { InvoiceUpdated } from '../events';
import type { Invoice } from '../invoice';

export type Verdict = 'deposit' | 'near-miss' | 'not-a-deposit' | 'ask-operator' | 'dismissed';

/** `screened_invoices`: what screening decided, so that a thousand copies of an event cost one call to Xero. */
export interface Screenings {
  /**
   * `fetch`: it is yours, ask Xero (a lease of 60 s); `announce`: already judged a deposit, publish it again; `done`: nothing to do;
   * `busy`: another copy is at it. An event newer than the last verdict (other than deposit and dismissed) is fetched again.
   * `via`: an event that came by the webhook proves that the webhook works, which is noted.
   */
  claim(event: {
    invoiceId: string;
    updatedUtc: string;
    via?: InvoiceUpdated['via'];
  }): Promise<{ outcome: 'fetch' | 'announce' | 'done' | 'busy'; invoiceNumber: string | null }>;
  /** Stores verdict and contact. A deposit of a contact that already has a run or a business becomes `ask-operator`. */
  record(judged: { invoice: Invoice; verdict: Verdict; reasons: string[] }): Promise<{ verdict: Verdict; reasons: string[] }>;
  /** `Deposit Paid` is on the bus. */
  announced(invoiceId: string): Promise<void>;
  /** Those of the invoices that still need screening: no verdict for this version, or a deposit without a run. */
  unsettled(invoices: { invoiceId: string; updatedUtc: string }[]): Promise<string[]>;
  byNumber(invoiceNumber: string): Promise<{ invoiceId: string; tenantId: string; verdict: Verdict; reasons: string[] } | undefined>;
  /** The operator's word: `start` makes it a deposit. `by` names the operator. */
  decide(decision: { invoiceId: string; decision: 'start' | 'dismiss'; by: string }): Promise<void>;
}
