/** Which paid invoices are deposits: CoreSentia's rule, configurable per stage. Pure. */
import * as z from 'zod';
import type { Invoice } from './invoice';

/** All of the first group must hold, and at least one of `marks`. Amounts in cents, dates as YYYY-MM-DD. */
export const DepositRule = z.object({
  tenantIds: z.array(z.guid()).min(1),
  currency: z.string().length(3).default('AUD'),
  /** Invoices dated before this day are none of ours: the pipeline was not live yet. */
  goLiveDate: z.iso.date(),
  /** `paid`: PAID with nothing due; `partial`: also a part-payment of at least `minimumCents` on an AUTHORISED invoice. */
  mode: z.enum(['paid', 'partial']).default('paid'),
  minimumCents: z.int().positive().default(1),
  marks: z.object({
    itemCodes: z.array(z.string()).default([]),
    /** A regular expression, tried without regard to case. */
    referencePattern: z.string().refine(isRegularExpression, { message: 'is not a regular expression' }).optional(),
    trackingOptions: z.array(z.string()).default([]),
    brandingThemeIds: z.array(z.string()).default([]),
    accountCodes: z.array(z.string()).default([]),
  }),
});
export type DepositRule = z.infer<typeof DepositRule>;

function isRegularExpression(pattern: string): boolean {
  try {
    return new RegExp(pattern, 'i') instanceof RegExp;
  } catch {
    return false;
  }
}

/** `near-miss`: paid and marked as a deposit, yet something is missing that a person can mend or must judge. */
export interface Judgement {
  verdict: 'deposit' | 'near-miss' | 'not-a-deposit';
  /** Why it is not a deposit, in plain English and without personal data; empty for a deposit. */
  reasons: string[];
}

/**
 * Judges an invoice by the rule. A bill, another organisation's invoice, one from before go-live or without the mark of a deposit is nobody's business,
 * and so is one that nobody paid anything for. Money comes as a payment: an invoice settled by a credit note or an older prepayment goes to the operator.
 */
export function judge(invoice: Invoice, rule: DepositRule): Judgement {
  const irrelevant = irrelevantBecause(invoice, rule);
  if (irrelevant.length > 0) return { verdict: 'not-a-deposit', reasons: irrelevant };
  const missing = missingFrom(invoice, rule);
  return { verdict: missing.length > 0 ? 'near-miss' : 'deposit', reasons: missing };
}

function irrelevantBecause(invoice: Invoice, rule: DepositRule): string[] {
  const reasons: string[] = [];
  if (!isAllowedTenant(invoice.tenantId, rule)) reasons.push('it belongs to another organisation');
  if (invoice.type !== 'ACCREC') reasons.push('it is not a sales invoice');
  if (invoice.date < rule.goLiveDate) reasons.push(`it is dated before ${rule.goLiveDate}`);
  if (!isMarked(invoice, rule.marks)) reasons.push('nothing marks it as a deposit');
  const settled = invoice.status === 'PAID' && invoice.totalCents > 0;
  const partPaid = invoice.status === 'AUTHORISED' && invoice.amountPaidCents > 0;
  if (!settled && !partPaid) reasons.push('no payment has been received');
  return reasons;
}

/** What keeps a marked invoice with money on it from being a deposit. */
function missingFrom(invoice: Invoice, rule: DepositRule): string[] {
  const reasons: string[] = [];
  if (invoice.currency !== rule.currency) reasons.push(`its currency is not ${rule.currency}`);
  if (invoice.isRepeating) reasons.push('it comes from a repeating invoice');
  if (rule.mode === 'paid' && (invoice.status !== 'PAID' || invoice.amountDueCents !== 0)) reasons.push('it is paid in part only');
  if (invoice.amountPaidCents <= 0) reasons.push('it was settled by a credit note or prepayment, not by a payment');
  else if (invoice.amountPaidCents < rule.minimumCents) reasons.push('less was paid than the minimum deposit');
  if (!invoice.contact.email?.trim()) reasons.push('its contact has no e-mail address');
  return reasons;
}

function isMarked({ lines, brandingThemeId, reference }: Invoice, marks: DepositRule['marks']): boolean {
  const { itemCodes, accountCodes, trackingOptions, brandingThemeIds, referencePattern } = marks;
  return (
    lines.some((line) => isAmong(line.itemCode, itemCodes) || isAmong(line.accountCode, accountCodes)) ||
    lines.some((line) => line.trackingOptions.some((option) => isAmong(option, trackingOptions))) ||
    isAmong(brandingThemeId, brandingThemeIds) ||
    (referencePattern !== undefined && new RegExp(referencePattern, 'i').test(reference))
  );
}

/** People and APIs don't agree on case. */
function isAmong(value: string | null, wanted: readonly string[]): boolean {
  return wanted.some((one) => one.toLowerCase() === value?.toLowerCase());
}

/** Is it one of our organisations? Webhooks and API spell GUIDs in different case. */
export function isAllowedTenant(tenantId: string, rule: Pick<DepositRule, 'tenantIds'>): boolean {
  return isAmong(tenantId, rule.tenantIds);
}
