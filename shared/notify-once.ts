/** Tells the operator something once, however often a function is repeated: claim, publish, record. */
import { describeError, TransientError } from './errors';
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
  try {
    await notices.publish({ subject, body });
  } catch (error) {
    await release(key, noticeLog);
    throw error;
  }
  await noticeLog.recordSent(key);
  log.info('operator told', { notice: key });
}

/** If this fails too, the next attempt has to wait until the claim is old. */
async function release(key: string, noticeLog: Services['noticeLog']): Promise<void> {
  try {
    await noticeLog.release(key);
  } catch (error) {
    log.warn('a notice that was not sent could not be released', { notice: key, ...describeError(error) });
  }
}
