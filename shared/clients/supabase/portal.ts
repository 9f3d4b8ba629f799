/** The portal's ports on Postgres, the side that acts with the secret key: supabase/migrations/20261122004…. */
import * as z from 'zod';
import type { CalendarFeeds, EmailChanges, Invitations, ManualReplies, RateLimits, Retention } from '../../ports/portal';
import { Nothing, now, Utc } from './answers';
import type { Database } from './database';

const Claimed = z.object({
  outcome: z.enum(['claimed', 'unconfirmed', 'sent', 'failed']),
  from: z.string(),
  to: z.string(),
  body: z.string(),
});

export function supabaseManualReplies(db: Database): ManualReplies {
  return {
    claim: (messageId) => db.call('claim_manual_reply', { p_message_id: messageId, p_now: now() }, Claimed.nullable()),
    record: ({ messageId, status, messageSid }) => {
      const result = { p_message_id: messageId, p_status: status, p_message_sid: messageSid };
      return db.call('record_manual_reply', { ...result, p_now: now() }, Nothing);
    },
  };
}

const LinkState = z.enum(['open', 'used', 'expired', 'unknown']);
const FoundInvitation = z.object({
  state: LinkState,
  email: z.string().nullable(),
  businessId: z.guid().nullable(),
  businessName: z.string().nullable(),
});
const Accepted = z.object({
  outcome: z.enum(['accepted', 'mismatch', 'used', 'expired', 'unknown']),
  businessId: z.guid().nullable(),
});

export function supabaseInvitations(db: Database): Invitations {
  return {
    find: (tokenHash) => db.call('find_invitation', { p_token_hash: tokenHash, p_now: now() }, FoundInvitation),
    accept: ({ tokenHash, userId }) => db.call('accept_invitation', { p_token_hash: tokenHash, p_user_id: userId, p_now: now() }, Accepted),
  };
}

const FoundChange = z.object({ state: LinkState, side: z.enum(['old', 'new']).nullable(), newEmail: z.string().nullable() });
const Confirmed = z.discriminatedUnion('outcome', [
  z.object({ outcome: z.literal('ready'), changeId: z.guid(), userId: z.guid(), newEmail: z.string() }),
  z.object({ outcome: z.enum(['waiting', 'used', 'expired', 'unknown']) }),
]);

export function supabaseEmailChanges(db: Database): EmailChanges {
  return {
    find: (tokenHash) => db.call('find_email_change', { p_token_hash: tokenHash, p_now: now() }, FoundChange),
    confirm: (tokenHash) => db.call('confirm_email_change', { p_token_hash: tokenHash, p_now: now() }, Confirmed),
    applied: (changeId) => db.call('apply_email_change', { p_change_id: changeId, p_now: now() }, Nothing),
  };
}

const Hit = z.object({ allowed: z.boolean(), retryAfterSeconds: z.int() });

export function supabaseRateLimits(db: Database): RateLimits {
  return {
    hit: ({ key, limit, windowSeconds }) =>
      db.call('take_hit', { p_key: key, p_limit: limit, p_window_seconds: windowSeconds, p_now: now() }, Hit),
    signInFailed: (email) => db.call('record_sign_in_failure', { p_email: email, p_now: now() }, Nothing),
  };
}

const Feed = z.object({
  businessName: z.string(),
  bookings: z.array(
    z.object({
      id: z.guid(),
      title: z.string(),
      startsAt: Utc,
      endsAt: Utc,
      status: z.enum(['booked', 'done', 'cancelled']),
      isDemo: z.boolean(),
      revision: z.int(),
      changedAt: Utc,
    }),
  ),
});

export function supabaseCalendarFeeds(db: Database): CalendarFeeds {
  return { find: (tokenHash) => db.call('calendar_feed', { p_token_hash: tokenHash, p_now: now() }, Feed.nullable()) };
}

export function supabaseRetention(db: Database): Retention {
  return {
    purgeLeads: (limit) => db.call('purge_old_leads', { p_limit: limit, p_now: now() }, z.int()),
    purgeLeftovers: () => db.call('purge_portal_leftovers', { p_now: now() }, Nothing),
  };
}
