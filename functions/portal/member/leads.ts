/** Leads and conversations as a member works with them. */
import * as z from 'zod';
import { Booking } from './calendar';
import { changed, Done, isId, type MemberDatabase, MessageId, now, Utc } from './database';
import { Frame } from './frame';

/** `takenOverAt`: since when a person answers by hand. */
export const Lead = z.object({
  id: z.guid(),
  name: z.string().nullable(),
  phone: z.string(),
  isTest: z.boolean(),
  isDemo: z.boolean(),
  isTrial: z.boolean(),
  optedOut: z.boolean(),
  outcome: z.enum(['won', 'lost']).nullable(),
  takenOverAt: Utc.nullable(),
  createdAt: Utc,
  lastMessageAt: Utc.nullable(),
});
export type Lead = z.infer<typeof Lead>;

const Direction = z.enum(['inbound', 'outbound']);

/** One line of a list; the text is cut to 160 characters. */
export const LeadLine = Lead.extend({ lastMessage: z.object({ direction: Direction, text: z.string() }).nullable() });
export type LeadLine = z.infer<typeof LeadLine>;

export const leadFilters = ['all', 'open', 'won', 'lost', 'taken-over'] as const;
export type LeadFilter = (typeof leadFilters)[number];

export const LeadList = z.object({ frame: Frame, leads: z.array(LeadLine), total: z.int(), pageSize: z.int() });
export type LeadList = z.infer<typeof LeadList>;

/** `delivery`: what is known of a text that went out (pending, claimed, sent, delivered, failed, unknown …); null for the rest. */
export const ThreadMessage = z.object({
  id: MessageId,
  direction: Direction,
  body: z.string(),
  mediaCount: z.int(),
  at: Utc,
  byHand: z.boolean(),
  delivery: z.string().nullable(),
  flagged: z.boolean(),
});
export type ThreadMessage = z.infer<typeof ThreadMessage>;

/** Oldest first, 50 at most of `total`; there may be earlier ones, and later ones if it was asked for those before a message. */
export const LeadThread = z.object({
  frame: Frame,
  lead: Lead,
  total: z.int(),
  hasEarlier: z.boolean(),
  hasLater: z.boolean(),
  messages: z.array(ThreadMessage),
  bookings: z.array(Booking),
});
export type LeadThread = z.infer<typeof LeadThread>;

/** Why a text by hand was not taken. */
export const replyProblems = ['length', 'opted-out', 'demo', 'not-active'] as const;
export type ReplyProblem = (typeof replyProblems)[number];

export const LeadRow = z.object({
  leadId: z.guid(),
  name: z.string().nullable(),
  phone: z.string(),
  outcome: z.string().nullable(),
  optedOut: z.boolean(),
  leadSince: Utc,
  label: z.string().nullable(),
  direction: Direction.nullable(),
  body: z.string().nullable(),
  at: Utc.nullable(),
});
export type LeadRow = z.infer<typeof LeadRow>;

const Written = z
  .object({ outcome: z.enum(['done', 'refused']), reason: z.enum(replyProblems).nullable(), messageId: MessageId.nullish() })
  .nullable()
  .transform((answer): 'not-found' | ReplyProblem | { messageId: string } => {
    if (!answer) return 'not-found';
    return answer.reason ?? { messageId: answer.messageId ?? '' };
  });

interface OneLead {
  businessId: string;
  leadId: string;
}

const lead = ({ businessId, leadId }: OneLead) => ({ p_business_id: businessId, p_lead_id: leadId });

export function leadsOf(db: MemberDatabase) {
  return {
    /** `search` in name, number and texts; `page` from 1. */
    leadList: (wish: { businessId: string; search: string; show: LeadFilter; page: number }) =>
      db.call(
        'lead_list',
        { p_business_id: wish.businessId, p_search: wish.search, p_show: wish.show, p_page: wish.page },
        LeadList.nullable(),
      ),
    /** The newest texts; with `before` (a message's id) those before it. */
    leadThread: async (one: OneLead, before: string | null = null): Promise<LeadThread | null> =>
      isId(one.leadId) ? db.call('lead_thread', { ...lead(one), p_before: before }, LeadThread.nullable()) : null,
    /** Null: open again. */
    markLead: (one: OneLead, outcome: 'won' | 'lost' | null) =>
      db.call('mark_lead', { ...lead(one), p_outcome: outcome, p_now: now() }, changed(['unknown-outcome'])),
    /** True: a person answers; false: handed back to the assistant. */
    takeOver: (one: OneLead, taken: boolean) => db.call('take_over_lead', { ...lead(one), p_taken: taken, p_now: now() }, Done),
    /** Records the text, still to be sent, and takes the conversation over. `formKey`: a UUID in the form; the same again is the same text. */
    writeReply: (one: OneLead, reply: { body: string; formKey: string }) =>
      db.call('write_reply', { ...lead(one), p_body: reply.body, p_form_key: reply.formKey, p_now: now() }, Written),
    /** With all its texts, for good. */
    deleteLead: (one: OneLead) => db.call('delete_lead', { ...lead(one), p_now: now() }, Done),
    /** For CSV; noted in the trail. `total`: more than there are rows if the oldest are left out. */
    exportLeads: (businessId: string) =>
      db.call(
        'export_leads',
        { p_business_id: businessId, p_now: now() },
        z.object({ frame: Frame, rows: z.array(LeadRow), total: z.int() }).nullable(),
      ),
  };
}
