/** Mails go out once, whatever SES does; what nobody knows, the operator decides. */
import type { ClientJourney } from '../../local/rehearsal/client-journey';
import { HOUR, usePipeline } from './stack';

const pipeline = usePipeline();
const mailsTo = ({ client }: ClientJourney) => pipeline.mails(client.email);

async function stateOfMail(client: ClientJourney, template: string) {
  const [row, ...more] = await pipeline.rows('email_messages', { run_id: (await pipeline.run(client)).runId, template });
  expect(more).toEqual([]);
  return row?.['status'];
}

/** SES takes the welcome mail, its answer is lost, and so are its events: nobody can know. */
async function welcomeInDoubt() {
  const client = await pipeline.paid();
  await client.fillForm();
  await pipeline.arm({ vendor: 'ses', call: 'SendEmail', mode: 'lose-response' });
  await pipeline.arm({ vendor: 'ses', call: 'event', mode: 'refuse', times: 2 });
  await pipeline.settle(HOUR);
  expect(await pipeline.stands(client)).toBe('FAILED SendWelcome');
  expect((await pipeline.describe(client)).error).toBe('EmailUnconfirmed');
  const [alert, ...more] = pipeline.notices(client.invoiceNumber);
  expect(more).toEqual([]);
  expect(alert?.body).toContain(`settle-mail -- ${client.invoiceNumber} welcome`);
  return client;
}

test.each(['rate-limit', 'server-error'] as const)('SES does not take a mail at first (%s): it is sent once', async (mode) => {
  await pipeline.arm({ vendor: 'ses', call: 'SendEmail', mode, times: 3 });
  const client = await pipeline.paid();
  await pipeline.settle(HOUR);
  expect(await mailsTo(client)).toEqual(['confirmation']);
  expect(await pipeline.stands(client)).toBe('RUNNING AwaitOnboarding');
  expect(await stateOfMail(client, 'confirmation')).toBe('delivered');
});

test('the connection to SES breaks before anything is known: nothing is sent twice, and the operator has it sent', async () => {
  await pipeline.arm({ vendor: 'ses', call: 'SendEmail', mode: 'refuse' });
  const client = await pipeline.paid();
  expect(await pipeline.stands(client)).toBe('FAILED SendConfirmation');
  expect(await mailsTo(client)).toEqual([]);
  await pipeline.operator('settle-mail', client.invoiceNumber, 'confirmation', '--send-again');
  await pipeline.redrive(client);
  await pipeline.settle();
  expect(await pipeline.stands(client)).toBe('RUNNING AwaitOnboarding');
  expect(await mailsTo(client)).toEqual(['confirmation']);
});

test('SES takes a mail and its answer is lost: the SES event settles it, and it is not sent again', async () => {
  await pipeline.arm({ vendor: 'ses', call: 'SendEmail', mode: 'lose-response' });
  const client = await pipeline.paid();
  expect(await pipeline.stands(client)).toBe('RUNNING AwaitOnboarding');
  expect(await mailsTo(client)).toEqual(['confirmation']);
  expect(await stateOfMail(client, 'confirmation')).toBe('delivered');
  expect(pipeline.notices(client.invoiceNumber)).toEqual([]);
});

test('the function dies after SES took the mail: it is not sent again', async () => {
  await pipeline.arm({ vendor: 'supabase', call: 'rpc/record_mail_sent', mode: 'refuse' });
  await pipeline.arm({ vendor: 'lambda', call: 'send-confirmation', mode: 'lose-response' });
  const client = await pipeline.paid();
  expect(await pipeline.stands(client)).toBe('RUNNING AwaitOnboarding');
  expect(await mailsTo(client)).toEqual(['confirmation']);
});

test('answer and events are lost: the run fails in place, the operator says "was sent", and a redrive goes on without a second mail', async () => {
  const client = await welcomeInDoubt();
  await pipeline.redrive(client);
  await pipeline.settle(HOUR);
  expect(await pipeline.stands(client)).toBe('FAILED SendWelcome'); // nobody has said anything yet
  expect(await pipeline.operator('settle-mail', client.invoiceNumber, 'welcome', '--was-sent')).toMatchObject({ code: 0 });
  await pipeline.redrive(client);
  await pipeline.settle();
  expect(await pipeline.stands(client)).toBe('RUNNING WaitForDay1');
  expect(await mailsTo(client)).toEqual(['confirmation', 'welcome']);
});

test('answer and events are lost: the operator says "send again", and exactly one more goes out', async () => {
  const client = await welcomeInDoubt();
  expect(await pipeline.operator('settle-mail', client.invoiceNumber, 'welcome', '--send-again')).toMatchObject({ code: 0 });
  await pipeline.redrive(client);
  await pipeline.settle();
  expect(await pipeline.stands(client)).toBe('RUNNING WaitForDay1');
  expect(await mailsTo(client)).toEqual(['confirmation', 'welcome', 'welcome']);
  await client.signIn(); // the newest link works
});

test('there is nothing to settle for a mail that is known to have gone out', async () => {
  const client = await pipeline.paid();
  const settled = await pipeline.operator('settle-mail', client.invoiceNumber, 'confirmation', '--send-again');
  expect(settled).toMatchObject({ code: 1, out: expect.stringContaining('Nothing to settle') });
});

/** The one mail of a template that nobody knows went out, told of by the audit of the next hour. */
async function found(template: string) {
  await pipeline.pass(HOUR);
  const mails = (await pipeline.rows('email_messages', { template })).filter((row) => row['sent_at'] === null);
  expect(mails).toHaveLength(1);
  const mailId = String(mails[0]?.['id']);
  const about = async () =>
    (await pipeline.rows('audit_findings', { subject: `${mailId} ${template}` })).map((row) => row['resolved_at'] !== null);
  expect(await about()).toEqual([false]);
  return { mailId, about };
}
async function mailInDoubt() {
  await pipeline.arm({ vendor: 'ses', call: 'SendEmail', mode: 'refuse' });
}

test('a link to sign in that may not have gone out belongs to no run: the operator settles it where the audit tells of it', async () => {
  const client = await pipeline.onboarded();
  await client.signIn();
  await mailInDoubt();
  await pipeline.submit(`${pipeline.endpoints.portal}/sign-in/link`, { email: client.client.email });
  await pipeline.settle(60);
  const { mailId, about } = await found('sign-in-link');
  const [notice] = pipeline.notices(mailId);
  expect(notice?.body).toContain(`npm run settle-mail -- ${mailId} --was-sent`);
  const operator = await pipeline.hire('Maya');
  const audits = await operator.open(`${pipeline.endpoints.portal}/operator/audits`);
  expect([audits.html.includes(`It was for ${client.client.email}.`), audits.html.includes('Never sent')]).toEqual([true, true]);
  const settled = await operator.submit(`${audits.url}/mails/${mailId}`, { decision: 'never-sent' });
  expect([settled.html.includes('Nobody sends it again'), settled.html.includes('Settled by Maya')]).toEqual([true, true]);
  await pipeline.pass(HOUR);
  expect(await about()).toEqual([true]);
  expect(await mailsTo(client)).toEqual(['confirmation', 'welcome']);
}, 120_000);

test('an alert to an owner that may not have gone out goes once more, by itself, when the operator says that it was not sent', async () => {
  const client = await pipeline.onboarded();
  await client.signIn();
  await mailInDoubt();
  await client.beTexted();
  await pipeline.settle(120);
  const { mailId, about } = await found('lead-alert');
  const settled = await pipeline.operator('settle-mail', mailId, '--send-again');
  expect(settled).toEqual({ code: 0, out: `${mailId}: "lead-alert" settled as send-again. It goes out by itself within the hour.\n` });
  await pipeline.pass(HOUR);
  expect(await mailsTo(client)).toEqual(['confirmation', 'welcome', 'lead-alert']);
  expect(await about()).toEqual([true]);
  expect(await pipeline.operator('settle-mail', mailId, '--was-sent')).toMatchObject({ code: 1 });
}, 120_000);

test('a bounce is recorded and told to the operator once, without the address', async () => {
  const before = pipeline.notices('bounced').length;
  const client = await pipeline.paid({ email: 'bounce.b@client.example' });
  expect(await stateOfMail(client, 'confirmation')).toBe('bounced');
  const notices = pipeline.notices('bounced').slice(before);
  expect(notices).toHaveLength(1);
  expect(JSON.stringify(notices)).not.toContain('client.example');
});

test('an address that SES refuses fails in place; corrected and redriven, the run goes on', async () => {
  await pipeline.arm({ vendor: 'ses', call: 'SendEmail', mode: 'reject', code: 'InvalidParameterValue' });
  const client = await pipeline.paid();
  expect(await pipeline.stands(client)).toBe('FAILED SendConfirmation');
  expect((await pipeline.describe(client)).error).toBe('EmailAddressRejected');
  const { runId } = await pipeline.run(client);
  const [run] = await pipeline.rows('provisioning_runs', { id: runId });
  await pipeline.db.from('clients').update({ email: 'corrected@client.example' }).eq('id', run?.['client_id']);
  await pipeline.redrive(client);
  await pipeline.settle();
  expect(await pipeline.stands(client)).toBe('RUNNING AwaitOnboarding');
  expect(await pipeline.mails('corrected@client.example')).toEqual(['confirmation']);
  expect(await mailsTo(client)).toEqual([]);
});

test('every mail has HTML and text, comes from the brand and can be replied to', async () => {
  for (const mail of pipeline.laptop.aws.mailbox()) {
    expect(mail.html).toContain('<html');
    expect(mail.text?.length).toBeGreaterThan(50);
    expect(mail.from).toContain('hello@coresentia.com.au');
    expect(mail.replyTo).toEqual(['hello@coresentia.com.au']);
    expect(mail.text).toContain('CoreSentia Pty Ltd');
  }
});

test.each(['rate-limit', 'server-error', 'refuse', 'lose-response'] as const)(
  'SNS fails while the operator is alerted (%s): the alert comes all the same',
  async (mode) => {
    await pipeline.arm({ vendor: 'ses', call: 'SendEmail', mode: 'reject', code: 'MessageRejected' });
    await pipeline.arm({ vendor: 'sns', call: 'Publish', mode });
    const client = await pipeline.paid();
    expect(await pipeline.stands(client)).toBe('FAILED SendConfirmation');
    const alerts = pipeline.notices(client.invoiceNumber);
    expect(alerts).toHaveLength(mode === 'lose-response' ? 2 : 1); // better twice than never
  },
);
