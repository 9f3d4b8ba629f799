/**
 * A lead texts a client's number: stores lead and message, then answers.
 * Idempotent: a message is stored once per MessageSid, and one that was answered gets no second answer.
 */
import { PublicUrlVariables, variables } from '../shared/config';
import { describeError } from '../shared/errors';
import { empty, type FunctionUrlAnswer, FunctionUrlEvent } from '../shared/function-url';
import { log } from '../shared/log';
import { E164 } from '../shared/phone';
import type { Services } from '../shared/ports';
import { replyTo } from '../shared/reply';
import { conversations, replyWriter, twilioAuthToken } from '../shared/services';
import { make } from '../shared/step';
import { silence, sms } from '../shared/twiml';
import { InboundSms, isKeyword, readWebhook } from '../shared/twilio-webhook';

type Needs = Pick<Services, 'conversations' | 'replyWriter'>;

/** Answers one SMS. Throws if it could not be stored: Twilio asks the fallback then. */
export async function answerSms(message: InboundSms, { conversations, replyWriter }: Needs): Promise<FunctionUrlAnswer> {
  const { MessageSid: messageSid, From: from, To: to, NumMedia: mediaCount } = message;
  const body = storable(message.Body);
  if (!E164.safeParse(from).success || !E164.safeParse(to).success) {
    log.info('SMS from a sender without a number', { messageSid });
    return silence();
  }
  const received = await conversations.receive({ messageSid, from, to, body, mediaCount });
  if (received.outcome === 'unknown-number') log.warn('SMS to a number that no business has', { messageSid });
  if (received.outcome !== 'reply' || isKeyword(body)) return silence();
  const reply = await replyTo(received, replyWriter);
  await conversations.recordReply({ inReplyTo: messageSid, body: reply });
  log.info('SMS answered', { messageSid, businessId: received.businessId, isTest: received.isTest });
  return sms(reply);
}

/** Postgres takes no NUL. */
function storable(text: string): string {
  return text.replaceAll('\u0000', '');
}

export async function handler(event: unknown): Promise<FunctionUrlAnswer> {
  try {
    const security = { authToken: await twilioAuthToken(), publicUrl: variables(PublicUrlVariables).PUBLIC_URL };
    const read = readWebhook(FunctionUrlEvent.parse(event), InboundSms, security);
    return 'refusal' in read ? read.refusal : await answerSms(read.form, await make({ conversations, replyWriter }));
  } catch (error) {
    log.error('SMS not answered', describeError(error));
    return empty(500);
  }
}
