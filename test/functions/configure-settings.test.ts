import { configureSettings } from '../../functions/configure-settings';
import { defaultWorkingHours } from '../../shared/working-hours';
import { aForm, aRun, businessId, runId } from '../fakes/a-run';
import { fakeLedger } from '../fakes/ledger';

const workingHours = { ...defaultWorkingHours, saturday: { enabled: true, start: '08:00', end: '12:30' } };
const run = aRun({ onboarding: { businessId, submittedAt: '2026-11-22T01:00:00Z', form: aForm({ workingHours }) } });

test("writes the form's hours with the SOP's buffer and duration", async () => {
  const ledger = fakeLedger();
  expect(await configureSettings(run, { ledger })).toEqual({ evidence: { daysOpen: 6, travelBuffer: 30, jobDuration: 60 } });
  expect(ledger.settings.get(runId)).toEqual({ runId, workingHours, travelBuffer: 30, jobDuration: 60 });
});

test('makes the demo that the client finds at the first login', async () => {
  const ledger = fakeLedger();
  await configureSettings(run, { ledger });
  expect([...ledger.demos]).toEqual([runId]);
});

test('writes the same again when the response is lost', async () => {
  const ledger = fakeLedger({ loseResponseOf: 'configureSettings' });
  await expect(configureSettings(run, { ledger })).rejects.toMatchObject({ name: 'TransientError' });
  await configureSettings(run, { ledger });
  expect(ledger.settings.size).toBe(1);
});

test('stops when there is no form', async () => {
  await expect(configureSettings(aRun({ onboarding: null }), { ledger: fakeLedger() })).rejects.toMatchObject({
    name: 'BusinessDataMissing',
  });
});
