/**
 * A lead texts a client's number: stores lead and message, then answers.
 * Idempotent: a message is stored once per MessageSid, and one that was answered gets no second answer.
 */
import { PublicUrlVariables, variables } from '../shared/config';
import { describeError } from '../shared/errors';
import { empty, type FunctionUrlAnswer, FunctionUrlEvent } from '../shared/function-url';
import { type IntakeServices, takeIn } from '../shared/intake';
import { log } from '../shared/log';
import { conversations, eventPublisher, replyWriter, smsStatusUrl, twilioAuthToken } from '../shared/services';
import { make } from '../shared/step';
import { statusUrlFor } from '../shared/text-status';
import { silence, sms } from '../shared/twiml';
import { InboundSms, readWebhook, type WebhookSecurity } from '../shared/twilio-webhook';

/** Answers one SMS; `smsStatusUrl` hears what becomes of the answer. Throws if it could not be stored: Twilio asks the fallback then. */
export async function answerSms(message: InboundSms, services: IntakeServices, smsStatusUrl?: string): Promise<FunctionUrlAnswer> {
  const reply = await takeIn(message, services);
  if (reply === undefined) return silence();
  return sms(reply, smsStatusUrl && statusUrlFor(smsStatusUrl, `reply:${message.MessageSid}`));
}

/** What the webhook needs once a request has proved to be Twilio's; made no earlier. */
type MakeServices = () => Promise<{ services: IntakeServices; smsStatusUrl?: string }>;

/** Answers a request: what Twilio has not signed costs no service. Throws like `answerSms`. */
export async function answerWebhook(event: unknown, security: WebhookSecurity, makeServices: MakeServices): Promise<FunctionUrlAnswer> {
  const request = FunctionUrlEvent.safeParse(event);
  if (!request.success) return empty(400);
  const read = readWebhook(request.data, InboundSms, security);
  if ('refusal' in read) return read.refusal;
  const { services, smsStatusUrl } = await makeServices();
  return answerSms(read.form, services, smsStatusUrl);
}

export async function handler(event: unknown): Promise<FunctionUrlAnswer> {
  try {
    const security = { authToken: await twilioAuthToken(), publicUrl: variables(PublicUrlVariables).PUBLIC_URL };
    return await answerWebhook(event, security, async () => ({
      services: await make({ conversations, eventPublisher, replyWriter }),
      smsStatusUrl: await smsStatusUrl(),
    }));
  } catch (error) {
    log.error('SMS not answered', describeError(error));
    return empty(500);
  }
}
