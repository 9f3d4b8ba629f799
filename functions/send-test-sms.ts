/** SOP step 7: texts the new number like a customer would. Idempotent: the nonce stays, so a message whose answer was lost is found again. */
import { randomBytes } from 'node:crypto';
import { TestNumberVariables, variables } from '../shared/config';
import type { Services } from '../shared/ports';
import { required } from '../shared/required';
import type { Run } from '../shared/run';
import { ledger, systemTests, telephony } from '../shared/services';
import { step } from '../shared/step';

type Uses = Pick<Services, 'systemTests' | 'telephony'> & { settings: { testNumber: string } };

export async function sendTestSms(run: Run, { systemTests, telephony, settings }: Uses) {
  const { runId } = run;
  const to = required(run.number, 'the number').e164;
  const planned = await systemTests.plan(runId, randomBytes(6).toString('hex'));
  if (planned.messageSid) return { evidence: { messageSid: planned.messageSid } };
  const message = { from: settings.testNumber, to, body: testMessage(planned.nonce) };
  const { messageSid } = (await telephony.findSent(message)) ?? (await telephony.sendSms(message));
  await systemTests.recordSent({ runId, messageSid });
  return { evidence: { messageSid } };
}

/** One SMS: GSM-7 and under 160 characters. The nonce lets the SMS webhook answer one of our own numbers. */
function testMessage(nonce: string): string {
  return `CoreSentia test ${nonce}: Hi, I need a quote for a job next week. Can you help?`;
}

async function settings() {
  return { testNumber: variables(TestNumberVariables).TEST_NUMBER };
}

export const handler = step('SendTestSms', sendTestSms, { ledger, systemTests, telephony, settings });
