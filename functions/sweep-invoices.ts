/**
 * Looks for paid invoices that no webhook told of, or that got stuck on the way: the repair path behind every dead-letter queue.
 * Idempotent: what has its verdict, and its run if it is a deposit, is left alone; a repeated event is screened once.
 */
import { DepositRuleVariables, variables } from '../shared/config';
import type { DepositRule } from '../shared/deposit-rule';
import type { InvoiceUpdated, OurEvent } from '../shared/events';
import { log } from '../shared/log';
import type { Services } from '../shared/ports';
import { accounting, eventPublisher, screenings } from '../shared/services';
import { make } from '../shared/step';

/** Xero keeps undelivered webhook events for 31 days; a few more cover its own delays. */
const DAYS = 35;

type Needs = Pick<Services, 'accounting' | 'eventPublisher' | 'screenings'>;

/** Publishes every paid or part-paid invoice of the last 35 days that is not settled. Answers how many. */
export async function sweepInvoices(services: Needs, rule: Pick<DepositRule, 'tenantIds'>, now: Date): Promise<number> {
  const since = new Date(now.getTime() - DAYS * 86_400_000);
  // The list may name one organisation in two spellings, so an invoice can come twice.
  const paid = new Map<string, InvoiceUpdated>();
  for (const tenantId of rule.tenantIds) {
    for (const { invoiceId, updatedUtc } of await services.accounting.paidInvoicesSince(tenantId, since))
      paid.set(invoiceId, { tenantId, invoiceId, updatedUtc, via: 'sweep' });
  }
  const unsettled = paid.size > 0 ? await services.screenings.unsettled([...paid.values()]) : [];
  const events = unsettled.flatMap((invoiceId): OurEvent[] => {
    const detail = paid.get(invoiceId);
    return detail ? [{ detailType: 'Invoice Updated', detail }] : [];
  });
  if (events.length > 0) await services.eventPublisher.publish(events);
  log.info('sweep done', { paid: paid.size, published: events.length });
  return events.length;
}

export async function handler(): Promise<void> {
  const { DEPOSIT_RULE } = variables(DepositRuleVariables);
  await sweepInvoices(await make({ accounting, eventPublisher, screenings }), DEPOSIT_RULE, new Date());
}
