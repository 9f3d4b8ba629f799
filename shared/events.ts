/** The events on our bus. Ids only: what they carry can be read by anyone who may see a queue or an execution. */
import * as z from 'zod';
import { InvoiceNumber } from './invoice';

export const eventSource = 'coresentia.provisioning';

/** Xero says, or the sweep found, that an invoice changed. `updatedUtc` is ISO 8601 UTC. */
export const InvoiceUpdated = z.object({
  tenantId: z.guid(),
  invoiceId: z.guid(),
  updatedUtc: z.iso.datetime(),
  via: z.enum(['webhook', 'sweep', 'operator']),
});
export type InvoiceUpdated = z.infer<typeof InvoiceUpdated>;

/** Screening found a paid deposit: starts the provisioning state machine, whose input is this detail. */
export const DepositPaid = z.object({ tenantId: z.guid(), invoiceId: z.guid(), invoiceNumber: InvoiceNumber });
export type DepositPaid = z.infer<typeof DepositPaid>;

/**
 * Why the owner is told of a lead: it is in distress, wants a person or complains, is new (or back with something new), or has written where only a person
 * answers. The most pressing first.
 */
export const newsReasons = ['urgent', 'person', 'new', 'message'] as const;
export type NewsReason = (typeof newsReasons)[number];

/** The owner wants to know of a lead. `messageSid` is the message that says so; `reason` is missing in events of before there were reasons. */
export const LeadCaptured = z.object({
  businessId: z.guid(),
  leadId: z.guid(),
  messageSid: z.string().min(1),
  urgent: z.boolean(),
  reason: z.enum(newsReasons).optional(),
});
export type LeadCaptured = z.infer<typeof LeadCaptured>;

/** sms-webhook could not take a message in, so somebody must read it back from Twilio. */
export const MessageMissed = z.object({ messageSid: z.string().min(1).max(64) });
export type MessageMissed = z.infer<typeof MessageMissed>;

/** A call to a business's number ended without anybody answering it. */
export const CallMissed = z.object({ callSid: z.string().min(1).max(64) });
export type CallMissed = z.infer<typeof CallMissed>;

/** An operator has confirmed that a client leaves: starts the offboarding state machine, whose input is this detail. */
export const OffboardingConfirmed = z.object({ offboardingId: z.guid() });
export type OffboardingConfirmed = z.infer<typeof OffboardingConfirmed>;

/** Somebody asked for a link to sign in. `userId` is of nobody if the address is unknown: the portal does the same in both cases. */
export const LinkRequested = z.object({ userId: z.guid(), requestedAt: z.iso.datetime() });
export type LinkRequested = z.infer<typeof LinkRequested>;

/** Detail types with the shape of their detail. */
export interface EventDetails {
  'Invoice Updated': InvoiceUpdated;
  'Deposit Paid': DepositPaid;
  'Call Missed': CallMissed;
  'Lead Captured': LeadCaptured;
  'Link Requested': LinkRequested;
  'Message Missed': MessageMissed;
  'Offboarding Confirmed': OffboardingConfirmed;
}
export type OurEvent = { [T in keyof EventDetails]: { detailType: T; detail: EventDetails[T] } }[keyof EventDetails];
