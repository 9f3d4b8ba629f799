/**
 * A message that sms-webhook could not take in, by its SID: reads it back from Twilio and takes it in.
 * Idempotent: see `takeInLate`. The queue holds each SID back for a minute, so that Twilio's log shows what the fallback has answered.
 */
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { MessageMissed } from '../shared/events';
import { takeInLate, type LateServices } from '../shared/late-intake';
import { log } from '../shared/log';
import { workOff } from '../shared/queue-worker';
import { conversations, eventPublisher, lateMessages, replyWriter, smsStatusUrl, telephony, textLog } from '../shared/services';
import { make } from '../shared/step';

/** Throws if it must be tried again. */
export async function recoverMessage({ messageSid }: MessageMissed, services: LateServices): Promise<void> {
  const message = await services.telephony.fetchReceived(messageSid);
  if (message) await takeInLate(message, services);
  else log.warn('Twilio does not know a message that it announced', { messageSid });
}

export async function handler(event: SQSEvent): Promise<SQSBatchResponse> {
  const services = await make({ conversations, eventPublisher, lateMessages, replyWriter, smsStatusUrl, telephony, textLog });
  return workOff(event, MessageMissed, (missed) => recoverMessage(missed, services));
}
