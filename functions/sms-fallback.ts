/**
 * Twilio comes here when sms-webhook failed: the lead at least hears that the message arrived, and its SID goes to recover-message, which reads it back.
 * Needs neither database nor model: they may be what failed. Idempotent: the message is taken in once however often it is parked.
 */
import { kindOf } from '../shared/conversation/intents';
import { describeError } from '../shared/errors';
import type { FunctionUrlAnswer } from '../shared/function-url';
import { log } from '../shared/log';
import { E164 } from '../shared/phone';
import type { Services } from '../shared/ports';
import { eventPublisher } from '../shared/services';
import { signedWebhook } from '../shared/signed-webhook';
import { make } from '../shared/step';
import { silence, sms } from '../shared/twiml';
import { InboundSms, isKeyword } from '../shared/twilio-webhook';

const hasArrived = 'Thanks for your message, it has arrived. Somebody will get back to you.';

/** Answers even if the SID could not be parked: reconcile-messages finds the message then. */
export async function answerInstead(message: InboundSms, services: Pick<Services, 'eventPublisher'>): Promise<FunctionUrlAnswer> {
  log.error('SMS was left to the fallback', { messageSid: message.MessageSid });
  await park(message.MessageSid, services);
  return wantsAnswer(message) ? sms(hasArrived) : silence();
}

/** Not who asks to be left alone, nor machines; our own words come from another number of ours, and would come back for ever. */
function wantsAnswer({ From, Body }: InboundSms): boolean {
  return E164.safeParse(From).success && !isKeyword(Body) && kindOf(Body) === 'text' && !Body.includes(hasArrived);
}

async function park(messageSid: string, { eventPublisher }: Pick<Services, 'eventPublisher'>): Promise<void> {
  try {
    await eventPublisher.publish([{ detailType: 'Message Missed', detail: { messageSid } }]);
  } catch (error) {
    log.error('a missed message could not be parked', { messageSid, ...describeError(error) });
  }
}

export const handler = signedWebhook({
  name: 'the fallback',
  form: InboundSms,
  answer: async (form) => answerInstead(form, await make({ eventPublisher })),
});
