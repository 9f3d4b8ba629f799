/**
 * SOP step 7: did the test SMS become a lead, a conversation and a fitting reply, and does the dashboard work? Idempotent: it only looks, and what it
 * needs for that it takes away again; after a redrive it sends the test of that redrive first, once, because SendTestSms is not entered again. A demo
 * booking that is over when a run goes on days later moves ahead, as the dashboard shows what is to come.
 */
import { checkDashboard } from '../shared/dashboard-check';
import { TerminalError, TransientError } from '../shared/errors';
import { portalSettings, type PortalSettings } from '../shared/portal-settings';
import type { Services } from '../shared/ports';
import { checkReply } from '../shared/reply-checks';
import { required } from '../shared/required';
import type { Run } from '../shared/run';
import { identity, ledger, logins, systemTests, telephony, testSettings } from '../shared/services';
import { type StepInput, step } from '../shared/step';
import { sendTestOnce, type TestSettings, testMarker } from '../shared/test-sms';

type Uses = Pick<Services, 'identity' | 'ledger' | 'logins' | 'systemTests' | 'telephony'> & {
  settings: TestSettings;
  portal: PortalSettings;
};

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
  const { id: businessId, name: businessName } = required(run.business, 'the business');
  const workingHours = run.onboarding?.form.workingHours;
  const problems = checkReply(reply, { businessName, isFirst: redriveCount === 0 || 'unknown', phone: to, workingHours });
  if (problems.length > 0) throw new TerminalError('ReplyInappropriate', `the reply to the test SMS: ${problems.join('; ')}`);
  await services.ledger.createDemo(run.runId);
  await checkDashboard({ runId: run.runId, businessId, businessName, ...services.portal }, services);
  return { evidence: { leadId, replyChecked: true, conversation: true, dashboard: true, calendar: true, demoBooking: true, stats: true } };
}

export const handler = step('VerifySystem', verifySystem, {
  identity,
  ledger,
  logins,
  systemTests,
  telephony,
  settings: testSettings,
  portal: portalSettings,
});
