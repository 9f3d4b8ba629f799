/** Every state can fail for good, be redriven, and do its work once; and whatever fails, nothing personal or secret gets out. */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { ClientJourney } from '../../local/rehearsal/client-journey';
import { type StepName, stepNames } from '../../shared/run';
import { DAY, HOUR, usePipeline } from './stack';

const pipeline = usePipeline();
const functionOf = (state: StepName) => state.replace(/(?!^)([A-Z])/g, '-$1').toLowerCase();

/** Everybody in this file is called so that a leak is found by searching. */
const people = {
  contactName: 'Zephyrine Quokkaworth',
  form: { businessName: 'Quokkaworth Widgeteering', firstName: 'Zephyrine', lastName: 'Quokkaworth' },
  lead: { phone: '+61491109876', text: 'Our wombat is stuck in the downpipe' },
};
let count = 0;

function person() {
  count += 1;
  const email = `zephyrine${count}@quokkaworth.example`;
  const phone = `+6149157888${count}`;
  const { form, ...rest } = pipeline.client().client;
  return { ...rest, ...people, email, phone, form: { ...form, ...people.form, email, mobile: phone.replace('+61', '0') } };
}

/** Plays client, lead and operator until the run is complete; answers the states that failed, in order. `beforeRedrive`: what happens until somebody presses the button. */
async function driveToTheEnd(client: ClientJourney, beforeRedrive: (failed: string[]) => Promise<void> = async () => undefined) {
  const failed: string[] = [];
  let hasSignedIn = false;
  for (let turn = 0; turn < 80; turn += 1) {
    await pipeline.settle(HOUR);
    const { status, state } = await pipeline.run(client);
    if (status === 'SUCCEEDED') return failed;
    if (status === 'FAILED') {
      failed.push(state);
      await settleDoubt(client);
      await beforeRedrive(failed);
      await pipeline.redrive(client);
    } else if (state === 'AwaitOnboarding') await patiently(() => sendForm(client));
    else if (!hasSignedIn) {
      await patiently(() => client.signIn());
      await client.beTexted();
      hasSignedIn = true;
      // A reply whose recording got no answer goes out by recover-message in a minute, or with reconcile-messages, which looks every quarter of an hour.
      for (let look = 0; look < 3; look += 1) await pipeline.pass(16 * 60);
    } else await pipeline.pass(DAY);
  }
  throw new Error(`no end in sight after ${failed.join(', ')}`);
}

/** As the operator who looks into the mailbox and types the command of the alert. */
async function settleDoubt(client: ClientJourney): Promise<void> {
  const { error } = await pipeline.describe(client);
  if (error !== 'EmailUnconfirmed') return;
  const alert = pipeline.notices(client.invoiceNumber).at(-1)?.body ?? '';
  const [, template = ''] = /settle-mail -- \S+ (\S+)/.exec(alert) ?? [];
  const wasSent = (await pipeline.mails(client.client.email)).includes(template);
  const settled = await pipeline.operator('settle-mail', client.invoiceNumber, template, wasSent ? '--was-sent' : '--send-again');
  if (settled.code !== 0) throw new Error(settled.out);
}

async function sendForm({ client }: ClientJourney): Promise<void> {
  const { status } = await pipeline.submit(await pipeline.link(client.email, '/onboarding/'), client.form);
  if (status !== 200) throw new Error(`the form was answered ${status}`);
}

/** As a person who presses the button again. */
async function patiently(act: () => Promise<void>): Promise<void> {
  for (let left = 20; ; left -= 1) {
    try {
      return await act();
    } catch (error) {
      if (left === 0) throw error;
    }
  }
}

/** One of everything that must not be there twice. */
async function expectOneOfEverything(client: ClientJourney, mails = ['confirmation', 'welcome', 'lead-alert', 'follow-up']) {
  const { runId, report } = await pipeline.run(client);
  const businessId = report?.businessId ?? '';
  expect(pipeline.purchases(runId)).toHaveLength(1);
  expect(pipeline.laptop.twilio.numbers().filter(({ friendlyName }) => friendlyName === `run-${runId}`)).toHaveLength(1);
  expect(await pipeline.mails(client.client.email)).toEqual(mails);
  expect(await pipeline.rows('provisioning_runs', { invoice_id: client.invoiceId })).toHaveLength(1);
  expect(await pipeline.rows('businesses', { run_id: runId })).toEqual([
    expect.objectContaining({ id: businessId, status: 'active', subscription_status: 'active', phone_number: report?.phoneNumber }),
  ]);
  expect(await pipeline.rows('business_settings', { business_id: businessId })).toHaveLength(1);
  expect(await pipeline.rows('business_members', { business_id: businessId })).toEqual([expect.objectContaining({ role: 'owner' })]);
  const { data } = await pipeline.db.auth.admin.listUsers({ perPage: 1000 });
  expect(data.users.filter(({ email }) => email === client.client.email)).toHaveLength(1);
  const leads = await pipeline.rows('leads', { business_id: businessId, is_demo: false });
  expect(leads.filter((lead) => lead['is_test'])).toHaveLength(1);
  expect(leads).toHaveLength(2);
  const texts = pipeline.laptop.twilio.messages().filter(({ to }) => to === report?.phoneNumber);
  // A redrive tests anew, with a nonce of its own; no nonce is ever sent twice.
  const tests = texts.filter(({ direction }) => direction === 'outbound-api').map(({ body }) => body);
  expect(new Set(tests).size).toBe(tests.length);
  expect(tests.length).toBeGreaterThan(0);
  const answered = pipeline.laptop.twilio.phone(client.client.lead.phone).filter(({ from }) => from === report?.phoneNumber);
  expect(answered).toHaveLength(1);
  expect(report).toMatchObject({ status: 'completed', clientStatus: 'Live' });
  expect(report?.steps.map(({ status }) => status)).toEqual(stepNames.map(() => 'done'));
}

test('every state loses its answer until its retriers are used up, is alerted once, redriven, and has had one effect', async () => {
  for (const state of stepNames) await pipeline.arm({ vendor: 'lambda', call: functionOf(state), mode: 'lose-response', times: 7 });
  const client = pipeline.client(person());
  await client.payDeposit();
  expect(await driveToTheEnd(client)).toEqual([...stepNames]);
  await expectOneOfEverything(client);
  // The audits may find besides that a run stands still for as long as its retriers try.
  const subjects = pipeline.notices(client.invoiceNumber).flatMap(({ subject }) => (subject.startsWith('Audit:') ? [] : [subject]));
  expect(subjects).toEqual(stepNames.map((state) => expect.stringContaining(state)));
  const { report } = await pipeline.run(client);
  expect(report?.redrives).toBe(stepNames.length);
}, 120_000);

test.each([
  ['times out', { mode: 'slow', slowMs: 60_000, times: 7 }],
  ['meets a bug', { mode: 'reject', code: 'TypeError', times: 3 }],
  ['fails terminally', { mode: 'reject', code: 'VendorAccountProblem', times: 1 }],
] as const)(
  'every state %s, is redriven, and the client gets one of everything',
  async (_how, fault) => {
    for (const state of stepNames) await pipeline.arm({ vendor: 'lambda', call: functionOf(state), ...fault });
    const client = pipeline.client(person());
    await client.payDeposit();
    expect(await driveToTheEnd(client)).toEqual([...stepNames]);
    await expectOneOfEverything(client);
  },
  120_000,
);

test('every state stands failed for 13 days and is redriven then: the link has expired, the token is stale, and the client gets one of everything', async () => {
  // The last mail with a link is a reminder of the first 13 days; a link lives for 35.
  const waits = 4;
  for (const state of stepNames) {
    const times = state === 'AwaitOnboarding' ? waits : 1;
    await pipeline.arm({ vendor: 'lambda', call: functionOf(state), mode: 'reject', code: 'VendorAccountProblem', times });
  }
  const client = pipeline.client(person());
  await client.payDeposit();
  const failed = await driveToTheEnd(client, async (before) => {
    const state = before.at(-1);
    // Nobody waits for that long: without a run the sweep starts another execution within the hour.
    if (state === 'ConfirmDeposit') return;
    if (state === 'CheckLogin') await liveIn(client);
    await pipeline.pass(13 * DAY);
    if (state === 'AwaitOnboarding' && before.filter((one) => one === state).length === waits) await sendFormLate(client);
  });
  const expected = stepNames.flatMap((state) => (state === 'AwaitOnboarding' ? Array.from({ length: waits }, () => state) : [state]));
  expect(failed).toEqual(expected);
  // The checks of the first week were due while the run stood still: nobody is written to weeks later.
  await expectOneOfEverything(client, ['confirmation', 'reminder-7', 'fresh-invite', 'welcome', 'lead-alert']);
  const alerts = pipeline.notices(client.invoiceNumber).filter(({ subject }) => !subject.startsWith('Audit:'));
  expect(alerts.map(({ subject }) => subject)).toEqual(expected.map((state) => expect.stringContaining(state)));
  for (const { body } of alerts) expect(body).toMatch(/Time left: +14 days, until /);
}, 240_000);

/** Looks in, and is texted by a lead. */
async function liveIn(client: ClientJourney): Promise<void> {
  await client.signIn();
  await client.beTexted();
}

/** Weeks after the last mail its link leads to a fresh one; the form wakes nobody, for the token is that of a Task which has failed. */
async function sendFormLate(client: ClientJourney): Promise<void> {
  const { email, form } = client.client;
  const old = await pipeline.link(email, '/onboarding/');
  expect((await pipeline.submit(old, form)).status).toBe(410);
  await pipeline.submit(`${old}/renew`, {});
  await pipeline.settle();
  await sendForm(client);
  await pipeline.pass(2 * HOUR);
  expect(await pipeline.stands(client)).toBe('FAILED AwaitOnboarding');
}

/**
 * A link whose claim got no answer is burnt, and a view that is not noted costs a nudge; the others are asked by the operator and by this test.
 */
const notArmed = ['claim_sign_in_link', 'record_view', 'settle_mails', 'run_detail', 'run_list'];

test.each(['lose-response', 'server-error'] as const)(
  'every call of the database fails once (%s): one of everything',
  async (mode) => {
    // What a member's pages call is not the pipeline's: a page that fails there asks the person to try again. A late answer has an hour, and every
    // call of reconcile-messages failing once, one round after the other, takes longer: see texts.test.ts and late-messages.test.ts.
    const files = globSync('supabase/migrations/*.sql').filter((file) => !/_portal_(?!test)|_operator|_sms_transport/.test(file));
    const names = files.flatMap((file) =>
      [...readFileSync(file, 'utf8').matchAll(/create function public\.(\w+)/g)].map(([, name = '']) => name),
    );
    expect(names.length).toBeGreaterThan(30);
    for (const name of names) if (!notArmed.includes(name)) await pipeline.arm({ vendor: 'supabase', call: `rpc/${name}`, mode });
    const client = pipeline.client(person());
    await client.payDeposit();
    await driveToTheEnd(client);
    await pipeline.laptop.kernel.faults.clear();
    await expectOneOfEverything(client);
  },
  120_000,
);

test('vendors that name the client in their errors, and functions that die, leak nothing', async () => {
  const rejections = [
    { vendor: 'twilio', call: 'createMessage', code: '21211' },
    { vendor: 'twilio', call: 'createNumber', code: '21421' },
    { vendor: 'ses', call: 'SendEmail', code: 'InvalidParameterValue' },
    { vendor: 'supabase', call: 'rpc/create_business', code: '23505' },
    { vendor: 'supabase', call: 'rpc/submit_form', code: '22P02' },
    { vendor: 'supabase', call: 'auth/admin/users', code: 'validation_failed' },
    { vendor: 'xero', call: 'getInvoice', code: '401' },
  ] as const;
  for (const rejection of rejections) await pipeline.arm({ ...rejection, mode: 'reject', times: 2 });
  for (const call of ['record-email-event', 'alert-operator', 'nudge-onboarding'] as const)
    await pipeline.arm({ vendor: 'lambda', call, mode: 'reject', code: 'TypeError', times: 30 });
  const client = pipeline.client(person());
  await client.payDeposit();
  await driveToTheEnd(client);
  expect(stored('sqs_messages')).toContain('record-email-event'); // it lies in the dead-letter queue
}, 120_000);

/** Documents of a table of the laptop's own state, as text. */
function stored(table: string): string {
  const db = new DatabaseSync(join(pipeline.dataDir, 'state.db'), { readOnly: true });
  try {
    return db
      .prepare(`select document from ${table}`)
      .all()
      .map(({ document }) => String(document))
      .join('\n');
  } finally {
    db.close();
  }
}

test('names, addresses, phones, links, passwords and keys of all of them are in no history, queue, notice or log', async () => {
  await pipeline.settle();
  const histories: string[] = [];
  for (const { arn } of pipeline.laptop.stepFunctions.executions()) histories.push(JSON.stringify(await pipeline.history(arn)));
  const places = {
    histories: histories.join('\n'),
    queues: stored('sqs_messages'),
    notices: JSON.stringify(pipeline.laptop.aws.topicMessages()),
    logs: pipeline.functionLogs(),
  };
  for (const text of Object.values(places)) expect(text.length).toBeGreaterThan(100);
  const tokens = pipeline.laptop.aws
    .mailbox()
    .flatMap(({ text = '' }) => [...text.matchAll(/\/(?:onboarding|welcome)\/([\w-]{20,})/g)].map((found) => found[1] ?? ''));
  expect(tokens.length).toBeGreaterThan(5);
  const { xeroWebhookKey, twilioAuthToken, supabaseSecret } = pipeline.endpoints.keys;
  const people = ['quokkaworth', 'zephyrine', 'waters the ferns', 'wombat', '9157888', '91578 88', '91109876', 'Bearer ', 'Basic '];
  const needles = [...people, ...tokens, xeroWebhookKey, twilioAuthToken, supabaseSecret];
  const leaks = Object.entries(places).flatMap(([place, text]) =>
    needles.filter((needle) => text.toLowerCase().includes(needle.toLowerCase())).map((needle) => `${place}: ${needle}`),
  );
  expect(leaks).toEqual([]);
});
