import { awaitOnboarding } from '../../functions/await-onboarding';
import { aForm, aRun, runId } from '../fakes/a-run';
import { fakeExecutions } from '../fakes/executions';
import { fakeOnboardings } from '../fakes/onboardings';

const run = aRun({ onboarding: null });

test('leaves the wait open for the portal when the form is not there', async () => {
  const services = { executions: fakeExecutions({ open: ['token'] }), onboardings: fakeOnboardings() };
  expect(await awaitOnboarding(run, services, { taskToken: 'token' })).toEqual({ evidence: { formAlreadyThere: false } });
  expect(services.onboardings.state.wait).toBe('token');
  expect(services.executions.woken.size).toBe(0);
});

test('goes on at once when the form is already there', async () => {
  const services = { executions: fakeExecutions({ open: ['token'] }), onboardings: fakeOnboardings({ submitted: aForm() }) };
  expect(await awaitOnboarding(run, services, { taskToken: 'token' })).toEqual({ evidence: { formAlreadyThere: true } });
  expect([...services.executions.woken.keys()]).toEqual(['token']);
  expect(services.onboardings.state.wait).toBeNull();
});

test('is not troubled by a token that somebody else has answered', async () => {
  const services = { executions: fakeExecutions(), onboardings: fakeOnboardings({ submitted: aForm() }) };
  await awaitOnboarding(run, services, { taskToken: 'token' });
  expect(services.onboardings.state.wait).toBeNull();
});

test('waits with the token of the newest attempt', async () => {
  const services = { executions: fakeExecutions({ open: ['first', 'second'] }), onboardings: fakeOnboardings() };
  await awaitOnboarding(run, services, { taskToken: 'first' });
  await awaitOnboarding(run, services, { taskToken: 'second' });
  await services.onboardings.createInvite({ runId, tokenHash: 'hash', expiresAt: new Date('2027-01-01T00:00:00Z') });
  expect(await services.onboardings.submit({ tokenHash: 'hash', form: aForm() })).toMatchObject({ taskToken: 'second' });
});

test('leaves the wait open for nudge-onboarding when the wake-up fails', async () => {
  const executions = fakeExecutions({ open: ['token'], failures: { sendTaskSuccess: [new TypeError('bug')] } });
  const services = { executions, onboardings: fakeOnboardings({ submitted: aForm() }) };
  await expect(awaitOnboarding(run, services, { taskToken: 'token' })).rejects.toThrow('bug');
  expect(services.onboardings.state.wait).toBe('token');
});

test('cannot wait without a token', async () => {
  const services = { executions: fakeExecutions(), onboardings: fakeOnboardings() };
  await expect(awaitOnboarding(run, services, {})).rejects.toMatchObject({ name: 'BusinessDataMissing' });
});
