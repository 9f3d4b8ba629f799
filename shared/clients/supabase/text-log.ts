/** Port TextLog on Postgres: supabase/migrations/…_sms_transport.sql. */
import * as z from 'zod';
import type { TextLog } from '../../ports/conversations';
import { Nothing, now } from './answers';
import type { Database } from './database';

export function supabaseTextLog(db: Database): TextLog {
  return {
    recordStatus: async ({ ref, messageSid, status, errorCode }) => {
      const report = { p_ref: ref, p_message_sid: messageSid, p_status: status, p_error_code: errorCode, p_now: now() };
      return (await db.call('record_text_status', report, z.boolean())) ? 'recorded' : 'unknown';
    },
    release: (ref) => db.call('release_text', { p_ref: ref, p_now: now() }, Nothing),
  };
}
