/** Port Screenings on Postgres: supabase/migrations/…_screening.sql. */
import * as z from 'zod';
import type { Screenings } from '../../ports/screenings';
import { Nothing, now } from './answers';
import type { Database } from './database';

const VerdictName = z.enum(['deposit', 'near-miss', 'not-a-deposit', 'ask-operator', 'dismissed']);
const Claim = z.object({ outcome: z.enum(['fetch', 'announce', 'done', 'busy']), invoiceNumber: z.string().nullable() });
const Judged = z.object({ verdict: VerdictName, reasons: z.array(z.string()) });
const Found = Judged.extend({ invoiceId: z.guid(), tenantId: z.guid() }).nullable();

export function supabaseScreenings(db: Database): Screenings {
  return {
    claim: ({ invoiceId, updatedUtc, via = 'operator' }) =>
      db.call('claim_screening', { p_invoice_id: invoiceId, p_updated_utc: updatedUtc, p_via: via, p_now: now() }, Claim),
    record: ({ invoice, verdict, reasons }) => {
      const { invoiceId, tenantId, invoiceNumber, updatedUtc, totalCents, amountPaidCents, contact } = invoice;
      const p_invoice = { invoiceId, tenantId, invoiceNumber, updatedUtc, totalCents, amountPaidCents, contact };
      return db.call('record_screening', { p_invoice, p_verdict: verdict, p_reasons: reasons, p_now: now() }, Judged);
    },
    announced: (invoiceId) => db.call('announced_deposit', { p_invoice_id: invoiceId, p_now: now() }, Nothing),
    unsettled: (invoices) => db.call('unsettled_invoices', { p_invoices: invoices, p_now: now() }, z.array(z.guid())),
    byNumber: async (invoiceNumber) => (await db.call('screening_by_number', { p_invoice_number: invoiceNumber }, Found)) ?? undefined,
    decide: ({ invoiceId, decision, by }) =>
      db.call('decide_screening', { p_invoice_id: invoiceId, p_decision: decision, p_by: by, p_now: now() }, Nothing),
  };
}
