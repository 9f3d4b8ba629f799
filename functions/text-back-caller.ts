/**
 * A call was missed: texts the caller, once a day, if it is a mobile that may be texted.
 * Idempotent: the text is stored and claimed before it is sent.
 */
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { CallMissed } from '../shared/events';
import { gsm7Length } from '../shared/gsm7';
import { log } from '../shared/log';
import { australianMobile } from '../shared/phone';
import type { Services } from '../shared/ports';
import { workOff } from '../shared/queue-worker';
import { nameInSms, replyPlaces } from '../shared/reply-checks';
import { sendClaimed, type TextServices } from '../shared/send-text';
import { calls, smsStatusUrl, telephony, textLog } from '../shared/services';
import { make } from '../shared/step';

type Uses = TextServices & Pick<Services, 'calls'>;

/** Throws if it must be tried again. */
export async function textBackCaller({ callSid }: CallMissed, services: Uses): Promise<void> {
  const { calls } = services;
  const call = await calls.missed(callSid);
  if (!call) return;
  // Withheld numbers come as short codes of their own; a landline cannot be texted.
  const to = call.to && australianMobile(call.to);
  if (!to) return calls.skipText({ callSid, reason: call.to ? 'no mobile' : 'withheld' });
  const body = textBack(call.businessName);
  const claimed = await calls.claimText({ callSid, body });
  if (!claimed) return log.info('the caller gets no text', { callSid });
  await sendClaimed({ ...claimed, from: call.from, to, body }, services);
}

/** The friendliest that fits into one SMS. */
export function textBack(businessName: string): string {
  const name = nameInSms(businessName);
  const question = 'What do you need done, and in which suburb? Reply STOP to opt out';
  const openings = name
    ? [`Hi, ${name} here. Sorry we missed your call. `, `${name} missed your call. `, `${name}: `]
    : ['Sorry we missed your call. '];
  return openings.map((opening) => opening + question).find((text) => (gsm7Length(text) ?? Infinity) <= replyPlaces) ?? question;
}

export async function handler(event: SQSEvent): Promise<SQSBatchResponse> {
  const services = await make({ calls, smsStatusUrl, telephony, textLog });
  return workOff(event, CallMissed, (missed) => textBackCaller(missed, services));
}
