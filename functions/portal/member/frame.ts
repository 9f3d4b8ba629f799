/** What stands around every page of a business. */
import * as z from 'zod';
import { Utc } from './database';

/** The steps of the first-login walkthrough, in order; a member has all but `check-hours`, because settings are the owner's. */
export const walkthroughSteps = ['set-password', 'see-demo', 'text-number', 'check-hours', 'delete-demo'] as const;
export type WalkthroughStep = (typeof walkthroughSteps)[number];

export const Walkthrough = z.array(
  z.object({ step: z.enum(walkthroughSteps), status: z.enum(['open', 'done', 'skipped']), at: Utc.nullable() }),
);
export type Walkthrough = z.infer<typeof Walkthrough>;

/** An owner does everything; a member sees leads and calendar, not people or settings. */
export const Role = z.enum(['owner', 'member']);
export type Role = z.infer<typeof Role>;

const BusinessName = z.object({ id: z.guid(), name: z.string() });

/** `timeZone` is IANA, null for a business that the pipeline did not make; `businesses`: all of this person, by name. */
export const Frame = z.object({
  business: BusinessName.extend({
    phoneNumber: z.string().nullable(),
    status: z.string(),
    timeZone: z.string().nullable(),
    repliesPaused: z.boolean(),
    /** Texts to the owner's phone are off until that phone texts START. */
    alertsStopped: z.boolean(),
  }),
  role: Role,
  email: z.string(),
  businesses: z.array(BusinessName),
  walkthrough: Walkthrough,
});
export type Frame = z.infer<typeof Frame>;

/** Everything that one sign-in opens. `operatorName`: this person is CoreSentia's. */
export const Account = z.object({
  email: z.string().nullable(),
  operatorName: z.string().nullable(),
  businesses: z.array(BusinessName),
  emailChange: z.object({ newEmail: z.string(), oldConfirmed: z.boolean(), newConfirmed: z.boolean(), expiresAt: Utc }).nullable(),
});
export type Account = z.infer<typeof Account>;
