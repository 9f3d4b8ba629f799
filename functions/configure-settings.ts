/**
 * SOP step 5: `business_settings` with the form's hours and the SOP's buffer and duration, and the demo booking that step 7 looks for.
 * Idempotent: one row per business, written whole; a demo is made once.
 */
import type { Services } from '../shared/ports';
import { required } from '../shared/required';
import type { Run } from '../shared/run';
import { ledger } from '../shared/services';
import { step } from '../shared/step';
import { defaultJobDuration, defaultTravelBuffer, weekdays } from '../shared/working-hours';

export async function configureSettings(run: Run, { ledger }: Pick<Services, 'ledger'>) {
  const { workingHours } = required(run.onboarding, 'the onboarding form').form;
  await ledger.configureSettings({
    runId: run.runId,
    workingHours,
    travelBuffer: defaultTravelBuffer,
    jobDuration: defaultJobDuration,
  });
  await ledger.createDemo(run.runId);
  const daysOpen = weekdays.filter((day) => workingHours[day].enabled).length;
  return { evidence: { daysOpen, travelBuffer: defaultTravelBuffer, jobDuration: defaultJobDuration } };
}

export const handler = step('ConfigureSettings', configureSettings, { ledger });
