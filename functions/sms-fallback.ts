/** Twilio comes here when sms-webhook failed: the lead at least hears that the message arrived, and the log names it for a person to look at. Keeps nothing. */
import { PublicUrlVariables, variables } from '../shared/config';
import { describeError } from '../shared/errors';
import { empty, type FunctionUrlAnswer, FunctionUrlEvent } from '../shared/function-url';
import { log } from '../shared/log';
import { E164 } from '../shared/phone';
import { twilioAuthToken } from '../shared/services';
import { silence, sms } from '../shared/twiml';
import { InboundSms, isKeyword, readWebhook } from '../shared/twilio-webhook';

/** Needs neither database nor model: they may be what failed. */
export function answerInstead(message: InboundSms): FunctionUrlAnswer {
  log.error('SMS was left to the fallback', { messageSid: message.MessageSid });
  if (isKeyword(message.Body) || !E164.safeParse(message.From).success) return silence();
  return sms('Thanks for your message, it has arrived. Somebody will get back to you.');
}

export async function handler(event: unknown): Promise<FunctionUrlAnswer> {
  try {
    const security = { authToken: await twilioAuthToken(), publicUrl: variables(PublicUrlVariables).PUBLIC_URL };
    const read = readWebhook(FunctionUrlEvent.parse(event), InboundSms, security);
    return 'refusal' in read ? read.refusal : answerInstead(read.form);
  } catch (error) {
    log.error('fallback failed', describeError(error));
    return empty(500);
  }
}
