/** Which paid invoices are deposits: CoreSentia's rule, configurable per stage. Pure. */
import * as z from 'zod';

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
    referencePattern: z.string().optional(),
    trackingOptions: z.array(z.string()).default([]),
    brandingThemeIds: z.array(z.string()).default([]),
    accountCodes: z.array(z.string()).default([]),
  }),
});
export type DepositRule = z.infer<typeof DepositRule>;
