/** Port OwnerAlerts on Postgres: supabase/migrations/…_sms_transport.sql, …_conversation_events.sql. */
import * as z from 'zod';
import { newsReasons } from '../../events';
import type { OwnerAlerts } from '../../ports/owner-alerts';
import { Nothing, now } from './answers';
import type { Database } from './database';

const text = z.string().nullable();
const Due = z.object({
  alertId: z.uuid(),
  runId: z.uuid().nullable(),
  businessId: z.guid(),
  businessName: z.string(),
  from: text,
  leadId: z.uuid(),
  urgent: z.boolean(),
  reason: z.enum(newsReasons),
  firstName: text,
  stopped: z.boolean(),
  email: text,
  smsTo: text,
  emailTo: text,
});

export function supabaseOwnerAlerts(db: Database): OwnerAlerts {
  return {
    timeZone: async (businessId) => (await db.call('owner_time_zone', { p_business_id: businessId }, text)) ?? undefined,
    plan: async ({ businessId, leadId, messageSid, urgent, reason, dueAt }) => {
      const alert = { p_business_id: businessId, p_lead_id: leadId, p_message_sid: messageSid, p_urgent: urgent };
      const planned = { ...alert, p_reason: reason ?? null, p_due_at: dueAt.toISOString(), p_now: now() };
      return (await db.call('plan_owner_alert', planned, z.uuid().nullable())) ?? undefined;
    },
    due: (alertId) => db.call('due_owner_alerts', { p_alert_id: alertId ?? null, p_now: now() }, z.array(Due)),
    claimSms: (alertId) => db.call('claim_alert_sms', { p_alert_id: alertId, p_now: now() }, z.boolean()),
    recordEmailed: (alertId) => db.call('record_alert_emailed', { p_alert_id: alertId, p_now: now() }, Nothing),
    finish: (alertId) => db.call('finish_owner_alert', { p_alert_id: alertId, p_now: now() }, Nothing),
  };
}
