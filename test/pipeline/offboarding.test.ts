/** A client leaves, and every step loses its answer once: what is switched off is really off, what is undone is really on again, and a number goes only with two people's word. */
import { readFileSync } from 'node:fs';
import { RedriveExecutionCommand, StopExecutionCommand } from '@aws-sdk/client-sfn';
import type { Browser } from '../../local/rehearsal/browser';
import type { ClientJourney } from '../../local/rehearsal/client-journey';
import { functionOfState } from '../../infra/function-settings';
import { offboardingSteps } from '../../shared/offboarding';
import { DAY, HOUR, usePipeline } from './stack';

const pipeline = usePipeline();
const lead = '+61480000991';

let maya: Browser;
let pat: Browser;
beforeAll(async () => {
  maya = await pipeline.hire('Maya');
  pat = await pipeline.hire('Pat');
});

const page = async (client: ClientJourney) =>
  `${pipeline.endpoints.portal}/operator/runs/${(await pipeline.run(client)).runId}/offboarding`;

async function offboard(client: ClientJourney): Promise<void> {
  const fields = { confirmation: client.invoiceNumber, reason: 'They closed their shop' };
  const { status, html } = await maya.submit(await page(client), fields);
  expect([status, html.includes('The offboarding has started')]).toEqual([200, true]);
  await pipeline.settle();
}

/** Presses one of the page's buttons. */
async function press(operator: Browser, client: ClientJourney, action: 'undo' | 'release' | 'start-again') {
  const { runId } = await pipeline.run(client);
  const offboardings = await pipeline.rows('offboardings', { run_id: runId });
  const pressed = await operator.submit(`${await page(client)}/${String(offboardings[0]?.['id'])}/${action}`, {
    confirmation: client.invoiceNumber,
  });
  await pipeline.settle();
  return pressed;
}

/** The execution of the offboarding that began last. */
function newest() {
  const all = pipeline.laptop.stepFunctions.executions().filter(({ input }) => input.includes('offboardingId'));
  return all.reduce((one, other) => (other.startDate > one.startDate ? other : one));
}
const stands = () => [newest().status, ...newest().currentStates].join(' ');

/** What the lead reads after texting the client. */
async function answersTo(client: ClientJourney): Promise<string> {
  await pipeline.room.text({ from: lead, to: client.number, body: 'Hello, could you look at my tap?' });
  await pipeline.settle(60);
  return (await pipeline.room.phone(lead)).filter(({ direction }) => direction === 'received').at(-1)?.body ?? '';
}

test('a live client who leaves is heard no more, and an undo brings everything back', async () => {
  const client = await pipeline.onboarded();
  await client.signIn();
  for (const step of offboardingSteps)
    await pipeline.arm({ vendor: 'lambda', call: functionOfState(step), mode: 'lose-response', times: 1 });
  await offboard(client);
  expect(stands()).toBe('RUNNING AwaitRelease');
  expect(await pipeline.mails(client.client.email)).toEqual(['confirmation', 'welcome', 'leaving']);
  expect(await answersTo(client)).toMatch(/is no longer in use/);
  expect(await pipeline.canSignIn(client)).toBe(false);
  expect((await client.visit(`${pipeline.endpoints.portal}/dashboard`)).html).not.toContain('Your number');
  // The first week's checks were ahead: the run stands still, and no alarm rings.
  expect(await pipeline.stands(client)).toMatch(/^ABORTED/);
  expect(pipeline.notices(client.invoiceNumber)).toEqual([]);

  await press(pat, client, 'undo');
  expect(stands()).toBe('SUCCEEDED');
  expect(pipeline.notices(client.invoiceNumber)).toEqual([]);
  expect(await pipeline.canSignIn(client)).toBe(true);
  expect(await answersTo(client)).toMatch(/suburb|tap|help/i);
  expect(await pipeline.stands(client)).toBe('RUNNING WaitForDay1');
  expect((await pipeline.mails(client.client.email)).filter((template) => template === 'returning')).toHaveLength(1);
}, 60_000);

test('an undo does not let in whom somebody had blocked by hand before', async () => {
  const client = await pipeline.onboarded();
  await client.signIn();
  const [run] = await pipeline.rows('provisioning_runs', { invoice_id: client.invoiceId });
  const { error } = await pipeline.db.auth.admin.updateUserById(String(run?.['login_user_id']), { ban_duration: '8760h' });
  expect(error).toBeNull();
  await offboard(client);
  await press(pat, client, 'undo');
  expect([stands(), await pipeline.canSignIn(client)]).toEqual(['SUCCEEDED', false]);
  await pipeline.pass(370 * DAY);
  expect(await pipeline.canSignIn(client)).toBe(true);
}, 60_000);

test('who pays and leaves before the form raises no alarm, and buys nothing when the form comes all the same', async () => {
  const client = await pipeline.paid();
  const link = await pipeline.link(client.client.email, '/onboarding/');
  await offboard(client);
  expect(await pipeline.stands(client)).toMatch(/^ABORTED/);
  expect((await pipeline.submit(link, client.client.form)).html).not.toContain('we have everything we need');
  await pipeline.pass(DAY);
  expect(pipeline.purchases((await pipeline.run(client)).runId)).toEqual([]);
  expect(pipeline.notices(client.invoiceNumber)).toEqual([]);
}, 60_000);

test('a number is released by a second person after 30 days, once, also when Twilio is away at first', async () => {
  const client = await pipeline.onboarded();
  await client.signIn();
  const sql = readFileSync('supabase/migrations/20261122007000_offboarding.sql', 'utf8');
  for (const [, name = ''] of sql.matchAll(/create function public\.(\w+)/g))
    await pipeline.arm({ vendor: 'supabase', call: `rpc/${name}`, mode: 'lose-response', times: 1 });
  await offboard(client);
  expect((await press(pat, client, 'release')).html).toContain('The quarantine is not over yet');
  await pipeline.pass(30 * DAY + 3600);
  expect(pipeline.notices(client.invoiceNumber).map(({ subject }) => subject)).toEqual([
    expect.stringContaining('may its number be released'),
  ]);
  expect((await press(maya, client, 'release')).html).toContain('somebody else must confirm');
  expect(pipeline.laptop.twilio.numbers().map(({ phoneNumber }) => phoneNumber)).toContain(client.number);

  await pipeline.arm({ vendor: 'twilio', call: 'deleteNumber', mode: 'lose-response', times: 1 });
  await pipeline.arm({ vendor: 'lambda', call: 'release-number', mode: 'reject', code: 'VendorAccountProblem', times: 1 });
  expect((await press(pat, client, 'release')).html).toContain('The release is confirmed');
  expect(stands()).toBe('FAILED ReleaseNumber');
  expect(pipeline.notices(client.invoiceNumber).at(-1)?.body).toContain('Offboarding of the client with invoice');
  await pipeline.sfn.send(new RedriveExecutionCommand({ executionArn: newest().arn }));
  await pipeline.settle();
  expect(stands()).toBe('SUCCEEDED');
  const released = pipeline.laptop.twilio.ledger().filter(({ kind, phoneNumber }) => kind === 'release' && phoneNumber === client.number);
  expect(released).toHaveLength(1);
  expect(pipeline.laptop.twilio.numbers().map(({ phoneNumber }) => phoneNumber)).not.toContain(client.number);
  expect(await pipeline.run(client)).toMatchObject({ report: { clientStatus: 'Cancelled' } });
}, 60_000);

test('an offboarding whose execution somebody has stopped goes on in a new one, though no step says that it ended', async () => {
  const client = await pipeline.onboarded();
  await client.signIn();
  await offboard(client);
  const old = newest().arn;
  expect((await press(maya, client, 'start-again')).html).toContain('is under way');
  await pipeline.sfn.send(new StopExecutionCommand({ executionArn: old, error: 'Oops', cause: 'the wrong one of the list' }));
  await pipeline.settle();
  const [alert, ...more] = pipeline.notices(`${client.invoiceNumber}:`);
  expect([alert?.subject, more]).toEqual([`${client.invoiceNumber}: stopped at AwaitRelease - action needed`, []]);
  expect(alert?.body).toContain('After that: “Start it again” on the board');
  // The button of a decision wakes nobody any more, and the execution is too old for a redrive.
  await pipeline.pass(15 * DAY);
  await expect(pipeline.sfn.send(new RedriveExecutionCommand({ executionArn: old }))).rejects.toMatchObject({
    name: 'ExecutionNotRedrivable',
  });
  expect(
    pipeline
      .notices(client.invoiceNumber)
      .map(({ body }) => body)
      .join('\n'),
  ).toContain('An offboarding stands still');
  const undone = await press(pat, client, 'undo');
  expect([undone.html.includes('stopped: its execution has ended'), undone.html.includes('Start it again')]).toEqual([true, true]);
  await pipeline.pass(2 * HOUR);
  expect(await pipeline.canSignIn(client)).toBe(false);

  await press(pat, client, 'start-again');
  expect([newest().arn === old, stands()]).toEqual([false, 'SUCCEEDED']);
  expect(await pipeline.canSignIn(client)).toBe(true);
  expect(await answersTo(client)).not.toMatch(/no longer in use/);
  const mails = await pipeline.mails(client.client.email);
  expect(mails.filter((template) => template === 'leaving' || template === 'returning')).toEqual(['leaving', 'returning']);
  expect(await pipeline.rows('phone_numbers', { e164: client.number })).toEqual([expect.objectContaining({ state: 'configured' })]);
}, 60_000);

test('the executions of all of them name nobody', async () => {
  const all = pipeline.laptop.stepFunctions.executions().filter(({ input }) => input.includes('offboardingId'));
  expect(all.length).toBe(6);
  const histories = JSON.stringify(await Promise.all(all.map(({ arn }) => pipeline.history(arn))));
  const people = (await pipeline.rows('clients')).flatMap(({ name, email }) => [String(name), String(email)]);
  const numbers = (await pipeline.rows('phone_numbers')).map(({ e164 }) => String(e164));
  expect([...people, ...numbers, lead].filter((word) => histories.includes(word))).toEqual([]);
});
