import { TransientError } from '../../../shared/errors';
import { aForm, runId } from '../../fakes/a-run';
import { expiredInvite, form, invite, logged, typed, world } from './world';

beforeEach(() => jest.spyOn(process.stdout, 'write').mockReturnValue(true));
afterEach(() => jest.restoreAllMocks());

const down = () => [new TransientError('the database does not answer')];
const sentEarlier = { onboardingId: '0a7f0e6e-3c1f-4a55-9d0e-0a4c5a3a9b01', submittedAt: '2026-11-20T22:00:00Z', form: aForm() };

test('stores a valid form, wakes the execution and thanks', async () => {
  const { post, get, onboardings, executions } = await world({ executions: { open: ['token-1'] } });
  await onboardings.openWait({ runId, taskToken: 'token-1' });
  expect(await post(form, typed())).toMatchObject({ status: 303, location: `${form}/thanks` });
  expect(onboardings.state).toMatchObject({
    form: aForm({ services: 'Switchboards and lights', currentBookingProcess: 'They call me', workingHours: expect.anything() }),
    wait: null,
  });
  expect(executions.woken.get('token-1')).toEqual({});
  const { status, html } = await get(`${form}/thanks`);
  expect(status).toBe(200);
  expect(html).toContain('Thanks, Jo, we have everything we need');
  expect(html).toContain('What happens next');
  expect(html).toContain('Australia/Sydney');
});

test('a form that is stored counts although the wake-up fails', async () => {
  const { post, onboardings } = await world({ executions: { failures: { sendTaskSuccess: down() } } });
  await onboardings.openWait({ runId, taskToken: 'token-1' });
  expect(await post(form, typed())).toMatchObject({ status: 303 });
  expect(onboardings.state.wait).toBe('token-1');
});

test('a form for a wait that is over closes the wait', async () => {
  const { post, onboardings } = await world();
  await onboardings.openWait({ runId, taskToken: 'gone' });
  expect(await post(form, typed())).toMatchObject({ status: 303 });
  expect(onboardings.state.wait).toBeNull();
});

test('says all that is wrong at once, keeps what was typed and stores nothing', async () => {
  const { post, onboardings } = await world();
  const { status, html } = await post(form, {
    firstName: 'Jo',
    mobile: '12',
    goals: 'Sleep <more>',
    monday_enabled: 'on',
    monday_start: '17:00',
    monday_end: '09:00',
  });
  expect(status).toBe(422);
  expect(html).toContain('<title>Error: Tell us about your business');
  for (const field of ['businessName', 'services', 'suburb', 'state', 'postcode', 'lastName', 'email', 'mobile', 'currentBookingProcess'])
    expect(html).toContain(`id="${field}-problem"`);
  expect(html).toContain('href="#monday">Monday: closing must be after opening');
  expect(html).not.toContain('id="firstName-problem"');
  expect(html).not.toContain('id="timeZone-problem"');
  expect(html).toContain('value="12"');
  expect(html).toContain('Sleep &lt;more&gt;</textarea>');
  expect(onboardings.state.form).toBeNull();
});

test('keeps what was typed when the form cannot be stored', async () => {
  const { post } = await world({ onboardings: { failures: { submit: down() } } });
  const { status, html } = await post(form, typed({ goals: 'Never miss a call again' }));
  expect(status).toBe(503);
  expect(html).toContain('Never miss a call again');
  expect(html).toContain('Nothing you typed is lost');
});

test('keeps what was typed when something is wrong and the database is down, too', async () => {
  const { post } = await world({ onboardings: { failures: { invite: down() } } });
  const { status, html } = await post(form, typed({ mobile: '12', goals: 'Never miss a call again' }));
  expect(status).toBe(503);
  expect(html).toContain('Never miss a call again');
});

test('what is logged of a failure holds nothing of what was typed', async () => {
  const { post } = await world({ onboardings: { failures: { submit: [new Error('insert of jo@brightsparks.example failed')] } } });
  const log = await logged(() => post(form, typed()));
  expect(log).toContain('could not be stored');
  expect(log).not.toMatch(/brightsparks|0480/i);
});

test('a form that was sent can be changed until it is in use', async () => {
  const { get, post, onboardings } = await world({ onboardings: { submitted: aForm({ goals: 'Grow' }) } });
  const page = await get(form);
  expect(page.status).toBe(200);
  expect(page.html).toContain('Change your details');
  expect(page.html).toContain('value="0480 000 123"');
  expect(page.html).toContain('Grow</textarea>');
  expect((await post(form, typed({ mobile: '' }))).html).toContain('Change your details');
  await post(form, typed({ goals: 'Rest' }));
  expect(onboardings.state.form?.goals).toBe('Rest');
  onboardings.state.closed = true;
  expect(await get(form)).toMatchObject({ status: 409, html: expect.stringContaining('already in use') });
  expect((await post(form, typed({ goals: 'Too late' }))).status).toBe(409);
  expect((await post(form, typed({ mobile: '' }))).status).toBe(409);
  expect(onboardings.state.form?.goals).toBe('Rest');
});

test('the time zone follows the place when the place is changed, unless another was chosen', async () => {
  const { get, post, onboardings } = await world({ onboardings: { submitted: aForm() } });
  expect((await get(form)).html).toContain('Australia/Sydney, from state and postcode.');
  await post(form, typed({ state: 'WA', postcode: '6000' }));
  expect(onboardings.state.form?.timeZone).toBe('Australia/Perth');
  await post(form, typed({ state: 'WA', postcode: '6000', timeZone: 'Australia/Eucla' }));
  expect((await get(form)).html).toContain('<option value="Australia/Eucla" selected');
});

test('thanks even if the execution is past the form before the browser comes back', async () => {
  const { get, onboardings } = await world({ onboardings: { submitted: aForm() } });
  onboardings.state.closed = true;
  const { status, html } = await get(`${form}/thanks`);
  expect(status).toBe(200);
  expect(html).toContain('we have everything we need');
  expect(html).not.toContain('brightsparks');
  expect(html).not.toContain('Change your details');
});

test('there are no thanks for a form that was not sent', async () => {
  const { get } = await world();
  expect(await get(`${form}/thanks`)).toMatchObject({ status: 303, location: form });
});

test.each(['', '/thanks'])('an unknown link%s says so and offers the way without a link', async (page) => {
  const { get } = await world();
  const { status, html } = await get(`/onboarding/${'n'.repeat(43)}${page}`);
  expect(status).toBe(404);
  expect(html).toContain('href="/onboarding"');
});

test.each(['%E0%A4%A', '%00', '%2F..%2Fx', '%0d%0aset-cookie:%20a=b', '"><script>', 'a b', '💈'])(
  'the token %j is just unknown',
  async (token) => {
    const { get, post } = await world();
    for (const { status, html } of [await get(`/onboarding/${token}`), await post(`/onboarding/${token}`, typed())]) {
      expect(status).toBe(404);
      expect(html).not.toContain('<script');
    }
  },
);

describe('a form that was sent without an invite', () => {
  test('is offered through the invite and joined by a click', async () => {
    const { get, post, onboardings } = await world({ onboardings: { unattached: sentEarlier } });
    const { html } = await get(form);
    expect(html).toContain('Use the form sent on 21 November 2026');
    expect(onboardings.state.form).toBeNull();
    expect(await post(`${form}/use-sent-form`, { onboardingId: sentEarlier.onboardingId })).toMatchObject({ location: `${form}/thanks` });
    expect(onboardings.state.form).toEqual(sentEarlier.form);
    expect((await get(form)).html).not.toContain('Use the form sent on');
  });

  test('that cannot be used any more leads back to the form, which works', async () => {
    const { post } = await world();
    const { status, html } = await post(`${form}/use-sent-form`, { onboardingId: 'made-up' });
    expect(status).toBe(409);
    expect(html).toContain('can’t be used any more');
    expect(html).toContain(`<form method="post" action="${form}"`);
  });

  test.each([
    [expiredInvite, 410],
    ['u'.repeat(43), 404],
  ])('is not joined by the link %s', async (token, status) => {
    const { post, onboardings } = await world({ onboardings: { unattached: sentEarlier } });
    expect((await post(`/onboarding/${token}/use-sent-form`, { onboardingId: sentEarlier.onboardingId })).status).toBe(status);
    expect(onboardings.state.form).toBeNull();
  });
});

describe('an expired link', () => {
  const path = `/onboarding/${expiredInvite}`;

  test('offers a fresh one, which goes to the contact and works', async () => {
    const { get, post, mailer } = await world();
    const { status, html } = await get(path);
    expect(status).toBe(410);
    expect(html).toContain(`action="${path}/renew"`);
    expect(await post(`${path}/renew`)).toMatchObject({ status: 200, html: expect.stringContaining('Check your e-mail') });
    expect(mailer.sent).toMatchObject([{ to: 'jo@brightsparks.example' }]);
    const fresh = /https:\/\/portal\.example(\/onboarding\/[\w-]{43})/.exec(mailer.sent[0]?.text ?? '')?.[1] ?? '';
    expect((await get(fresh)).status).toBe(200);
  });

  test('mails one fresh link however often the button is pressed', async () => {
    const { post, mailer } = await world();
    for (const _ of [1, 2, 3]) await post(`${path}/renew`);
    expect(mailer.sent).toHaveLength(1);
  });

  test('says the same although SES did not tell whether it took the mail', async () => {
    const { post, mailer } = await world({ mailer: { loseResponseOf: 'send' } });
    const first = await post(`${path}/renew`);
    const log = await logged(async () => expect(await post(`${path}/renew`)).toMatchObject({ status: 200, html: first.html }));
    expect(first).toMatchObject({ status: 200 });
    expect(log).toContain('EmailUnconfirmed');
    expect(mailer.sent).toHaveLength(1);
  });

  test('tells nobody whether a link was ever ours', async () => {
    const { post, mailer } = await world();
    const { html } = await post(`/onboarding/${'n'.repeat(43)}/renew`);
    expect(html).toBe((await post(`${path}/renew`)).html);
    expect(mailer.sent).toHaveLength(1);
  });

  test('does not swallow the form that was being filled in', async () => {
    const { post, onboardings } = await world();
    expect((await post(path, typed())).status).toBe(410);
    expect(onboardings.state.form).toBeNull();
    expect(onboardings.unattached).toMatchObject([{ form: { businessName: 'Bright Sparks Electrical' } }]);
  });

  test('says so before anything has to be mended', async () => {
    const { post } = await world();
    expect((await post(path, typed({ mobile: '' }))).status).toBe(410);
  });
});

test.each(['renew', 'use-sent-form'])('opening the address of the button %s leads back to the form', async (button) => {
  const { get } = await world();
  expect(await get(`/onboarding/${invite}/${button}`)).toMatchObject({ status: 303, location: form });
});
