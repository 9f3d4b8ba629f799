/** An invoice as this product sees it, whatever Xero's types say. Pure. */
import * as z from 'zod';

/** Xero GUIDs are not RFC versions, hence `guid`. Amounts in cents, times in ISO 8601 UTC. */
export const Invoice = z.object({
  invoiceId: z.guid(),
  invoiceNumber: z.string(),
  tenantId: z.guid(),
  type: z.string(),
  status: z.string(),
  currency: z.string(),
  totalCents: z.int(),
  amountDueCents: z.int(),
  amountPaidCents: z.int(),
  date: z.iso.date(),
  updatedUtc: z.iso.datetime(),
  reference: z.string(),
  isRepeating: z.boolean(),
  brandingThemeId: z.string().nullable(),
  contact: z.object({
    contactId: z.guid(),
    name: z.string(),
    firstName: z.string().nullable(),
    email: z.string().nullable(),
    phone: z.string().nullable(),
  }),
  lines: z.array(
    z.object({
      itemCode: z.string().nullable(),
      accountCode: z.string().nullable(),
      trackingOptions: z.array(z.string()),
    }),
  ),
});
export type Invoice = z.infer<typeof Invoice>;

/** The numbers that may stand in execution state and console: letters, digits and -_/. up to 40, so that nothing personal slips in. */
export const InvoiceNumber = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_/.-]{0,39}$/);

/** What stands for the invoice in state and console: its number, or, if Xero's free text is none of that pattern, `invoice-` and the id's first 8 digits. */
export function recognisableNumber({ invoiceId, invoiceNumber }: Pick<Invoice, 'invoiceId' | 'invoiceNumber'>): string {
  return InvoiceNumber.safeParse(invoiceNumber).success ? invoiceNumber : `invoice-${invoiceId.slice(0, 8)}`;
}
