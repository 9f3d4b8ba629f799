import { createBusiness } from '../../functions/create-business';
import { aRun, businessId, runId } from '../fakes/a-run';
import { fakeLedger } from '../fakes/ledger';

test("creates the business under the onboarding's id", async () => {
  const ledger = fakeLedger();
  expect(await createBusiness(aRun(), { ledger })).toEqual({ evidence: { businessId } });
  expect([...ledger.businesses]).toEqual([runId]);
});

test('creates it once though the response is lost', async () => {
  const ledger = fakeLedger({ loseResponseOf: 'createBusiness' });
  await expect(createBusiness(aRun(), { ledger })).rejects.toMatchObject({ name: 'TransientError' });
  await createBusiness(aRun(), { ledger });
  expect(ledger.businesses.size).toBe(1);
});

test('stops when there is no form', async () => {
  await expect(createBusiness(aRun({ onboarding: null }), { ledger: fakeLedger() })).rejects.toMatchObject({ name: 'BusinessDataMissing' });
});
