/** Step 2: the form, however and whenever it comes. */
import type { ClientJourney } from '../../local/rehearsal/client-journey';
import { DAY, HOUR, usePipeline } from './stack';

const pipeline = usePipeline();
const inviteOf = ({ client }: ClientJourney) => pipeline.link(client.email, '/onboarding/');
const formsOf = (email: string) => pipeline.rows('client_onboarding', { email });

test('the form during the wait continues the run at once', async () => {
  const client = await pipeline.paid();
  expect(await pipeline.stands(client)).toBe('RUNNING AwaitOnboarding');
  await client.fillForm();
  await pipeline.settle();
  expect(await pipeline.stands(client)).toBe('RUNNING WaitForDay1');
  const [form, ...more] = await formsOf(client.client.email);
  expect(more).toEqual([]);
  const { report } = await pipeline.run(client);
  expect(report?.businessId).toBe(form?.['business_id']);
  expect(await pipeline.rows('businesses', { id: form?.['business_id'] })).toHaveLength(1);
});

test('a form that was sent before payment is offered to the contact, and one click uses it', async () => {
  const client = pipeline.client();
  const { email, form } = client.client;
  expect(await pipeline.submit(`${pipeline.endpoints.portal}/onboarding`, form)).toMatchObject({ status: 200 });
  await client.payDeposit();
  await pipeline.settle();
  expect(await pipeline.stands(client)).toBe('RUNNING AwaitOnboarding');
  const invite = await inviteOf(client);
  const { html } = await pipeline.page(invite);
  expect(html).toContain('Use the form sent on');
  const onboardingId = /name="onboardingId" value="([^"]+)"/.exec(html)?.[1] ?? '';
  expect(await pipeline.submit(`${invite}/use-sent-form`, { onboardingId })).toMatchObject({ status: 200 });
  await pipeline.settle();
  expect(await pipeline.stands(client)).toBe('RUNNING WaitForDay1');
  expect(await formsOf(email)).toEqual([expect.objectContaining({ business_id: (await pipeline.run(client)).report?.businessId })]);
  expect(await pipeline.mails(email)).toEqual(['confirmation', 'welcome']);
});

test('an equal e-mail address alone never joins a form to a run', async () => {
  const client = await pipeline.paid();
  await pipeline.submit(`${pipeline.endpoints.portal}/onboarding`, client.client.form);
  await pipeline.pass(2 * HOUR);
  expect(await pipeline.stands(client)).toBe('RUNNING AwaitOnboarding');
  expect(await pipeline.mails(client.client.email)).toEqual(['confirmation', 'offer']);
});

test("somebody else's form cannot be attached through an invite", async () => {
  const stranger = pipeline.client();
  await pipeline.submit(`${pipeline.endpoints.portal}/onboarding`, stranger.client.form);
  const [form] = await formsOf(stranger.client.email);
  const client = await pipeline.paid();
  const page = await pipeline.submit(`${await inviteOf(client)}/use-sent-form`, { onboardingId: String(form?.['business_id']) });
  expect(page.status).toBe(409);
  await pipeline.settle();
  expect(await pipeline.stands(client)).toBe('RUNNING AwaitOnboarding');
  expect((await pipeline.run(client)).report?.businessId).toBeNull();
});

test('reminders come after 1, 3 and 7 days, each once', async () => {
  const client = await pipeline.paid();
  const seen: string[][] = [];
  for (let day = 0; day < 9; day += 1) {
    await pipeline.pass(DAY);
    seen.push((await pipeline.mails(client.client.email)).slice(1));
  }
  const [one, three, seven] = [['reminder-1'], ['reminder-1', 'reminder-3'], ['reminder-1', 'reminder-3', 'reminder-7']];
  expect(seen).toEqual([one, one, three, three, three, three, seven, seven, seven]);
});

test('no form for 30 days fails in place with one alert; the form that comes after it and a redrive continue the same run', async () => {
  const client = await pipeline.paid();
  await pipeline.pass(31 * DAY);
  expect(await pipeline.stands(client)).toBe('FAILED AwaitOnboarding');
  const alerts = pipeline.notices(`${client.invoiceNumber}:`);
  expect(alerts).toHaveLength(1);
  expect(alerts[0]?.body).toContain('States.Timeout');
  await client.fillForm();
  await pipeline.settle();
  expect(await pipeline.stands(client)).toBe('FAILED AwaitOnboarding');
  await pipeline.redrive(client);
  await pipeline.settle();
  expect(await pipeline.stands(client)).toBe('RUNNING WaitForDay1');
  expect(await pipeline.rows('provisioning_runs', { invoice_id: client.invoiceId })).toHaveLength(1);
});

test('a redrive without a form waits again, and the form then wakes the new wait', async () => {
  const client = await pipeline.paid();
  await pipeline.pass(31 * DAY);
  await pipeline.redrive(client);
  await pipeline.settle();
  expect(await pipeline.stands(client)).toBe('RUNNING AwaitOnboarding');
  await client.fillForm();
  await pipeline.settle();
  expect(await pipeline.stands(client)).toBe('RUNNING WaitForDay1');
});

test('an expired link offers a fresh one by mail to the contact, and that works', async () => {
  const client = await pipeline.paid();
  const invite = await inviteOf(client);
  await pipeline.pass(36 * DAY);
  expect(await pipeline.page(invite)).toMatchObject({ status: 410, html: expect.stringContaining('expired') });
  expect((await pipeline.submit(invite, client.client.form)).status).toBe(410);
  const before = await pipeline.mails(client.client.email);
  await Promise.all([pipeline.submit(`${invite}/renew`, {}), pipeline.submit(`${invite}/renew`, {})]);
  await pipeline.settle();
  expect((await pipeline.mails(client.client.email)).slice(before.length)).toEqual(['fresh-invite']);
  expect(await inviteOf(client)).not.toBe(invite);
  await client.fillForm();
  await pipeline.redrive(client);
  await pipeline.settle();
  expect(await pipeline.stands(client)).toBe('RUNNING WaitForDay1');
});

test.each(['refuse', 'server-error', 'rate-limit'] as const)('a wake-up that is lost (%s) is repeated within the hour', async (mode) => {
  const client = await pipeline.paid();
  await pipeline.arm({ vendor: 'stepfunctions', call: 'SendTaskSuccess', mode });
  await client.fillForm();
  await pipeline.settle();
  expect(await pipeline.stands(client)).toBe('RUNNING AwaitOnboarding');
  await pipeline.pass(HOUR + 300);
  expect(await pipeline.stands(client)).toBe('RUNNING WaitForDay1');
});

test('a wake-up whose answer is lost is not taken for another form', async () => {
  const client = await pipeline.paid();
  await pipeline.arm({ vendor: 'stepfunctions', call: 'SendTaskSuccess', mode: 'lose-response' });
  await client.fillForm();
  await pipeline.pass(2 * HOUR);
  expect(await pipeline.stands(client)).toBe('RUNNING WaitForDay1');
  expect(await pipeline.mails(client.client.email)).toEqual(['confirmation', 'welcome']);
});

test('AwaitOnboarding dies after it stored its token: the form still continues the run', async () => {
  await pipeline.arm({ vendor: 'lambda', call: 'await-onboarding', mode: 'lose-response', times: 2 });
  const client = await pipeline.paid();
  await client.fillForm();
  await pipeline.settle();
  expect(await pipeline.stands(client)).toBe('RUNNING WaitForDay1');
});

test('the form can be changed until the number is bought, and not after', async () => {
  const client = await pipeline.paid();
  const invite = await inviteOf(client);
  await pipeline.arm({ vendor: 'stepfunctions', call: 'SendTaskSuccess', mode: 'refuse', times: 2 });
  await client.fillForm();
  expect(await pipeline.page(invite)).toMatchObject({
    status: 200,
    html: expect.stringContaining(client.client.form['businessName'] ?? '?'),
  });
  await pipeline.submit(invite, { ...client.client.form, businessName: 'Second Thoughts' });
  await pipeline.pass(2 * HOUR);
  const { report } = await pipeline.run(client);
  expect(await pipeline.rows('businesses', { id: report?.businessId ?? '' })).toEqual([
    expect.objectContaining({ business_name: 'Second Thoughts' }),
  ]);
  expect(await pipeline.submit(invite, { ...client.client.form, businessName: 'Third Thoughts' })).toMatchObject({ status: 409 });
  expect(await formsOf(client.client.email)).toEqual([expect.objectContaining({ business_name: 'Second Thoughts' })]);
});

test('two tabs that send the form at once make one business', async () => {
  const client = await pipeline.paid();
  const invite = await inviteOf(client);
  const { form, email } = client.client;
  // A slow second tab must not come after the number is bought, which rightly refuses it: its retries take half a minute of real time.
  await pipeline.arm({ vendor: 'lambda', call: 'provision-number', mode: 'rate-limit', times: 5 });
  const tabs = await Promise.all(['Tab One', 'Tab Two'].map((businessName) => pipeline.submit(invite, { ...form, businessName })));
  expect(tabs.map(({ status }) => status)).toEqual([200, 200]);
  await pipeline.settle();
  expect(await pipeline.stands(client)).toBe('RUNNING WaitForDay1');
  const { runId, report } = await pipeline.run(client);
  expect(await formsOf(email)).toEqual([expect.objectContaining({ business_id: report?.businessId })]);
  expect(await pipeline.rows('businesses', { run_id: runId })).toHaveLength(1);
});

test.each<[string, Record<string, string>]>([
  ['a mobile that is none', { mobile: '123' }],
  ['a landline', { mobile: '02 7200 0000' }],
  ['no business name', { businessName: '  ' }],
  ['closing before opening', { monday_start: '17:00', monday_end: '09:00' }],
  ['a time zone of elsewhere', { timeZone: 'Europe/Berlin' }],
  ['a postcode in words', { postcode: 'abcd' }],
  ['an address that is none', { email: 'nobody' }],
  ['a novel', { goals: 'x'.repeat(5000) }],
])('a form with %s is refused with what was typed, and nothing is stored', async (_what, wrong) => {
  const client = await pipeline.paid();
  const page = await pipeline.submit(await inviteOf(client), { ...client.client.form, ...wrong });
  expect(page.status).toBe(422);
  expect(page.html).toContain(client.client.form['suburb']);
  expect(await formsOf(client.client.email)).toEqual([]);
  expect(await pipeline.stands(client)).toBe('RUNNING AwaitOnboarding');
});

test('markup and control characters in a form are harmless text', async () => {
  const businessName = `<script>alert(1)</script> & "Söhne" ☎`;
  const client = await pipeline.paid();
  const page = await pipeline.submit(await inviteOf(client), {
    ...client.client.form,
    businessName,
    services: 'pipes\u0000 and \u202e drains',
  });
  expect(page.html).not.toContain('<script>alert');
  await pipeline.settle();
  expect(await pipeline.stands(client)).toBe('RUNNING WaitForDay1');
  const mails = pipeline.laptop.aws.mailbox().filter(({ to }) => to.includes(client.client.email));
  for (const { html = '' } of mails) expect(html).not.toContain('<script>');
});

test('a link that nobody made is answered 404 and tells nothing', async () => {
  const unknown = `${pipeline.endpoints.portal}/onboarding/${'A'.repeat(43)}`;
  expect((await pipeline.page(unknown)).status).toBe(404);
  expect((await pipeline.submit(unknown, pipeline.client().client.form)).status).toBe(404);
});

test('a form that looks odd is flagged to the operator once, and provisioning goes on', async () => {
  const client = await pipeline.paid();
  await pipeline.submit(await inviteOf(client), { ...client.client.form, email: 'somebody.else@client.example' });
  await pipeline.settle();
  expect(await pipeline.stands(client)).toBe('RUNNING WaitForDay1');
  const notices = pipeline.notices(client.invoiceNumber);
  expect(notices.map(({ subject }) => subject)).toEqual([expect.stringContaining('looks odd')]);
  expect(JSON.stringify(notices)).not.toContain('@');
});
