/** Port MailLog on Postgres: supabase/migrations/…_mails.sql and …_mail_claims_under_tokens.sql. */
import type { SupabaseClient } from '@supabase/supabase-js';
import * as z from 'zod';
import type { MailClaim, MailLog } from '../../ports/mail-log';
import { Nothing, now } from './answers';
import { database } from './database';

/** `sendOnce` asks three times: with its waits that is 8 s at most, as long as any other call may take. */
const CLAIM_LIMIT_MS = 2500;

const Claim = z.object({ outcome: z.enum(['claimed', 'sent', 'unconfirmed']), mailId: z.uuid() });

export function supabaseMailLog(client: Pick<SupabaseClient, 'rpc'>): MailLog {
  const db = database(client);
  const briefly = database(client, CLAIM_LIMIT_MS);
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
  };
}

function claimArgs({ key, template, runId, to, token }: MailClaim) {
  return { p_key: key, p_template: template, p_run_id: runId, p_to: to, p_token: token, p_now: now() };
}
