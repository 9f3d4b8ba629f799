/** SOP step 7: texts the new number like a customer would. Idempotent: the nonce stays, so a message whose answer was lost is found again. */
import { randomBytes } from 'node:crypto';
import type { Services } from '../shared/ports';
import { required } from '../shared/required';
import type { Run } from '../shared/run';
import { ledger, systemTests, telephony, testSettings } from '../shared/services';
import { type StepInput, step } from '../shared/step';
import { sendTestOnce, type TestSettings } from '../shared/test-sms';

type Uses = Pick<Services, 'systemTests' | 'telephony'> & { settings: TestSettings };

export async function sendTestSms(run: Run, { systemTests, telephony, settings }: Uses, { redriveCount }: Pick<StepInput, 'redriveCount'>) {
  const { runId } = run;
  const to = required(run.number, 'the number').e164;
  const { nonce } = await systemTests.plan(runId, randomBytes(6).toString('hex'));
  const { messageSid } = await sendTestOnce({ from: settings.testNumber, to, nonce, redriveCount }, { telephony });
  await systemTests.recordSent({ runId, messageSid });
  return { evidence: { messageSid } };
}

export const handler = step('SendTestSms', sendTestSms, { ledger, systemTests, telephony, settings: testSettings });
