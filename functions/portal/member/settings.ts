/** Settings: the owner's. To a member every one of these is `null` or `not-found`, but pauseReplies. */
import * as z from 'zod';
import { tones, topics } from '../../../shared/conversation/facts';
import { WorkingHours } from '../../../shared/working-hours';
import { changed, type Json, type MemberDatabase, now, Utc } from './database';
import { Frame } from './frame';

export const notifyWays = ['both', 'sms', 'email', 'none'] as const;

export const SettingsData = z.object({
  frame: Frame,
  workingHours: WorkingHours.nullable().catch(null),
  /** Minutes. */
  travelBuffer: z.int().nullable(),
  jobDuration: z.int().nullable(),
  businessName: z.string(),
  timeZone: z.string().nullable(),
  services: z.string().nullable(),
  suburb: z.string().nullable(),
  state: z.string().nullable(),
  postcode: z.string().nullable(),
  notifyBy: z.enum(notifyWays),
  notifyEmail: z.string().nullable(),
  notifyPhone: z.string().nullable(),
  /** A call rings this phone first, so long, before the caller is texted. */
  ringFirst: z.boolean(),
  ringPhone: z.string().nullable(),
  ringSeconds: z.int(),
  replyTone: z.enum(tones),
  replyTopics: z.array(z.enum(topics)),
  replyFacts: z.string(),
  retentionMonths: z.int(),
  /** CoreSentia may read the conversations until `expiresAt`, which may be over. */
  accessGrant: z.object({ grantedAt: Utc, expiresAt: Utc }).nullable(),
});
export type SettingsData = z.infer<typeof SettingsData>;

export const AuditTrail = z.object({
  frame: Frame,
  total: z.int(),
  pageSize: z.int(),
  /** Newest first. `detail` may hold {before, after}. */
  entries: z.array(z.object({ id: z.int(), at: Utc, actor: z.string(), action: z.string(), detail: z.record(z.string(), z.unknown()) })),
});
export type AuditTrail = z.infer<typeof AuditTrail>;

const change = <const R extends string>(reasons: readonly R[]) => changed([...reasons, 'not-set-up']);

export function settingsOf(db: MemberDatabase) {
  const write = <T>(name: string, businessId: string, [args, answer]: [Record<string, Json>, z.ZodType<T>]) =>
    db.call(name, { p_business_id: businessId, ...args, p_now: now() }, answer);
  return {
    settings: (businessId: string) => db.call('settings', { p_business_id: businessId }, SettingsData.nullable()),
    /** Buffer 0 to 480, duration 5 to 1440 minutes. Does the walkthrough's check-hours as well. */
    changeHours: (businessId: string, to: { workingHours: WorkingHours; travelBuffer: number; jobDuration: number }) =>
      write('change_hours', businessId, [
        { p_working_hours: to.workingHours, p_travel_buffer: to.travelBuffer, p_job_duration: to.jobDuration },
        change(['working-hours', 'travel-buffer', 'job-duration']),
      ]),
    /** `timeZone`: one of australianTimeZones. */
    changeDetails: (businessId: string, to: { businessName: string; services: string; timeZone: string }) =>
      write('change_details', businessId, [
        { p_business_name: to.businessName, p_services: to.services, p_time_zone: to.timeZone },
        change(['business-name', 'services', 'time-zone']),
      ]),
    /** `phone`: an Australian mobile in E.164. */
    changeNotifications: (businessId: string, to: { by: string; email: string; phone: string }) =>
      write('change_notifications', businessId, [
        { p_by: to.by, p_email: to.email, p_phone: to.phone },
        change(['notify-by', 'email', 'phone', 'our-own-phone']),
      ]),
    /** `phone`: an Australian number in E.164; `seconds` 5 to 40. */
    changeCalls: (businessId: string, to: { ringFirst: boolean; phone: string; seconds: number }) =>
      write('change_calls', businessId, [
        { p_ring_first: to.ringFirst, p_ring_phone: to.phone, p_ring_seconds: to.seconds },
        change(['ring-phone', 'our-own-phone', 'ring-seconds']),
      ]),
    /** `facts`: up to 1000 characters that the assistant may use. */
    changeReplies: (businessId: string, to: { tone: string; topics: readonly string[]; facts: string }) =>
      write('change_replies', businessId, [
        { p_tone: to.tone, p_topics: to.topics, p_facts: to.facts },
        change(['tone', 'topics', 'facts']),
      ]),
    /** 1 to 120. */
    changeRetention: (businessId: string, months: number) =>
      write('change_retention', businessId, [{ p_months: months }, change(['months'])]),
    /** Members may, too. */
    pauseReplies: (businessId: string, paused: boolean) =>
      write('pause_replies', businessId, [{ p_paused: paused }, changed(['not-set-up'])]),
    auditTrail: (businessId: string, page: number) =>
      db.call('audit_trail', { p_business_id: businessId, p_page: page }, AuditTrail.nullable()),
    /** 1 to 168 hours; null ends it now. */
    grantAccess: (businessId: string, hours: number | null) => write('grant_access', businessId, [{ p_hours: hours }, changed(['hours'])]),
  };
}
