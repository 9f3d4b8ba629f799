import { TransientError } from '../../../shared/errors';
import { logged, typed, world } from './world';

beforeEach(() => jest.spyOn(process.stdout, 'write').mockReturnValue(true));
afterEach(() => jest.restoreAllMocks());

test('a form without an invite is stored and joined to no run', async () => {
  const { post, onboardings } = await world();
  const { status, html } = await post('/onboarding', typed());
  expect(status).toBe(200);
  expect(html).toContain('Thanks, Jo');
  expect(html).toContain('As soon as your deposit is paid');
  expect(html).toContain('Australia/Sydney');
  expect(onboardings.unattached).toHaveLength(1);
  expect(onboardings.state.form).toBeNull();
});

test('an equal e-mail address joins a form to no run', async () => {
  const { post, onboardings, executions } = await world({ executions: { open: ['token-1'] } });
  await post('/onboarding', typed({ email: 'jo@brightsparks.example' }));
  expect(onboardings.state.form).toBeNull();
  expect(executions.woken.size).toBe(0);
});

test('keeps what was typed when something is wrong', async () => {
  const { post, onboardings } = await world();
  const { status, html } = await post('/onboarding', typed({ postcode: '21', suburb: 'Dee Why' }));
  expect(status).toBe(422);
  expect(html).toContain('One thing needs another look');
  expect(html).toContain('value="Dee Why"');
  expect(onboardings.unattached).toEqual([]);
});

test('keeps what was typed when the form cannot be stored', async () => {
  const { post } = await world({ onboardings: { failures: { submitUnattached: [new TransientError('down')] } } });
  const { status, html } = await post('/onboarding', typed({ suburb: 'Dee Why' }));
  expect(status).toBe(503);
  expect(html).toContain('value="Dee Why"');
});

test('a robot that fills in everything is thanked, and nothing is stored', async () => {
  const { get, post, onboardings } = await world();
  const trap =
    /<div class="trap" aria-hidden="true">.*?name="(\w+)"[^>]*tabindex="-1"[^>]*autocomplete="off"/.exec(
      (await get('/onboarding')).html,
    )?.[1] ?? '';
  const thanks = await post('/onboarding', typed());
  const log = await logged(async () =>
    expect(await post('/onboarding', typed({ [trap]: 'cheap pills' }))).toMatchObject({ status: 200, html: thanks.html }),
  );
  expect(onboardings.unattached).toHaveLength(1);
  expect(log).toContain('robot');
  expect(log).not.toContain('pills');
});

test('nobody with an invite can fall into the trap', async () => {
  const { get } = await world();
  expect((await get(`/onboarding/${'i'.repeat(43)}`)).html).not.toContain('class="trap"');
});
