/**
 * SOP step 7: did the test SMS become a lead, a conversation and a fitting reply? Idempotent: it only looks; after a redrive it sends the test of
 * that redrive first, once, because SendTestSms is not entered again.
 */
import { TerminalError, TransientError } from '../shared/errors';
import type { Services } from '../shared/ports';
import { checkReply } from '../shared/reply-checks';
import { required } from '../shared/required';
import type { Run } from '../shared/run';
import { ledger, systemTests, telephony, testSettings } from '../shared/services';
import { type StepInput, step } from '../shared/step';
import { sendTestOnce, type TestSettings, testMarker } from '../shared/test-sms';

type Uses = Pick<Services, 'systemTests' | 'telephony'> & { settings: TestSettings };

/** Throws `ReplyPending` until all parts are there: an SMS can take minutes. */
export async function verifySystem(run: Run, services: Uses, { redriveCount }: Pick<StepInput, 'redriveCount'>) {
  const to = required(run.number, 'the number').e164;
  const { nonce } = required(run.testSms, 'the test SMS');
  if (redriveCount > 0) await sendTestOnce({ from: services.settings.testNumber, to, nonce, redriveCount }, services);
  const { leadId, inboundBody, reply } = await services.systemTests.result(run.runId);
  const isThisTest = inboundBody?.startsWith(testMarker({ nonce, redriveCount }));
  const conversation = isThisTest ? inboundBody : null;
  const missing = Object.entries({ lead: leadId, conversation, reply }).flatMap(([part, value]) => (value === null ? [part] : []));
  if (leadId === null || reply === null || missing.length > 0) {
    throw new TransientError(`the test SMS has had no ${missing.join(', no ')} yet`, { code: 'ReplyPending' });
  }
  // A test after a redrive may be the lead's second text, whose reply need not name the business again.
  const { name: businessName } = required(run.business, 'the business');
  const workingHours = run.onboarding?.form.workingHours;
  const problems = checkReply(reply, { businessName, isFirst: redriveCount === 0 || 'unknown', phone: to, workingHours });
  if (problems.length > 0) throw new TerminalError('ReplyInappropriate', `the reply to the test SMS: ${problems.join('; ')}`);
  return { evidence: { leadId, replyChecked: true, conversation: true } };
}

export const handler = step('VerifySystem', verifySystem, { ledger, systemTests, telephony, settings: testSettings });
