/** Port Conversations on Postgres: supabase/migrations/…_conversations.sql. */
import * as z from 'zod';
import type { Conversations } from '../../ports';
import { Nothing, now } from './answers';
import type { Database } from './database';

const ReceivedAnswer = z.discriminatedUnion('outcome', [
  z.object({ outcome: z.literal('unknown-number') }),
  z.object({ outcome: z.literal('silent') }),
  z.object({
    outcome: z.literal('reply'),
    businessId: z.guid(),
    businessName: z.string(),
    services: z.string(),
    leadId: z.uuid(),
    isTest: z.boolean(),
    isFirst: z.boolean(),
    thread: z.array(z.object({ from: z.enum(['lead', 'business']), body: z.string() })),
  }),
]);

export function supabaseConversations(db: Database): Conversations {
  return {
    receive: ({ messageSid, from, to, body, mediaCount }) => {
      const message = { p_message_sid: messageSid, p_from: from, p_to: to, p_body: body, p_media_count: mediaCount };
      return db.call('receive_message', { ...message, p_now: now() }, ReceivedAnswer);
    },
    recordReply: ({ inReplyTo, body }) => db.call('record_reply', { p_in_reply_to: inReplyTo, p_body: body, p_now: now() }, Nothing),
  };
}
