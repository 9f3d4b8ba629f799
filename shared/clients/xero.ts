/** Xero's accounting API through xero-node. https://developer.xero.com/documentation/api/accounting/invoices */
// The deep import loads in half the time of `xero-node`; it is undocumented, so the version is pinned and its tests use a real server.
import { AccountingApi } from 'xero-node/dist/gen/api/accountingApi';
import { TerminalError, TransientError } from '../errors';
import type { Invoice } from '../invoice';
import { log } from '../log';
import type { Accounting } from '../ports/xero';
import { errorOf, failureOf } from './xero-failure';
import { invoiceFrom } from './xero-invoice';
import { xeroToken } from './xero-token';

/** URLs as https://api.xero.com and https://identity.xero.com. */
export interface XeroOptions {
  clientId: string;
  clientSecret: string;
  apiUrl: string;
  identityUrl: string;
  timeoutMs?: number;
}

/** A Custom Connection belongs to one organisation, which it names by an empty tenant id. */
const CUSTOM_CONNECTION = '';
/** The largest page that Xero gives. */
const PAGE_SIZE = 1000;

export function xeroAccounting({ timeoutMs = 8000, ...options }: XeroOptions): Accounting {
  const call = caller({ ...options, timeoutMs });

  async function page(since: Date, number: number): Promise<unknown[]> {
    const answer = await call((api) => {
      const [none, where, order] = [undefined, 'Type=="ACCREC"', 'UpdatedDateUTC ASC'];
      const statuses = ['PAID', 'AUTHORISED'];
      // Sorted by change: an invoice that changes meanwhile moves to the end and is seen twice, never skipped.
      return api.getInvoices(
        ...([CUSTOM_CONNECTION, since, where, order, none, none, none, statuses, number, none, none, none, none, PAGE_SIZE] as const),
      );
    });
    if (!answer) throw new TerminalError('VendorRequestRejected', 'Xero knows no invoices');
    return rowsOf(answer);
  }

  return {
    async getInvoice(tenantId, invoiceId) {
      const answer = await call((api) => api.getInvoice(CUSTOM_CONNECTION, invoiceId));
      const [row] = answer ? rowsOf(answer) : [];
      if (row === undefined) return undefined;
      const invoice = invoiceFrom(row, tenantId);
      if (!invoice) throw new TransientError('Xero gave an invoice that cannot be read');
      return invoice;
    },

    async paidInvoicesSince(tenantId, since) {
      const found: Invoice[] = [];
      for (let number = 1; ; number += 1) {
        const rows = await page(since, number);
        found.push(...readable(rows, tenantId).filter(({ amountPaidCents }) => amountPaidCents > 0));
        if (rows.length < PAGE_SIZE) return found;
      }
    },
  };
}

type Call = <T>(request: (api: AccountingApi) => Promise<T>) => Promise<T | undefined>;

/** Calls with a token and a time limit. Undefined: Xero does not know the resource. */
function caller({ apiUrl, timeoutMs, ...options }: XeroOptions & { timeoutMs: number }): Call {
  const api = new AccountingApi(`${apiUrl.replace(/\/+$/, '')}/api.xro/2.0`);
  const token = xeroToken({ ...options, timeoutMs });
  // The SDK sets no limit; the signal also ends an answer that stops half-way.
  api.setDefaultAuthentication({
    applyToRequest(request) {
      Object.assign(request ?? {}, { timeout: timeoutMs, signal: AbortSignal.timeout(timeoutMs) });
    },
  });
  return async (request) => {
    const { accessToken, fresh } = await token.get();
    api.accessToken = accessToken;
    try {
      return await request(api);
    } catch (rejection) {
      const failure = failureOf(rejection);
      if (failure.status === 404) return undefined;
      if (failure.status === 401) token.forget();
      if (failure.status === 401 && !fresh) throw new TransientError('Xero no longer takes the access token');
      throw errorOf(failure);
    }
  };
}

/** `invoices` is typed as present and missing when the answer was no JSON. */
function rowsOf({ body }: { body: { invoices?: unknown[] } }): unknown[] {
  if (!Array.isArray(body.invoices)) throw new TransientError('Xero gave an answer that cannot be read');
  return body.invoices;
}

/** One odd invoice must not hide the others from the sweep. */
function readable(rows: unknown[], tenantId: string): Invoice[] {
  const invoices = rows.map((row) => invoiceFrom(row, tenantId)).filter((invoice) => invoice !== undefined);
  if (invoices.length < rows.length) log.error('Xero gave invoices that cannot be read', { count: rows.length - invoices.length });
  return invoices;
}
