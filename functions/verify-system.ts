/** SOP step 7: did the test SMS become a lead, a conversation and a fitting reply? Idempotent: it only looks. */
import { TerminalError, TransientError } from '../shared/errors';
import type { Services } from '../shared/ports';
import { checkReply } from '../shared/reply-checks';
import { required } from '../shared/required';
import type { Run } from '../shared/run';
import { ledger, systemTests } from '../shared/services';
import { step } from '../shared/step';

/** Throws `ReplyPending` until all parts are there: an SMS can take minutes. */
export async function verifySystem({ runId, business }: Run, { systemTests }: Pick<Services, 'systemTests'>) {
  const { leadId, inboundBody, reply } = await systemTests.result(runId);
  const missing = Object.entries({ lead: leadId, conversation: inboundBody, reply }).flatMap(([part, value]) =>
    value === null ? [part] : [],
  );
  if (leadId === null || reply === null || missing.length > 0) {
    throw new TransientError(`the test SMS has had no ${missing.join(', no ')} yet`, { code: 'ReplyPending' });
  }
  const { name } = required(business, 'the business');
  const violations = checkReply(reply, { businessName: name, isFirst: true });
  if (violations.length > 0) throw new TerminalError('ReplyInappropriate', `the reply to the test SMS: ${violations.join(', ')}`);
  return { evidence: { leadId, replyChecked: true, conversation: true } };
}

export const handler = step('VerifySystem', verifySystem, { ledger, systemTests });
