/** Port Logins on Postgres: supabase/migrations/…_logins.sql. */
import * as z from 'zod';
import type { Logins } from '../../ports/logins';
import { Nothing, now } from './answers';
import type { Database } from './database';

const Plan = z.object({ userId: z.guid().nullable(), existedBefore: z.boolean() });
const person = { userId: z.guid().nullable(), email: z.string().nullable() };
const Link = z.object({ state: z.enum(['open', 'used', 'expired', 'unknown']), ...person });
const ClaimedLink = z.object({ outcome: z.enum(['claimed', 'used', 'expired', 'unknown']), ...person });

export function supabaseLogins(db: Database): Logins {
  return {
    plan: ({ runId, email }) => db.call('plan_login', { p_run_id: runId, p_email: email, p_now: now() }, Plan),
    record: ({ runId, userId }) => db.call('record_login', { p_run_id: runId, p_user_id: userId, p_now: now() }, Nothing),
    createLink: ({ userId, tokenHash, expiresAt }) => {
      const args = { p_user_id: userId, p_token_hash: tokenHash, p_expires_at: expiresAt.toISOString(), p_now: now() };
      return db.call('create_sign_in_link', args, Nothing);
    },
    link: (tokenHash) => db.call('find_sign_in_link', { p_token_hash: tokenHash, p_now: now() }, Link),
    claimLink: (tokenHash) => db.call('claim_sign_in_link', { p_token_hash: tokenHash, p_now: now() }, ClaimedLink),
    userIdOf: async (email) => (await db.call('find_user_by_email', { p_email: email }, z.guid().nullable())) ?? undefined,
    emailOf: async (userId) => (await db.call('find_email_of_user', { p_user_id: userId }, z.string().nullable())) ?? undefined,
  };
}
