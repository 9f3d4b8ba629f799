/** The reply to a lead's SMS: the policy decides what it does, the model words it where its words are fit, else the engine does. */
import { read } from './conversation/extract';
import type { Conversation } from './conversation/facts';
import { chosenBy, instructions, objections, parseAnswer, withModel } from './conversation/model';
import { pendingText, type Plan, plan } from './conversation/plan';
import { toGsm7 } from './gsm7';
import { log } from './log';
import type { ReplyWriter } from './ports/aws';

/** Twilio waits 15 s for the whole answer; the whole request gives up on the model 6 s after it began. */
export const MODEL_MS = 6000;

/** `startedMs`: when the request began, as `Date.now()` tells; `now`: what the lead's "tomorrow" counts from. */
export interface ReplyTimes {
  startedMs?: number;
  now?: Date;
}

/** Always something that may be sent; `reply` is null if nothing should be. */
export async function replyTo(
  conversation: Conversation,
  replyWriter: ReplyWriter,
  { startedMs = Date.now(), now = new Date() }: ReplyTimes = {},
): Promise<Plan> {
  const context = { now, timeZone: conversation.calendar.timeZone ?? 'UTC', asked: conversation.asked };
  const reading = read(pendingText(conversation), context);
  const own = plan(conversation, reading, { now });
  const timeoutMs = MODEL_MS - (Date.now() - startedMs);
  // A test of the line, an advertiser and a spent budget need no model.
  if (own.move === 'silence' || timeoutMs <= 0) return own;
  const written = await replyWriter.write({ system: instructions(conversation, own), messages: turns(conversation), timeoutMs });
  if (written === undefined) return own;
  const answer = parseAnswer(written);
  if (!answer) {
    log.warn('the model talks nonsense');
    return own;
  }
  const both = plan(conversation, withModel(reading, answer, { conversation, now }), { now, chosen: chosenBy(answer, conversation) });
  const reply = toGsm7(answer.reply);
  const reasons = objections(reply, { answer, plan: both, conversation });
  if (reasons.length === 0) return { ...both, reply };
  log.info("the engine's words are sent, not the model's", { move: both.move, reasons: reasons.join(', ') });
  return both;
}

/** The deterministic engine alone. */
export function engineReply(conversation: Conversation, now: Date): Plan {
  const context = { now, timeZone: conversation.calendar.timeZone ?? 'UTC', asked: conversation.asked };
  return plan(conversation, read(pendingText(conversation), context), { now });
}

function turns({ thread }: Conversation) {
  return thread.map(({ from, body, mediaCount = 0 }) => ({
    role: from === 'lead' ? ('user' as const) : ('assistant' as const),
    text: mediaCount > 0 ? `${body} [${mediaCount} picture${mediaCount > 1 ? 's' : ''}]`.trim() : body,
  }));
}
