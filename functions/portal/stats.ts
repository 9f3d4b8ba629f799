/** The dashboard's numbers: one definition each, for the page, the tests and docs/stats.md. SQL: private.stats. Pure. */
import * as z from 'zod';

/** `replyRate` 0 to 1; null: there is nothing to measure. Tests, demos and the owner's own trials never count. */
export const Stats = z.object({
  leadsThisWeek: z.int(),
  conversations: z.int(),
  replyRate: z.number().min(0).max(1).nullable(),
  medianFirstResponseSeconds: z.int().nullable(),
  bookings: z.int(),
});
export type Stats = z.infer<typeof Stats>;

/** What each number says, in the page's order. */
export const statDefinitions: Readonly<Record<keyof Stats, { title: string; definition: string }>> = {
  leadsThisWeek: {
    title: 'Leads this week',
    definition: 'People who texted your number for the first time since Monday, by your clock.',
  },
  conversations: {
    title: 'Conversations',
    definition: 'People who texted you in the last 30 days, today included.',
  },
  replyRate: {
    title: 'Reply rate',
    definition: 'Of these conversations, how many had an answer, from the assistant or by hand.',
  },
  medianFirstResponseSeconds: {
    title: 'First response',
    definition: 'Half of the first texts that came within your working hours in the last 30 days were answered faster than this.',
  },
  bookings: {
    title: 'Bookings',
    definition: 'Bookings made in the last 30 days that were not cancelled.',
  },
};
