/** One round of every audit: compare, keep what was found, and tell the operator of what is new. The function and the command share it. */
import { createHash } from 'node:crypto';
import { describeError } from '../errors';
import { log } from '../log';
import { notifyOnce } from '../notify-once';
import type { Services } from '../ports';
import type { NumberWebhooks } from '../ports/twilio';
import { auditDeposits } from './deposits';
import { adviceFor, type Audit, type Finding, type KeptFinding } from './finding';
import { auditMails } from './mails';
import { auditNumbers } from './numbers';
import { auditOffboardings, auditRuns } from './runs';
import { auditWebhooks } from './webhooks';

/** What the audits know of the stage. `tenantIds`: the organisations at Xero; `boardUrl`: where the findings can be read; `stage`: what the commands in the notice name. */
export interface AuditSettings {
  webhooks: NumberWebhooks;
  testNumber: string;
  tenantIds: readonly string[];
  boardUrl: string;
  stage: string;
}
export type AuditServices = Pick<
  Services,
  'accounting' | 'auditBooks' | 'findings' | 'noticeLog' | 'notices' | 'screenings' | 'telephony'
> & { settings: AuditSettings };

const HOUR_MS = 3_600_000;
/** As sweep-invoices looks back. */
const DAYS = 35;

/** Each audit by itself: a vendor that is down keeps the others from nothing. Throws at the end if any failed. */
export async function auditRound(services: AuditServices, now: Date): Promise<void> {
  const failures: unknown[] = [];
  for (const { audit, look } of looks) {
    try {
      const found = await look(services, now);
      await services.findings.record(audit, found);
      log.info('audited', { audit, findings: found.length });
    } catch (error) {
      log.warn('an audit failed', { audit, ...describeError(error) });
      failures.push(error);
    }
  }
  await announce(services);
  if (failures.length > 0) throw new AggregateError(failures, `${failures.length} audits failed`);
}

/** What a look needs: it changes nothing. */
export type LookServices = Pick<AuditServices, 'accounting' | 'auditBooks' | 'screenings' | 'telephony'> & {
  settings: Omit<AuditSettings, 'boardUrl' | 'stage'>;
};

/** Every audit and how it looks. Throws what the vendors' ports throw. */
export const looks: readonly { audit: Audit; look: (services: LookServices, now: Date) => Promise<Finding[]> }[] = [
  {
    audit: 'runs',
    look: async ({ auditBooks }, now) => [
      ...auditRuns(await auditBooks.runs(), now),
      ...auditOffboardings(await auditBooks.offboardings(), now),
    ],
  },
  { audit: 'mails', look: async ({ auditBooks }) => auditMails(await auditBooks.mails()) },
  { audit: 'webhooks', look: async ({ auditBooks }, now) => auditWebhooks(await auditBooks.webhooks(), now) },
  { audit: 'numbers', look: numbers },
  { audit: 'deposits', look: deposits },
];

async function numbers({ auditBooks, telephony, settings }: LookServices, now: Date): Promise<Finding[]> {
  const before = await auditBooks.numbers();
  const owned = await telephony.ownedNumbers();
  return auditNumbers({ owned, before, book: await auditBooks.numbers(), ...settings, now });
}

async function deposits({ accounting, auditBooks, screenings, settings }: LookServices, now: Date): Promise<Finding[]> {
  const since = new Date(now.getTime() - DAYS * 24 * HOUR_MS);
  const paid = new Map<string, { invoiceId: string; invoiceNumber: string; updatedUtc: string }>();
  for (const tenantId of settings.tenantIds)
    for (const invoice of await accounting.paidInvoicesSince(tenantId, since))
      if (now.getTime() - Date.parse(invoice.updatedUtc) > 2 * HOUR_MS) paid.set(invoice.invoiceId, invoice);
  const screened = await auditBooks.deposits();
  const known = new Set(screened.map(({ invoiceId }) => invoiceId));
  const unsettled = paid.size > 0 ? await screenings.unsettled([...paid.values()]) : [];
  const unscreened = unsettled.filter((invoiceId) => !known.has(invoiceId)).flatMap((invoiceId) => paid.get(invoiceId) ?? []);
  return auditDeposits({ screened, unscreened }, now);
}

/** A finding is told of once, and again when it has been away; all new ones of a round in one notice. */
async function announce({ findings, noticeLog, notices, settings }: AuditServices): Promise<void> {
  const fresh = (await findings.open()).filter(({ isAnnounced }) => !isAnnounced);
  if (fresh.length === 0) return;
  const which = fresh.map(({ id, occurrences }) => `${id}/${occurrences}`).toSorted();
  const key = `audit/${createHash('sha256').update(which.join()).digest('hex').slice(0, 32)}`;
  await notifyOnce({ key, ...digest(fresh, settings) }, { noticeLog, notices });
  await findings.announced(fresh.map(({ id }) => id));
}

function digest(fresh: readonly KeptFinding[], { boardUrl, stage }: AuditSettings): { subject: string; body: string } {
  const [first] = fresh;
  const subject = fresh.length === 1 && first ? `Audit: ${adviceFor(first, stage).title}` : `Audit: ${fresh.length} new findings`;
  const lines = fresh.flatMap((finding) => {
    const { title, do: action } = adviceFor(finding, stage);
    return [`${title}${finding.occurrences > 1 ? ' (again)' : ''}: ${finding.detail}.`, `Do: ${action}`, ''];
  });
  return { subject, body: [...lines, `All of them: ${boardUrl}`].join('\n') };
}
