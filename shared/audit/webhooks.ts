/** Vendors' webhooks that have fallen silent. Silence alone proves nothing; what only the repair paths have found does. Pure. */
import type { HeardWebhooks } from '../ports/audits';
import type { Finding } from './finding';

/** Xero repeats an event that failed, so an invoice that the sweep saw first may still be told of. */
const XERO_PATIENCE_MS = 6 * 3_600_000;
/** Twilio tries for 15 seconds. */
const TWILIO_PATIENCE_MS = 3_600_000;

export function auditWebhooks({ lastXeroWebhookAt, missedInvoices, missedTexts }: HeardWebhooks, now: Date): Finding[] {
  const isPast = (time: string | null, patienceMs: number) => time !== null && now.getTime() - Date.parse(time) > patienceMs;
  const last = lastXeroWebhookAt === null ? 'ever' : `since ${lastXeroWebhookAt.slice(0, 16).replace('T', ' ')} UTC`;
  const xero: Finding[] = isPast(missedInvoices.firstAt, XERO_PATIENCE_MS)
    ? [
        {
          kind: 'xero-webhook-silent',
          subject: 'xero',
          detail: `${missedInvoices.count} invoices were found by the sweep alone, and no webhook came ${last}`,
        },
      ]
    : [];
  const texts = missedTexts.filter(({ firstAt }) => isPast(firstAt, TWILIO_PATIENCE_MS));
  return [
    ...xero,
    ...texts.map(({ sid, runId, count }): Finding => {
      return {
        kind: 'text-webhook-silent',
        subject: sid,
        runId,
        detail: `the newest ${count} texts to ${sid} came by the reconciliation alone`,
      };
    }),
  ];
}
