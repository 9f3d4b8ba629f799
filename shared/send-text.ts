/** Texts go out at most once: whoever has claimed one hands it to Twilio here; what comes of it arrives at record-message-status. */
import { describeError, TerminalError, TransientError } from './errors';
import { log } from './log';
import type { Services } from './ports';
import { statusUrlFor } from './text-status';

/** `ref` as in port TextLog. */
export interface ClaimedText {
  ref: string;
  from: string;
  to: string;
  body: string;
}

export type TextServices = Pick<Services, 'telephony' | 'textLog'> & { smsStatusUrl: string };

/**
 * `refused`: Twilio will not text this phone, and that is recorded. `unknown`: nobody knows whether it went out, and the claim stays.
 * Throws if Twilio proved that it did not take it: the claim is free again.
 */
export async function sendClaimed(text: ClaimedText, services: TextServices): Promise<'sent' | 'refused' | 'unknown'> {
  const { ref } = text;
  const sent = await handOver(text, services);
  if (!sent) return 'unknown';
  const isRefused = 'refused' in sent;
  log.info(isRefused ? 'text refused' : 'text sent', { text: ref, ...sent });
  const report = isRefused
    ? { messageSid: null, status: 'failed' as const, errorCode: sent.refused }
    : { messageSid: sent.messageSid, status: 'queued' as const, errorCode: null };
  await services.textLog.recordStatus({ ref, ...report });
  return isRefused ? 'refused' : 'sent';
}

/** Undefined if nobody knows whether Twilio took it. */
async function handOver({ ref, ...text }: ClaimedText, { telephony, textLog, smsStatusUrl }: TextServices) {
  try {
    return await telephony.sendText({ ...text, statusUrl: statusUrlFor(smsStatusUrl, ref) });
  } catch (error) {
    if (provesRefusal(error)) {
      await textLog.release(ref);
      throw error;
    }
    log.warn('nobody knows whether a text went out', { text: ref, ...describeError(error) });
    return undefined;
  }
}

function provesRefusal(error: unknown): boolean {
  return error instanceof TerminalError || (error instanceof TransientError && error.accepted === 'no');
}
