/** Tells the operator something once, however often a function is repeated: claim, publish, record. */
import { TransientError } from './errors';
import { log } from './log';
import type { Services } from './ports';

/** `key` names what the notice is about, for ever. */
export interface Notice {
  key: string;
  subject: string;
  body: string;
}

/**
 * Sends the notice unless it was sent before. Throws TransientError if it is not sure to have gone out; the caller is repeated then.
 * A crash between publishing and recording sends a second one: better twice than never.
 */
export async function notifyOnce(notice: Notice, { noticeLog, notices }: Pick<Services, 'noticeLog' | 'notices'>): Promise<void> {
  const { key, subject, body } = notice;
  const claim = await noticeLog.claim(key);
  if (claim === 'sent') return;
  if (claim === 'busy') throw new TransientError('another attempt is sending this notice');
  await notices.publish({ subject, body });
  await noticeLog.recordSent(key);
  log.info('operator told', { notice: key });
}
