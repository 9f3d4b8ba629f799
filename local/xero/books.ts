import { z } from 'zod';
import { Collection } from '../kernel/collection';
import type { Store } from '../kernel/store';
import { guid } from './answers';

/** A customer in the organisation's books; `phone` as typed, `updatedMs` in local time. */
export const Contact = z.object({
  contactId: z.string(),
  name: z.string(),
  email: z.string(),
  phone: z.string(),
  updatedMs: z.number(),
});
export type Contact = z.infer<typeof Contact>;

const Payment = z.object({ paymentId: z.string(), dateMs: z.number(), amountCents: z.int() });

/** An invoice in the books; amounts are cents including tax, times are local milliseconds. */
export const Invoice = z.object({
  invoiceId: z.string(),
  invoiceNumber: z.string(),
  type: z.enum(['ACCREC', 'ACCPAY']),
  status: z.enum(['DRAFT', 'SUBMITTED', 'AUTHORISED', 'PAID', 'VOIDED', 'DELETED']),
  contactId: z.string(),
  reference: z.string(),
  itemCode: z.string(),
  lineText: z.string(),
  trackingOption: z.string(),
  brandingThemeId: z.string(),
  repeatingInvoiceId: z.string(),
  currency: z.string(),
  dateMs: z.number(),
  totalCents: z.int().nonnegative(),
  payments: z.array(Payment),
  creditedCents: z.int().nonnegative(),
  paidOnMs: z.number().optional(),
  updatedMs: z.number(),
});
export type Invoice = z.infer<typeof Invoice>;

/**
 * What can be said when an invoice is drawn up; everything but name and amount has a default that makes it a deposit invoice.
 * A known `contactId`, or the same name and e-mail, is the same contact.
 */
export const NewInvoice = z.object({
  contactName: z.string().min(1),
  amountCents: z.int().nonnegative(),
  email: z.string().default(''),
  phone: z.string().default(''),
  contactId: z.string().optional(),
  currency: z.string().default('AUD'),
  type: Invoice.shape.type.default('ACCREC'),
  status: z.enum(['DRAFT', 'SUBMITTED', 'AUTHORISED', 'VOIDED']).default('AUTHORISED'),
  lineItemCode: z.string().default('DEPOSIT'),
  lineText: z.string().default('Deposit'),
  reference: z.string().optional(),
  trackingOption: z.string().default(''),
  brandingThemeId: z.string().default('dfe23d27-a3a6-4ef3-a5ca-b9e02b142dde'),
  repeatingInvoiceId: z.string().default(''),
  date: z.iso.date().optional(),
});
export type NewInvoice = z.input<typeof NewInvoice>;

/** What the control room may change on an invoice; `email` and `phone` change its contact. */
export const InvoiceChange = Invoice.pick({
  status: true,
  reference: true,
  itemCode: true,
  lineText: true,
  trackingOption: true,
  brandingThemeId: true,
  currency: true,
  dateMs: true,
})
  .extend({ email: z.string(), phone: z.string() })
  .partial();
export type InvoiceChange = z.infer<typeof InvoiceChange>;

/** Cents that payments have brought in. */
export function paidCents(invoice: Invoice): number {
  return invoice.payments.reduce((sum, { amountCents }) => sum + amountCents, 0);
}

/** Cents that are still owed. */
export function dueCents(invoice: Invoice): number {
  return invoice.totalCents - paidCents(invoice) - invoice.creditedCents;
}

/** The organisation's invoices and contacts, on disk. Every change is announced to `changed` and resolves when both are stored. */
export class Books {
  readonly #invoices: Collection<Invoice>;
  readonly #contacts: Collection<Contact>;
  readonly #changed: (invoiceId: string, change: 'CREATE' | 'UPDATE') => Promise<void>;

  constructor(store: Store, changed: (invoiceId: string, change: 'CREATE' | 'UPDATE') => Promise<void>) {
    this.#invoices = new Collection(store, 'xero_invoices', Invoice);
    this.#contacts = new Collection(store, 'xero_contacts', Contact);
    this.#changed = changed;
  }

  invoices(): Invoice[] {
    return this.#invoices.all();
  }

  contacts(): Contact[] {
    return this.#contacts.all();
  }

  contact(contactId: string): Contact | undefined {
    return this.#contacts.get(contactId.toLowerCase());
  }

  /** By InvoiceID in any case, or by invoice number. */
  find(idOrNumber: string): Invoice | undefined {
    return this.#invoices.get(idOrNumber.toLowerCase()) ?? this.invoices().find(({ invoiceNumber }) => invoiceNumber === idOrNumber);
  }

  async create(input: NewInvoice): Promise<Invoice> {
    const wanted = NewInvoice.parse(input);
    const contact = await this.#contactFor(wanted);
    const number = this.#invoices.all().length + 1;
    const { contactName: _, email: __, phone: ___, amountCents, lineItemCode, date, ...same } = wanted;
    const invoice: Invoice = {
      ...same,
      invoiceId: guid(),
      invoiceNumber: `INV-${String(number).padStart(4, '0')}`,
      contactId: contact.contactId,
      reference: wanted.reference ?? `DEP-${String(number).padStart(4, '0')}`,
      itemCode: lineItemCode,
      dateMs: date ? Date.parse(date) : startOfDay(Date.now()),
      totalCents: amountCents,
      payments: [],
      creditedCents: 0,
      updatedMs: Date.now(),
    };
    return this.#store(invoice, 'CREATE');
  }

  /** Books a payment of the whole balance, or of `amountCents`. */
  async pay(idOrNumber: string, amountCents?: number): Promise<Invoice> {
    const invoice = this.#owed(idOrNumber);
    const amount = this.#withinBalance(invoice, amountCents);
    invoice.payments.push({ paymentId: guid(), dateMs: startOfDay(Date.now()), amountCents: amount });
    return this.#settle(invoice);
  }

  /** Wipes the whole balance, or `amountCents` of it, with a credit note: PAID, though nobody paid. */
  async credit(idOrNumber: string, amountCents?: number): Promise<Invoice> {
    const invoice = this.#owed(idOrNumber);
    invoice.creditedCents += this.#withinBalance(invoice, amountCents);
    return this.#settle(invoice);
  }

  /** Takes a payment back (the last one, unless named): a PAID invoice is AUTHORISED again. */
  async deletePayment(idOrNumber: string, paymentId?: string): Promise<Invoice> {
    const invoice = this.#named(idOrNumber);
    const index = paymentId ? invoice.payments.findIndex((payment) => payment.paymentId === paymentId) : invoice.payments.length - 1;
    if (index < 0) throw new Error(`${invoice.invoiceNumber} has no such payment`);
    invoice.payments.splice(index, 1);
    return this.#settle(invoice);
  }

  async update(idOrNumber: string, change: InvoiceChange): Promise<Invoice> {
    const invoice = this.#named(idOrNumber);
    const { email, phone, ...fields } = InvoiceChange.parse(change);
    const contact = this.contact(invoice.contactId);
    if (contact && (email !== undefined || phone !== undefined)) {
      const next = { ...contact, email: email ?? contact.email, phone: phone ?? contact.phone, updatedMs: Date.now() };
      await this.#contacts.put(contact.contactId, next);
    }
    return this.#store(Object.assign(invoice, fields), 'UPDATE');
  }

  async #contactFor({ contactId, contactName, email, phone }: z.infer<typeof NewInvoice>): Promise<Contact> {
    const same = (contact: Contact) => email !== '' && contact.name === contactName && contact.email.toLowerCase() === email.toLowerCase();
    const known = contactId ? this.contact(contactId) : this.contacts().find(same);
    if (known) return known;
    const contact = { contactId: contactId?.toLowerCase() ?? guid(), name: contactName, email, phone, updatedMs: Date.now() };
    await this.#contacts.put(contact.contactId, contact);
    return contact;
  }

  #named(idOrNumber: string): Invoice {
    const invoice = this.find(idOrNumber);
    if (!invoice) throw new Error(`no invoice ${idOrNumber}`);
    return structuredClone(invoice);
  }

  #owed(idOrNumber: string): Invoice {
    const invoice = this.#named(idOrNumber);
    if (invoice.status !== 'AUTHORISED') throw new Error('Invoice not of valid status for modification');
    return invoice;
  }

  #withinBalance(invoice: Invoice, amountCents = dueCents(invoice)): number {
    if (amountCents > dueCents(invoice)) throw new Error('Payment amount exceeds the amount outstanding on this document');
    if (!Number.isInteger(amountCents) || amountCents < 0 || (amountCents === 0 && invoice.totalCents > 0))
      throw new Error('an amount is a positive number of cents');
    return amountCents;
  }

  #settle(invoice: Invoice): Promise<Invoice> {
    const { paidOnMs, ...rest } = invoice;
    if (dueCents(invoice) > 0) return this.#store({ ...rest, status: 'AUTHORISED' }, 'UPDATE');
    return this.#store({ ...rest, status: 'PAID', paidOnMs: paidOnMs ?? startOfDay(Date.now()) }, 'UPDATE');
  }

  async #store(invoice: Invoice, change: 'CREATE' | 'UPDATE'): Promise<Invoice> {
    const stored = { ...invoice, updatedMs: Date.now() };
    await Promise.all([this.#invoices.put(stored.invoiceId, stored), this.#changed(stored.invoiceId, change)]);
    return stored;
  }
}

function startOfDay(ms: number): number {
  return ms - (ms % 86_400_000);
}
