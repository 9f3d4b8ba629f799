/** From xero-node's invoice to ours. Its types lie (enums are strings, dates typed string are `Date`), so everything is parsed. */
import * as z from 'zod';
import { Invoice } from '../invoice';

const text = z.string().nullish();
const money = z
  .number()
  .nullish()
  .transform((amount) => Math.round((amount ?? 0) * 100));

const XeroPhone = z.object({ phoneType: text, phoneNumber: text, phoneAreaCode: text, phoneCountryCode: text });

const XeroInvoice = z.object({
  invoiceID: z.string(),
  invoiceNumber: text,
  type: z.string(),
  status: z.string(),
  currencyCode: text,
  total: money,
  amountDue: money,
  amountPaid: money,
  date: z.union([z.date(), z.string()]),
  updatedDateUTC: z.date(),
  reference: text,
  repeatingInvoiceID: text,
  brandingThemeID: text,
  contact: z.object({
    contactID: z.string(),
    name: text,
    firstName: text,
    emailAddress: text,
    phones: z.array(XeroPhone).nullish(),
  }),
  lineItems: z.array(z.object({ itemCode: text, accountCode: text, tracking: z.array(z.object({ option: text })).nullish() })).nullish(),
});

/** Undefined if it is not what Xero documents. */
export function invoiceFrom(row: unknown, tenantId: string): Invoice | undefined {
  const parsed = XeroInvoice.safeParse(row);
  if (!parsed.success) return undefined;
  const { data } = parsed;
  const invoice: Record<keyof Invoice, unknown> = {
    invoiceId: data.invoiceID.toLowerCase(),
    invoiceNumber: data.invoiceNumber ?? '',
    tenantId,
    type: data.type,
    status: data.status,
    currency: data.currencyCode ?? '',
    totalCents: data.total,
    amountDueCents: data.amountDue,
    amountPaidCents: data.amountPaid,
    date: dayOf(data.date),
    updatedUtc: data.updatedDateUTC.toISOString(),
    reference: data.reference ?? '',
    isRepeating: Boolean(data.repeatingInvoiceID),
    brandingThemeId: data.brandingThemeID || null,
    contact: {
      contactId: data.contact.contactID.toLowerCase(),
      name: data.contact.name ?? '',
      firstName: data.contact.firstName || null,
      email: data.contact.emailAddress || null,
      phone: phoneOf(data.contact.phones ?? []),
    },
    lines: (data.lineItems ?? []).map((line) => ({
      itemCode: line.itemCode || null,
      accountCode: line.accountCode || null,
      trackingOptions: (line.tracking ?? []).flatMap(({ option }) => option || []),
    })),
  };
  return Invoice.safeParse(invoice).data;
}

/** Xero's dates are the organisation's own days, expressed as midnight UTC. */
function dayOf(date: Date | string): string {
  return (typeof date === 'string' ? date : date.toISOString()).slice(0, 10);
}

/** The mobile if there is one, as typed into Xero. */
function phoneOf(phones: z.infer<typeof XeroPhone>[]): string | null {
  const filled = phones.filter(({ phoneNumber }) => phoneNumber);
  const best = filled.find(({ phoneType }) => phoneType === 'MOBILE') ?? filled[0];
  if (!best) return null;
  const country = best.phoneCountryCode ? `+${best.phoneCountryCode.replace(/^\+/, '')}` : '';
  return [country, best.phoneAreaCode, best.phoneNumber].filter(Boolean).join(' ');
}
