/** A text that a person writes to a lead: stored, claimed, sent and recorded, so that no press of a button sends it twice. */
import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import { describeError, TransientError } from '../../shared/errors';
import { log } from '../../shared/log';
import { found } from './business';
import type { ReplyProblem } from './member/leads';
import type { Member } from './member/member';
import type { PortalServices } from './services';

interface Reply {
  businessId: string;
  leadId: string;
  body: string;
  /** Made with the page: the same form sent twice is one text. */
  formKey: string;
  userId: string;
}
type Sent = { problem: null; note: 'replied' | 'reply-unknown' | 'reply-failed' } | { problem: string };
type Uses = Pick<PortalServices, 'manualReplies' | 'rateLimits' | 'telephony'>;

/** An hour, business and person: more than one types, and not more than anybody's phone bill can take. What a stranger sends here is no word of the business's. */
const mostReplies = 200;

const refusals: Record<ReplyProblem, string> = {
  length: 'Write between 1 and 1,000 characters.',
  'opted-out': 'This person has opted out. The law does not allow another text until they write START.',
  demo: 'The demo is nobody’s phone: there is no one to answer.',
  'not-active': 'Your number is not active at the moment, so nothing can be sent from it.',
};

export async function sendReply(
  { body, formKey, userId, ...lead }: Reply,
  { member, services }: { member: Member; services: Uses },
): Promise<Sent> {
  const hit = await services.rateLimits.hit({ key: `reply:${lead.businessId}:${userId}`, limit: mostReplies, windowSeconds: 3600 });
  if (!hit.allowed) return { problem: 'These are more texts than one person writes in an hour. Please try again later.' };
  const key = z.guid().safeParse(formKey).data ?? randomUUID();
  const written = found(await member.writeReply(lead, { body, formKey: key }));
  if (typeof written === 'string') return { problem: refusals[written] };
  return { problem: null, note: await deliver(written.messageId, services) };
}

/** Claim first, send second. What was claimed before and never told is looked up and never sent again. */
async function deliver(messageId: string, { manualReplies, telephony }: Uses) {
  const { outcome, ...sms } = found(await manualReplies.claim(messageId));
  if (outcome === 'sent') return 'replied';
  if (outcome === 'failed') return 'reply-failed';
  try {
    const sent = outcome === 'claimed' ? await telephony.sendSms(sms) : await telephony.findSent(sms);
    if (!sent) return 'reply-unknown';
    await manualReplies.record({ messageId, status: 'sent', messageSid: sent.messageSid });
    return 'replied';
  } catch (error) {
    const status = error instanceof TransientError ? 'unknown' : 'failed';
    log.error('a text by hand was not surely sent', { messageId, status, ...describeError(error) });
    await manualReplies.record({ messageId, status, messageSid: null });
    return status === 'unknown' ? 'reply-unknown' : 'reply-failed';
  }
}
