import type { Screenings, Verdict } from '../../shared/ports/screenings';
import { type Script, scripted } from './script';

interface Screened {
  tenantId: string;
  invoiceNumber: string | null;
  contactId: string | null;
  /** Null while the first screening is under way. */
  verdict: Verdict | null;
  reasons: string[];
  /** The newest version that was looked at, ms. */
  version: number;
  claimed: { version: number; untilMs: number } | undefined;
  announced: boolean;
}

const LEASE_MS = 60_000;

interface Options extends Script<Screenings> {
  /** Milliseconds. */
  now?: () => number;
  /** Contacts that already have a run or a business. */
  knownContacts?: string[];
}

/** `screened_invoices` in memory; `announced` is as good as a run. */
export function fakeScreenings({ now = () => 0, knownContacts = [], ...script }: Options = {}) {
  const rows = new Map<string, Screened>();
  const port: Screenings = {
    async claim({ invoiceId, updatedUtc }) {
      const row = rows.get(invoiceId) ?? blank();
      rows.set(invoiceId, row);
      const answer = (outcome: 'fetch' | 'announce' | 'done' | 'busy') => ({ outcome, invoiceNumber: row.invoiceNumber });
      if (row.verdict === 'deposit') return answer(row.announced ? 'done' : 'announce');
      const version = Date.parse(updatedUtc);
      if (row.verdict === 'dismissed' || (row.verdict && version <= row.version)) return answer('done');
      if (row.claimed && row.claimed.untilMs > now()) return answer('busy');
      row.claimed = { version, untilMs: now() + LEASE_MS };
      return answer('fetch');
    },
    async record({ invoice, verdict, reasons }) {
      const row = rows.get(invoice.invoiceId) ?? blank();
      const isKnown = verdict === 'deposit' && knownContacts.includes(invoice.contact.contactId);
      const judged: { verdict: Verdict; reasons: string[] } = isKnown
        ? { verdict: 'ask-operator', reasons: ['its contact already has a run or a business'] }
        : { verdict, reasons };
      const { tenantId, invoiceNumber, contact, updatedUtc } = invoice;
      // The event can be a moment newer than the invoice says.
      const version = Math.max(Date.parse(updatedUtc), row.claimed?.version ?? 0);
      rows.set(invoice.invoiceId, {
        ...row,
        ...judged,
        tenantId,
        invoiceNumber,
        contactId: contact.contactId,
        version,
        claimed: undefined,
      });
      return judged;
    },
    async announced(invoiceId) {
      const row = rows.get(invoiceId);
      if (row) row.announced = true;
    },
    async unsettled(invoices) {
      const open = invoices.filter(({ invoiceId, updatedUtc }) => {
        const row = rows.get(invoiceId);
        if (row?.verdict === 'deposit') return !row.announced;
        return row?.verdict !== 'dismissed' && (!row?.verdict || Date.parse(updatedUtc) > row.version);
      });
      return open.map(({ invoiceId }) => invoiceId);
    },
    async byNumber(invoiceNumber) {
      for (const [invoiceId, { tenantId, verdict, reasons, invoiceNumber: number }] of rows)
        if (number === invoiceNumber && verdict) return { invoiceId, tenantId, verdict, reasons };
      return undefined;
    },
    async decide({ invoiceId, decision }) {
      const row = rows.get(invoiceId);
      if (row) row.verdict = decision === 'start' ? 'deposit' : 'dismissed';
    },
  };
  return { ...scripted(port, script), rows };
}

function blank(): Screened {
  return {
    tenantId: '',
    invoiceNumber: null,
    contactId: null,
    verdict: null,
    reasons: [],
    version: 0,
    claimed: undefined,
    announced: false,
  };
}
