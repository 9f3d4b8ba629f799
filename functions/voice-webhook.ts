/**
 * Somebody calls a client's number: rings the owner first; if nobody answers, says that a text will follow and leaves it to text-back-caller.
 * Idempotent: a call is stored once, and the first word on how it ended stays. https://www.twilio.com/docs/voice/twiml/dial
 */
import * as z from 'zod';
import { closedSpeech } from '../shared/conversation/closed';
import { empty, type FunctionUrlAnswer } from '../shared/function-url';
import { log } from '../shared/log';
import type { Services } from '../shared/ports';
import { calls, eventPublisher } from '../shared/services';
import { signedWebhook } from '../shared/signed-webhook';
import { make } from '../shared/step';
import { hangUp, ring, speech } from '../shared/twiml';

/** `ForwardedFrom`: the call was passed on by another phone, for example the owner's own. `DialCallStatus` comes after ringing, `CallStatus` always. */
const Call = z.object({
  CallSid: z.string().min(1).max(64),
  From: z.string().max(64).default(''),
  To: z.string().max(64).default(''),
  ForwardedFrom: z.string().optional(),
  CallStatus: z.string().default(''),
  DialCallStatus: z.string().default(''),
});
type Call = z.infer<typeof Call>;
type Uses = Pick<Services, 'calls' | 'eventPublisher'>;

const afterRinging = '/api/voice/after-ringing';
const callEnded = '/api/voice/status';
const notServed = 'Thanks for calling. Nobody can take your call at the moment. Goodbye.';
const textUs = 'Thanks for calling. Please send a text message to this number, and we will get back to you. Goodbye.';

/** One request of a call, by its path. */
export async function answerCall(call: Call, path: string, services: Uses): Promise<FunctionUrlAnswer> {
  if (path.endsWith(afterRinging)) return rang(call, services);
  if (path.endsWith(callEnded)) return ended(call, services);
  const received = await receive(call, services);
  log.info('call received', { callSid: call.CallSid, outcome: received.outcome });
  if (received.outcome === 'ring') return ring(received.ringPhone, { seconds: received.ringSeconds, action: afterRinging });
  if (received.outcome === 'closed') return speech(closedSpeech[received.reason]);
  if (received.outcome !== 'speak') return speech(notServed);
  await missed(call.CallSid, services);
  return speech(apology(received.businessName));
}

/** `completed`: somebody (or an answering machine) took it. */
async function rang({ CallSid: callSid, DialCallStatus }: Call, services: Uses): Promise<FunctionUrlAnswer> {
  if (DialCallStatus === 'completed' || DialCallStatus === 'answered') {
    await services.calls.end({ callSid, answered: true });
    return hangUp();
  }
  await missed(callSid, services);
  return speech(apology((await services.calls.missed(callSid))?.businessName ?? ''));
}

/** The caller may have hung up while it rang: then nothing but this tells. `completed`: it was answered, or heard what we say. */
async function ended(call: Call, services: Uses): Promise<FunctionUrlAnswer> {
  const { CallSid: callSid, CallStatus } = call;
  if (CallStatus === 'completed') await services.calls.end({ callSid, answered: true });
  else if (['no-answer', 'busy', 'canceled', 'failed'].includes(CallStatus)) {
    // If the database was away when it began, this is the first that it hears of the call.
    await receive(call, services);
    await missed(callSid, services);
  }
  return empty(200);
}

function receive({ CallSid: callSid, From: from, To: to, ForwardedFrom }: Call, { calls }: Uses) {
  return calls.receive({ callSid, from, to, forwarded: ForwardedFrom !== undefined && ForwardedFrom !== '' });
}

async function missed(callSid: string, { calls, eventPublisher }: Uses): Promise<void> {
  if ((await calls.end({ callSid, answered: false })) === 'missed')
    await eventPublisher.publish([{ detailType: 'Call Missed', detail: { callSid } }]);
}

function apology(businessName: string): string {
  const whom = businessName ? ` ${businessName}` : '';
  return `Thanks for calling${whom}. Nobody can take your call right now. We will send you a text message in a moment, or text this number yourself. Goodbye.`;
}

export const handler = signedWebhook({
  name: 'the call',
  form: Call,
  answer: async (form, { rawPath }) => answerCall(form, rawPath, await make({ calls, eventPublisher })),
  sorry: () => speech(textUs),
});
