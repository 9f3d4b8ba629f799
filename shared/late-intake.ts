/**
 * Takes in a message that Twilio has and no webhook has brought, or that a webhook could not answer, or may not have answered.
 * Idempotent: the intake stores it once, and the one recorded reply is claimed before it is sent.
 */
import { type IntakeServices, takeIn } from './intake';
import { log } from './log';
import type { Services } from './ports';
import type { ReceivedText } from './ports/twilio';
import { sendClaimed, type TextServices } from './send-text';

/** An answer that comes later than this reads like a mistake. */
const answerableMs = 60 * 60_000;

export type LateServices = IntakeServices & TextServices & Pick<Services, 'lateMessages'>;

/** Throws if it must be tried again. Answers only if nothing has gone to the lead since, the lead has not written again and an hour has not passed. */
export async function takeInLate(message: ReceivedText, services: LateServices): Promise<void> {
  const { messageSid, from, to, sentAt } = message;
  const { lateMessages, telephony } = services;
  const isSuperseded = await lateMessages.hasNewer(message);
  const sent = await telephony.sentSince({ from: to, to: from, since: sentAt });
  const silently = isSuperseded || sent.length > 0 || Date.now() - sentAt.getTime() > answerableMs;
  await takeIn(inbound(message), services, { silently, isLate: true });
  const wasLate = await lateMessages.markRecovered({ messageSid, sentAt });
  log.info('message taken in late', { messageSid, wasLate, isSuperseded, wasAnswered: sent.length > 0, silently });
  if (silently) await lateMessages.settleReply({ inReplyTo: messageSid, sent, isSuperseded });
  else await answerLate(message, services);
}

/** Whatever reply the intake has recorded, now or in an attempt that died before it could send it. */
async function answerLate({ messageSid, from, to }: ReceivedText, services: LateServices): Promise<void> {
  const claimed = await services.lateMessages.claimReply(messageSid);
  if (claimed) await sendClaimed({ ...claimed, from: to, to: from }, services);
}

function inbound({ messageSid, from, to, body, mediaCount }: ReceivedText) {
  return { MessageSid: messageSid, From: from, To: to, Body: body, NumMedia: mediaCount };
}
