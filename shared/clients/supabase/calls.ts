/** Port Calls on Postgres: supabase/migrations/…_sms_transport.sql. */
import * as z from 'zod';
import type { Calls } from '../../ports/owner-alerts';
import { Nothing, now } from './answers';
import type { Database } from './database';

const Received = z.discriminatedUnion('outcome', [
  z.object({ outcome: z.literal('unknown-number') }),
  z.object({ outcome: z.literal('closed'), reason: z.enum(['quarantined', 'suspended']) }),
  z.object({ outcome: z.literal('ring'), businessName: z.string(), ringPhone: z.string(), ringSeconds: z.int().positive() }),
  z.object({ outcome: z.literal('speak'), businessName: z.string() }),
]);
const Outcome = z.enum(['open', 'answered', 'missed']).nullable();
const Missed = z.object({ businessName: z.string(), from: z.string(), to: z.string().nullable() }).nullable();

export function supabaseCalls(db: Database): Calls {
  return {
    receive: ({ callSid, from, to, forwarded }) =>
      db.call('receive_call', { p_call_sid: callSid, p_from: from, p_to: to, p_forwarded: forwarded, p_now: now() }, Received),
    end: async ({ callSid, answered }) =>
      (await db.call('end_call', { p_call_sid: callSid, p_answered: answered, p_now: now() }, Outcome)) ?? undefined,
    missed: async (callSid) => (await db.call('missed_call', { p_call_sid: callSid }, Missed)) ?? undefined,
    skipText: ({ callSid, reason }) => db.call('skip_text_back', { p_call_sid: callSid, p_reason: reason }, Nothing),
    claimText: async ({ callSid, body }) => {
      const ref = await db.call('claim_text_back', { p_call_sid: callSid, p_body: body, p_now: now() }, z.string().nullable());
      return ref === null ? undefined : { ref };
    },
  };
}
