/**
 * A lead texts a client's number: stores lead and message, then answers.
 * Idempotent: a message is stored once per MessageSid, and one that was answered gets no second answer.
 */
import { PublicUrlVariables, variables } from '../shared/config';
import { describeError } from '../shared/errors';
import { empty, type FunctionUrlAnswer, FunctionUrlEvent } from '../shared/function-url';
import { type IntakeServices, takeIn } from '../shared/intake';
import { log } from '../shared/log';
import { conversations, replyWriter, twilioAuthToken } from '../shared/services';
import { make } from '../shared/step';
import { silence, sms } from '../shared/twiml';
import { InboundSms, readWebhook } from '../shared/twilio-webhook';

/** Answers one SMS. Throws if it could not be stored: Twilio asks the fallback then. */
export async function answerSms(message: InboundSms, services: IntakeServices): Promise<FunctionUrlAnswer> {
  const reply = await takeIn(message, services);
  return reply === undefined ? silence() : sms(reply);
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
