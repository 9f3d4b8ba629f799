import * as z from 'zod';

/** What the alert of a failure says of the run, too: shared/ports/ledger.ts, FailedRun. */
export const FailedRun = z.object({
  invoiceNumber: z.string(),
  done: z.array(z.string()),
  numberState: z.string().nullable(),
  priceCeiling: z.object({ amountCents: z.int(), currency: z.string() }),
});
