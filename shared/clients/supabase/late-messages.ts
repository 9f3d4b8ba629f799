/** Port LateMessages on Postgres: supabase/migrations/…_sms_transport.sql, …_replies_that_went_out.sql. */
import * as z from 'zod';
import type { LateMessages } from '../../ports/conversations';
import { Nothing, now, Utc } from './answers';
import type { Database } from './database';

const Time = Utc.transform((time) => new Date(time));
const Numbers = z.array(z.object({ e164: z.string(), since: Time }));
const Claim = z.object({ ref: z.string(), body: z.string() }).nullable();

export function supabaseLateMessages(db: Database): LateMessages {
  return {
    hasNewer: ({ messageSid, from, to, sentAt }) => {
      const message = { p_message_sid: messageSid, p_from: from, p_to: to, p_sent_at: sentAt.toISOString() };
      return db.call('has_newer_message', message, z.boolean());
    },
    markRecovered: ({ messageSid, sentAt }) => {
      const message = { p_message_sid: messageSid, p_sent_at: sentAt.toISOString(), p_now: now() };
      return db.call('mark_recovered', message, z.boolean());
    },
    settleReply: ({ inReplyTo, sent, isSuperseded }) =>
      db.call('settle_reply', { p_in_reply_to: inReplyTo, p_sent: sent, p_is_superseded: isSuperseded, p_now: now() }, Nothing),
    claimReply: async (inReplyTo) => (await db.call('claim_reply', { p_in_reply_to: inReplyTo, p_now: now() }, Claim)) ?? undefined,
    numbers: () => db.call('numbers_to_reconcile', { p_now: now() }, Numbers),
    recordReconciled: ({ e164, at }) => db.call('record_reconciled', { p_e164: e164, p_at: at.toISOString() }, Nothing),
    unsettled: (messageSids) => db.call('unsettled_messages', { p_message_sids: messageSids, p_now: now() }, z.array(z.string())),
  };
}
