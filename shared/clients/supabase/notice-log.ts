/** Port NoticeLog on Postgres: supabase/migrations/…_mails.sql. */
import * as z from 'zod';
import type { NoticeLog } from '../../ports/mail-log';
import { Nothing, now } from './answers';
import type { Database } from './database';

export function supabaseNoticeLog(db: Database): NoticeLog {
  return {
    claim: (key) => db.call('claim_notice', { p_key: key, p_now: now() }, z.enum(['claimed', 'sent', 'busy'])),
    unsent: (keys) => db.call('unsent_notices', { p_keys: keys }, z.array(z.string())),
    recordSent: (key) => db.call('record_notice_sent', { p_key: key, p_now: now() }, Nothing),
    release: (key) => db.call('release_notice', { p_key: key }, Nothing),
  };
}
