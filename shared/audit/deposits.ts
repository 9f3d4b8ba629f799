/** Paid deposits that have started no run. Pure. */
import { InvoiceNumber, recognisableNumber } from '../invoice';
import type { ScreenedDeposit } from '../ports/audits';
import type { Finding } from './finding';

const HOUR_MS = 3_600_000;
/** The sweep announces a deposit again every half hour. */
const STARTED_WITHIN_MS = 2 * HOUR_MS;
/** The operator was told of it once. */
const DECIDED_WITHIN_MS = 48 * HOUR_MS;

/** `unscreened`: invoices that are paid at Xero, changed hours ago, and have no verdict. */
export function auditDeposits(
  { screened, unscreened }: { screened: readonly ScreenedDeposit[]; unscreened: readonly { invoiceId: string; invoiceNumber: string }[] },
  now: Date,
): Finding[] {
  const isOld = ({ since }: ScreenedDeposit, ms: number) => now.getTime() - Date.parse(since) > ms;
  return [
    ...screened.flatMap((invoice): Finding[] => {
      const name = recognisableNumber(invoice);
      if (invoice.verdict === 'deposit')
        return isOld(invoice, STARTED_WITHIN_MS) ? [about('deposit-without-run', invoice, `${name} is a paid deposit without a run`)] : [];
      return isOld(invoice, DECIDED_WITHIN_MS)
        ? [about('deposit-undecided', invoice, `${name} is paid, and screening could not decide`)]
        : [];
    }),
    ...unscreened.map((invoice) =>
      about('payment-unscreened', invoice, `${recognisableNumber(invoice)} is paid at Xero, and nobody has judged it`),
    ),
  ];
}

function about(
  kind: 'deposit-without-run' | 'deposit-undecided' | 'payment-unscreened',
  { invoiceId, invoiceNumber }: { invoiceId: string; invoiceNumber: string },
  detail: string,
): Finding {
  return { kind, subject: InvoiceNumber.safeParse(invoiceNumber).data ?? invoiceId, detail };
}
