import { guid } from './answers';
import { type Contact, dueCents, type Invoice, paidCents } from './books';

/** Xero's date format, for example `/Date(1518685950940+0000)/`. */
export function xeroDate(ms: number): string {
  return `/Date(${ms}+0000)/`;
}

const dollars = (cents: number) => cents / 100;
const dateString = (ms: number) => `${new Date(ms).toISOString().slice(0, 10)}T00:00:00`;

/** The frame of every answer of the accounting API. */
export function envelope(body: Record<string, unknown>): Record<string, unknown> {
  return { Id: guid(), Status: 'OK', ProviderName: 'CoreSentia provisioning', DateTimeUTC: `/Date(${Date.now()})/`, ...body };
}

/** A contact as Xero shows it by id. */
export function renderContact(contact: Contact): Record<string, unknown> {
  const types = ['DDI', 'DEFAULT', 'FAX', 'MOBILE'];
  const phone = (type: string) => (type === 'MOBILE' ? contact.phone : '');
  return {
    ContactID: contact.contactId,
    ContactStatus: 'ACTIVE',
    Name: contact.name,
    EmailAddress: contact.email,
    Addresses: [],
    Phones: types.map((type) => ({ PhoneType: type, PhoneNumber: phone(type), PhoneAreaCode: '', PhoneCountryCode: '' })),
    UpdatedDateUTC: xeroDate(contact.updatedMs),
    ContactGroups: [],
    IsSupplier: false,
    IsCustomer: true,
    ContactPersons: [],
    HasValidationErrors: false,
  };
}

/** How much of an invoice an answer shows: `one` by id, `page` in a paged list (no e-mail), `list` unpaged (no line items either). */
export type Detail = 'one' | 'page' | 'list';

/** An invoice as Xero shows it. */
export function renderInvoice(invoice: Invoice, contact: Contact | undefined, detail: Detail): Record<string, unknown> {
  const brief = {
    ContactID: invoice.contactId,
    Name: contact?.name ?? '',
    Addresses: [],
    Phones: [],
    ContactGroups: [],
    ContactPersons: [],
  };
  const { currency, paidOnMs, repeatingInvoiceId, brandingThemeId } = invoice;
  return {
    Type: invoice.type,
    InvoiceID: invoice.invoiceId,
    InvoiceNumber: invoice.invoiceNumber,
    Reference: invoice.reference,
    ...(repeatingInvoiceId && { RepeatingInvoiceID: repeatingInvoiceId }),
    Payments: invoice.payments.map((payment) => ({
      PaymentID: payment.paymentId,
      Date: xeroDate(payment.dateMs),
      Amount: dollars(payment.amountCents),
      CurrencyRate: 1.0,
      HasAccount: false,
      HasValidationErrors: false,
    })),
    CreditNotes: invoice.creditedCents > 0 ? [{ CreditNoteID: invoice.invoiceId, AppliedAmount: dollars(invoice.creditedCents) }] : [],
    Prepayments: [],
    Overpayments: [],
    AmountDue: dollars(dueCents(invoice)),
    AmountPaid: dollars(paidCents(invoice)),
    AmountCredited: dollars(invoice.creditedCents),
    CurrencyRate: 1.0,
    IsDiscounted: false,
    HasAttachments: false,
    HasErrors: false,
    Contact: detail === 'one' && contact ? renderContact(contact) : { ...brief, HasValidationErrors: false },
    DateString: dateString(invoice.dateMs),
    Date: xeroDate(invoice.dateMs),
    DueDateString: dateString(invoice.dateMs),
    DueDate: xeroDate(invoice.dateMs),
    ...(brandingThemeId && { BrandingThemeID: brandingThemeId }),
    Status: invoice.status,
    LineAmountTypes: 'Inclusive',
    LineItems: detail === 'list' ? [] : [lineItem(invoice)],
    SubTotal: dollars(invoice.totalCents - gstCents(invoice)),
    TotalTax: dollars(gstCents(invoice)),
    Total: dollars(invoice.totalCents),
    UpdatedDateUTC: xeroDate(invoice.updatedMs),
    CurrencyCode: currency,
    ...(paidOnMs !== undefined && { FullyPaidOnDate: xeroDate(paidOnMs) }),
  };
}

/** GST is a tenth of the price, so an eleventh of the total. */
function gstCents({ totalCents }: Invoice): number {
  return Math.round(totalCents / 11);
}

function lineItem(invoice: Invoice): Record<string, unknown> {
  const { itemCode, trackingOption } = invoice;
  return {
    ...(itemCode && { ItemCode: itemCode, Item: { ItemID: invoice.invoiceId, Name: invoice.lineText, Code: itemCode } }),
    Description: invoice.lineText,
    UnitAmount: dollars(invoice.totalCents),
    TaxType: 'OUTPUT',
    TaxAmount: dollars(gstCents(invoice)),
    LineAmount: dollars(invoice.totalCents),
    AccountCode: '200',
    Tracking: trackingOption ? [{ Name: 'Deposit', Option: trackingOption, TrackingCategoryID: invoice.invoiceId }] : [],
    Quantity: 1.0,
    LineItemID: invoice.invoiceId,
  };
}
