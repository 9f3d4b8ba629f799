/** Ports AuditBooks and Findings on Postgres: supabase/migrations/…_audit_books.sql and …_audits.sql. */
import * as z from 'zod';
import { KeptFinding } from '../../audit/finding';
import type { AuditBooks, Findings } from '../../ports/audits';
import { StepName } from '../../run';
import { Nothing, now, Utc } from './answers';
import type { Database } from './database';

const id = z.guid();
const Numbers = z.object({
  numbers: z.array(z.object({ runId: id.nullable(), e164: z.string(), sid: z.string().nullable(), state: z.string(), since: Utc })),
  businesses: z.array(z.object({ businessId: id, runId: id.nullable(), e164: z.string() })),
});
const Run = z.object({
  runId: id,
  invoiceNumber: z.string(),
  step: StepName,
  waitingFor: z.enum(['operator', 'client', 'machine']),
  since: Utc,
});
const Offboarding = z.object({
  offboardingId: id,
  runId: id,
  invoiceNumber: z.string(),
  step: z.string().nullable(),
  isFailed: z.boolean(),
  since: Utc,
});
const Mail = z.object({
  mailId: id,
  template: z.string(),
  runId: id.nullable(),
  invoiceNumber: z.string().nullable(),
  status: z.enum(['unknown', 'bounced', 'rejected', 'complained']),
  since: Utc,
});
const Webhooks = z.object({
  lastXeroWebhookAt: Utc.nullable(),
  missedInvoices: z.object({ count: z.int(), firstAt: Utc.nullable() }),
  missedTexts: z.array(z.object({ sid: z.string(), runId: id, count: z.int(), firstAt: Utc })),
});
const Deposit = z.object({
  invoiceId: id,
  invoiceNumber: z.string(),
  verdict: z.enum(['deposit', 'ask-operator', 'near-miss']),
  since: Utc,
});

export function supabaseAuditBooks(db: Database): AuditBooks {
  return {
    numbers: () => db.call('audit_numbers', {}, Numbers),
    runs: () => db.call('audit_runs', { p_now: now() }, z.array(Run)),
    offboardings: () => db.call('audit_offboardings', {}, z.array(Offboarding)),
    mails: () => db.call('audit_mails', { p_now: now() }, z.array(Mail)),
    webhooks: () => db.call('audit_webhooks', { p_now: now() }, Webhooks),
    deposits: () => db.call('audit_deposits', { p_now: now() }, z.array(Deposit)),
    recordRepair: ({ sid, by }) => db.call('record_number_repair', { p_sid: sid, p_by: by, p_now: now() }, Nothing),
  };
}

export function supabaseFindings(db: Database): Findings {
  return {
    record: (audit, found) => {
      const findings = found.map(({ kind, subject, detail, runId = null }) => ({ kind, subject, detail, runId }));
      return db.call('record_findings', { p_audit: audit, p_findings: findings, p_now: now() }, Nothing);
    },
    open: () => db.call('open_findings', {}, z.array(KeptFinding)),
    announced: (ids) => db.call('record_announced_findings', { p_ids: ids, p_now: now() }, Nothing),
  };
}
