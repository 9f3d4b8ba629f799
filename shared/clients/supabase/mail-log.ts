/** Port MailLog on Postgres: supabase/migrations/…_mails.sql. */
import * as z from 'zod';
import { type MailLog, sendsAgain } from '../../ports/mail-log';
import { Nothing, now } from './answers';
import type { Database } from './database';

const Settled = z.object({ template: z.string(), sentAgainBy: z.enum(sendsAgain).nullable() });
const Claim = z.object({ outcome: z.enum(['claimed', 'sent', 'unconfirmed']), mailId: z.uuid() });

export function supabaseMailLog(db: Database): MailLog {
  return {
    claim: ({ key, template, runId, to }) =>
      db.call('claim_mail', { p_key: key, p_template: template, p_run_id: runId, p_to: to, p_now: now() }, Claim),
    recordSent: ({ mailId, messageId }) =>
      db.call('record_mail_sent', { p_mail_id: mailId, p_message_id: messageId, p_now: now() }, Nothing),
    release: (mailId) => db.call('release_mail', { p_mail_id: mailId }, Nothing),
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
