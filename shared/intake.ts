/**
 * Takes in one inbound SMS, whichever way it reached us: Twilio's webhook, the fallback's queue or the reconciliation.
 * Idempotent: a message is stored once per MessageSid, and one that was answered gets no second answer.
 */
import { log } from './log';
import { E164 } from './phone';
import type { Services } from './ports';
import { replyTo } from './reply';
import { type InboundSms, isKeyword } from './twilio-webhook';

export type IntakeServices = Pick<Services, 'conversations' | 'replyWriter'>;

/** `silently`: it is too late for an answer, or there was one already; everything else happens as always. */
export interface IntakeOptions {
  silently?: boolean;
}

/** Stores the message, then answers with the reply that is already recorded and must go out now, or undefined. Throws if it could not be stored. */
export async function takeIn(
  message: InboundSms,
  { conversations, replyWriter }: IntakeServices,
  { silently = false }: IntakeOptions = {},
): Promise<string | undefined> {
  const { MessageSid: messageSid, From: from, To: to, NumMedia: mediaCount } = message;
  const body = storable(message.Body);
  if (!E164.safeParse(from).success || !E164.safeParse(to).success) {
    log.info('SMS from a sender without a number', { messageSid });
    return undefined;
  }
  const received = await conversations.receive({ messageSid, from, to, body, mediaCount });
  if (received.outcome === 'unknown-number') log.warn('SMS to a number that no business has', { messageSid });
  if (received.outcome !== 'reply' || isKeyword(body) || silently) return undefined;
  const reply = await replyTo(received, replyWriter);
  await conversations.recordReply({ inReplyTo: messageSid, body: reply });
  log.info('SMS answered', { messageSid, businessId: received.businessId, isTest: received.isTest });
  return reply;
}

/** Postgres takes no NUL. */
function storable(text: string): string {
  return text.replaceAll('\u0000', '');
}
