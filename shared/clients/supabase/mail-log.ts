/** Port MailLog on Postgres: supabase/migrations/…_mails.sql and …_mail_claims_under_tokens.sql. */
import * as z from 'zod';
import { type MailClaim, type MailLog, sendsAgain } from '../../ports/mail-log';
import { Nothing, now } from './answers';
import type { Database } from './database';

/** Of a claim or a release. `sendOnce` asks three times: with its waits that is 8 s at most, as long as any other call may take. */
export const CLAIM_LIMIT_MS = 2500;

const Settled = z.object({ template: z.string(), sentAgainBy: z.enum(sendsAgain).nullable() });
const Claim = z.object({ outcome: z.enum(['claimed', 'sent', 'unconfirmed']), mailId: z.uuid() });

/** `briefly`: the same database with the time limit of claims and releases. */
export function supabaseMailLog(db: Database, briefly = db): MailLog {
  return {
    claim: (claim) => briefly.call('claim_mail', claimArgs(claim), Claim),
    recordSent: ({ mailId, messageId }) =>
      db.call('record_mail_sent', { p_mail_id: mailId, p_message_id: messageId, p_now: now() }, Nothing),
    release: (claim) => briefly.call('release_mail', claimArgs(claim), Nothing),
    recordEvent: async ({ mailId, kind, messageId, at }) => {
      const args = { p_mail_id: mailId, p_kind: kind, p_message_id: messageId, p_at: at };
      return (await db.call('record_mail_event', args, z.boolean())) ? 'recorded' : 'unknown';
    },
    settle: ({ invoiceNumber, template, decision, by }) => {
      const args = { p_invoice_number: invoiceNumber, p_template: template, p_decision: decision, p_by: by, p_now: now() };
      return db.call('settle_mails', args, z.int());
    },
    settleOne: async ({ mailId, decision, by }) => {
      const args = { p_mail_id: mailId, p_decision: decision, p_by: by, p_now: now() };
      return (await db.call('settle_mail', args, Settled.nullable())) ?? undefined;
    },
  };
}

function claimArgs({ key, template, runId, to, token }: MailClaim) {
  return { p_key: key, p_template: template, p_run_id: runId, p_to: to, p_token: token, p_now: now() };
}
