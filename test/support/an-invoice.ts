import type { Invoice } from '../../shared/invoice';

export const tenantId = '0b8a5a3c-9f2e-0d41-4c3a-5d2e1f0a9b8c';

/** A paid deposit invoice over $500. */
export function anInvoice(changes: Partial<Invoice> = {}): Invoice {
  return {
    invoiceId: '11111111-2222-3333-4444-555555555555',
    invoiceNumber: 'INV-0042',
    tenantId,
    type: 'ACCREC',
    status: 'PAID',
    currency: 'AUD',
    totalCents: 50_000,
    amountDueCents: 0,
    amountPaidCents: 50_000,
    date: '2026-11-10',
    updatedUtc: '2026-11-20T01:02:03.000Z',
    reference: '',
    isRepeating: false,
    brandingThemeId: null,
    contact: {
      contactId: '99999999-8888-7777-6666-555555555555',
      name: 'Bright Sparks',
      firstName: 'Sam',
      email: 'sam@example.com',
      phone: null,
    },
    lines: [{ itemCode: 'DEPOSIT', accountCode: '200', trackingOptions: [] }],
    ...changes,
  };
}
