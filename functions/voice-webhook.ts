/** Somebody calls a number that only does SMS: says so. Keeps nothing. */
import * as z from 'zod';
import { PublicUrlVariables, variables } from '../shared/config';
import { describeError } from '../shared/errors';
import { empty, type FunctionUrlAnswer, FunctionUrlEvent } from '../shared/function-url';
import { log } from '../shared/log';
import { twilioAuthToken } from '../shared/services';
import { readWebhook, type WebhookSecurity } from '../shared/twilio-webhook';
import { speech } from '../shared/twiml';

const Call = z.object({ CallSid: z.string() });

/** Answers a call, if it is Twilio that asks. */
export function answerCall(event: FunctionUrlEvent, security: WebhookSecurity): FunctionUrlAnswer {
  const read = readWebhook(event, Call, security);
  if ('refusal' in read) return read.refusal;
  log.info('call answered', { callSid: read.form.CallSid });
  return speech('Thanks for calling. This number takes text messages only. Please send us a text, and we will get back to you.');
}

export async function handler(event: unknown): Promise<FunctionUrlAnswer> {
  try {
    const security = { authToken: await twilioAuthToken(), publicUrl: variables(PublicUrlVariables).PUBLIC_URL };
    return answerCall(FunctionUrlEvent.parse(event), security);
  } catch (error) {
    log.error('call not answered', describeError(error));
    return empty(500);
  }
}
