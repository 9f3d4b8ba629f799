import type { KeptFinding } from '../../shared/audit/finding';
import type { AuditBooks, Findings, HeardWebhooks, NumberBook } from '../../shared/ports/audits';
import { type Script, scripted } from './script';

interface Options extends Script<AuditBooks> {
  numbers?: NumberBook;
  runs?: Awaited<ReturnType<AuditBooks['runs']>>;
  offboardings?: Awaited<ReturnType<AuditBooks['offboardings']>>;
  mails?: Awaited<ReturnType<AuditBooks['mails']>>;
  webhooks?: HeardWebhooks;
  deposits?: Awaited<ReturnType<AuditBooks['deposits']>>;
}

const quiet: HeardWebhooks = { lastXeroWebhookAt: null, missedInvoices: { count: 0, firstAt: null }, missedTexts: [] };

/** What the database would tell the audits; the books can be changed between rounds. */
export function fakeAuditBooks(options: Options = {}) {
  const {
    numbers = { numbers: [], businesses: [] },
    runs = [],
    offboardings = [],
    mails = [],
    webhooks = quiet,
    deposits = [],
    ...script
  } = options;
  const books = { numbers, runs, offboardings, mails, webhooks, deposits };
  const repairs: { sid: string; by: string }[] = [];
  const port: AuditBooks = {
    numbers: async () => books.numbers,
    runs: async () => books.runs,
    offboardings: async () => books.offboardings,
    mails: async () => books.mails,
    webhooks: async () => books.webhooks,
    deposits: async () => books.deposits,
    async recordRepair(repair) {
      repairs.push(repair);
    },
  };
  return { ...scripted(port, script), books, repairs };
}

/** `audit_findings`: one row per kind and subject, that comes and goes. */
export function fakeFindings(script: Script<Findings> = {}) {
  const rows: KeptFinding[] = [];
  const at = '2026-11-22T00:00:00.000Z';
  const port: Findings = {
    async record(audit, found) {
      for (const { kind, subject, detail, runId = null } of found) {
        const row = rows.find((one) => one.kind === kind && one.subject === subject);
        if (!row) {
          const id = `00000000-0000-4000-8000-${String(rows.length).padStart(12, '0')}`;
          const times = { firstSeenAt: at, lastSeenAt: at, resolvedAt: null };
          rows.push({ id, audit, kind, subject, detail, runId, invoiceNumber: null, ...times, occurrences: 1, isAnnounced: false });
        } else if (row.resolvedAt) Object.assign(row, { detail, resolvedAt: null, isAnnounced: false, occurrences: row.occurrences + 1 });
      }
      for (const row of rows)
        if (row.audit === audit && !found.some(({ kind, subject }) => kind === row.kind && subject === row.subject)) row.resolvedAt = at;
    },
    open: async () => rows.filter(({ resolvedAt }) => !resolvedAt),
    async announced(ids) {
      for (const row of rows) if (ids.includes(row.id)) row.isAnnounced = true;
    },
  };
  return { ...scripted(port, script), rows };
}
