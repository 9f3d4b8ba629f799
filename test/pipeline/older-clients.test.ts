/** Clients from before: runs whose execution can no longer be redriven, and clients that were set up by hand. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { RedriveExecutionCommand } from '@aws-sdk/client-sfn';
import { stages } from '../../infra/stages';
import type { ClientJourney } from '../../local/rehearsal/client-journey';
import { type ScriptedServer, scriptedServer } from '../support/scripted-server';
import { DAY, HOUR, usePipeline } from './stack';

const pipeline = usePipeline();

const fault = (call: string, code: string) => pipeline.arm({ vendor: 'lambda', call, mode: 'reject', code });
const stoppedAt = async (call: string, code: string) => {
  await fault(call, code);
  const client = await pipeline.onboarded();
  await pipeline.laptop.kernel.faults.clear();
  return client;
};
const reissue = (client: ClientJourney, ...flags: string[]) => pipeline.operator('re-issue', client.invoiceNumber, ...flags);
/** The execution that the run belongs to now. */
const executionOf = async (client: ClientJourney) => {
  const [row] = await pipeline.rows('provisioning_runs', { invoice_id: client.invoiceId });
  return String(row?.['execution_id']);
};

/** As somebody in Twilio's console. */
async function boughtByHand(smsUrl: string) {
  const { twilio, keys } = pipeline.endpoints;
  const { bundleSid = '', addressSid = '' } = stages.local.twilio;
  const authorization = `Basic ${Buffer.from(`${keys.twilioAccountSid}:${keys.twilioAuthToken}`).toString('base64')}`;
  const under = `${twilio}/2010-04-01/Accounts/${keys.twilioAccountSid}`;
  const read = async (path: string, init?: RequestInit) =>
    (await (await fetch(`${under}${path}`, { headers: { authorization }, ...init })).json()) as Record<string, unknown>;
  const found = (await read('/AvailablePhoneNumbers/AU/Mobile.json')) as { available_phone_numbers: { phone_number: string }[] };
  const e164 = found.available_phone_numbers[0]?.phone_number ?? '';
  const body = new URLSearchParams({
    PhoneNumber: e164,
    FriendlyName: 'Kim',
    SmsUrl: smsUrl,
    SmsMethod: 'GET',
    BundleSid: bundleSid,
    AddressSid: addressSid,
  });
  const { sid } = await read('/IncomingPhoneNumbers.json', { method: 'POST', body });
  return { sid: String(sid), e164 };
}
const bills = () => pipeline.laptop.twilio.ledger().filter(({ kind }) => kind === 'purchase').length;

describe('runs that stopped weeks ago', () => {
  let unbought: ClientJourney;
  let unwelcomed: ClientJourney;
  let silent: ClientJourney;
  let early: { code: number; out: string };

  beforeAll(async () => {
    unbought = await stoppedAt('provision-number', 'PurchasesDisabled');
    unwelcomed = await stoppedAt('send-welcome', 'EmailRefused');
    silent = await pipeline.paid();
    early = await reissue(unbought, '--yes');
    // The wait for a form fails after 30 days, and can be redriven for 14.
    await pipeline.pass(30 * DAY + HOUR);
    await pipeline.pass(15 * DAY);
  });

  test('a run that failed weeks ago goes on in a new execution: the client goes live with one number and each mail once', async () => {
    const client = unbought;
    expect(early).toMatchObject({ code: 1, out: expect.stringContaining('can still be redriven until') });
    await expect(pipeline.redrive(client)).rejects.toMatchObject({ name: 'ExecutionNotRedrivable' });
    const { runId, executionArn: old } = await pipeline.run(client);
    expect(await reissue(client)).toMatchObject({
      code: 1,
      out: expect.stringMatching(/one Australian number, US\$[\d.]+.*Nothing was done/s),
    });
    expect(await executionOf(client)).toBe(old);

    const both = await Promise.all([reissue(client, '--yes', '--json'), reissue(client, '--yes', '--json')]);
    expect(both.filter(({ code }) => code === 0).length).toBeGreaterThan(0);
    await pipeline.settle(HOUR);
    expect(await executionOf(client)).toMatch(new RegExp(`:${client.invoiceId}-r2$`));
    expect(pipeline.executions(client.invoiceId)).toEqual(['FAILED ProvisionNumber', 'RUNNING WaitForDay1']);

    expect(pipeline.purchases(runId)).toHaveLength(1);
    await client.signIn();
    await client.beTexted();
    await pipeline.pass(8 * DAY);
    expect(pipeline.executions(client.invoiceId)).toEqual(['FAILED ProvisionNumber', 'SUCCEEDED']);
    const mails = await pipeline.mails(client.client.email);
    expect(mails.filter((template) => template === 'confirmation' || template === 'welcome')).toEqual(['confirmation', 'welcome']);
    expect(new Set(mails).size).toBe(mails.length);
    const report = await pipeline.laptop.runs.run(runId);
    expect(report).toMatchObject({ status: 'completed', stepsDone: 16 });
    expect(report?.steps.find(({ step }) => step === 'SendConfirmation')?.attempts).toBe(1);
  });

  test('a form that nobody sent for six weeks is awaited again, and comes by a fresh link', async () => {
    const client = silent;
    expect(await pipeline.stands(client)).toBe('FAILED AwaitOnboarding');
    expect(await reissue(client, '--yes')).toMatchObject({ code: 0, out: expect.stringContaining('fresh link') });
    await pipeline.settle(60);
    expect(pipeline.executions(client.invoiceId)).toEqual(['FAILED AwaitOnboarding', 'RUNNING AwaitOnboarding']);
    await pipeline.submit(`${await pipeline.link(client.client.email, '/onboarding/')}/renew`, {});
    await pipeline.settle(60);
    await client.fillForm();
    await pipeline.settle(HOUR);
    expect(pipeline.executions(client.invoiceId)).toEqual(['FAILED AwaitOnboarding', 'RUNNING WaitForDay1']);
  });

  test('a first week that is over is not made up for, and the check times are those of going live', async () => {
    const client = unwelcomed;
    const { report } = await pipeline.run(client);
    expect(await reissue(client, '--yes')).toMatchObject({ code: 0 });
    await pipeline.settle(HOUR);
    expect(pipeline.executions(client.invoiceId)).toEqual(['FAILED SendWelcome', 'SUCCEEDED']);
    const after = await pipeline.laptop.runs.run(report?.runId ?? '');
    expect(after?.checksScheduled).toEqual(report?.checksScheduled);
    expect(after?.steps.find(({ step }) => step === 'FollowUp')?.evidence).toMatchObject({ skipped: 'late' });
    expect(await pipeline.mails(client.client.email)).toEqual(['confirmation', 'welcome']);
  });
});

test('a run that failed at its test SMS is tested anew, and its old execution can do nothing any more', async () => {
  await fault('verify-system', 'ReplyInappropriate');
  const client = await pipeline.onboarded();
  expect(await pipeline.stands(client)).toBe('FAILED VerifySystem');
  await pipeline.laptop.kernel.faults.clear();
  const { executionArn: old, runId } = await pipeline.run(client);
  expect(await reissue(client, '--yes', '--force')).toMatchObject({ code: 0 });
  await pipeline.sfn.send(new RedriveExecutionCommand({ executionArn: old }));
  await pipeline.settle(HOUR);
  expect(pipeline.executions(client.invoiceId)).toEqual(['FAILED VerifySystem', 'RUNNING WaitForDay1']);
  expect(pipeline.notices(client.invoiceNumber).some(({ body }) => body.includes("Don't redrive"))).toBe(true);
  const tests = await pipeline.rows('messages', { direction: 'inbound' });
  const bodies = tests.map(({ body }) => String(body)).filter((body) => body.startsWith('CoreSentia test'));
  expect(bodies.some((body) => /-1:/.test(body))).toBe(true);
  expect((await pipeline.laptop.runs.run(runId))?.steps.find(({ step }) => step === 'SendTestSms')?.attempts).toBe(1);
});

test('a re-issue that died between claim and start is finished by the next one', async () => {
  await fault('create-login', 'LoginConflict');
  const client = await pipeline.onboarded();
  await pipeline.laptop.kernel.faults.clear();
  const { executionArn: old, runId } = await pipeline.run(client);
  const to = old.replace(/:[^:]+$/, `:${client.invoiceId}-r2`);
  const { error } = await pipeline.db.rpc('reissue_run', {
    p_run_id: runId,
    p_from_execution_id: old,
    p_to_execution_id: to,
    p_by: 'Pat',
    p_now: new Date().toISOString(),
  });
  expect(error).toBeNull();
  expect(await reissue(client, '--yes')).toMatchObject({ code: 0, out: expect.stringContaining('never started') });
  await pipeline.settle(HOUR);
  expect(pipeline.executions(client.invoiceId)).toEqual(['FAILED CreateLogin', 'RUNNING WaitForDay1']);
  expect(await executionOf(client)).toBe(to);
});

describe('a client that was set up by hand', () => {
  const email = 'kim@harbour.example';
  const lead = '+61491577001';
  let old: ScriptedServer;
  let number: { sid: string; e164: string };
  let businessId: string;
  let file: string;

  beforeAll(async () => {
    old = await scriptedServer();
    number = await boughtByHand(`${old.url}/sms`);
    const { data } = await pipeline.db
      .from('businesses')
      .insert({ business_name: 'Harbour Plumbing', phone_number: number.e164 })
      .select('id')
      .single();
    businessId = String(data?.id);
    await pipeline.db.auth.admin.createUser({ email, email_confirm: true });
    file = join(pipeline.dataDir, 'clients.csv');
    const columns = {
      business_name: 'Harbour Plumbing',
      first_name: 'Kim',
      last_name: 'Lee',
      email,
      mobile: '0491 577 002',
      phone_number: number.e164,
      services: '"Taps, drains"',
      suburb: 'Manly',
      state: 'NSW',
      postcode: '2095',
      xero_contact_id: '7d9d4b52-0000-4000-8000-00000000000a',
      live_at: '2025-03-01',
      working_hours: 'mon-sun 00:00-23:59',
    };
    writeFileSync(file, `${Object.keys(columns).join(',')}\r\n${Object.values(columns).join(',')}\r\n`);
  });
  afterAll(() => old.close());

  const atTwilio = () => pipeline.laptop.twilio.numbers().find(({ sid }) => sid === number.sid);
  /** Of the audits, drift among them. */
  const findings = () => pipeline.rows('audit_findings', { subject: number.sid });
  const state = async () => (await pipeline.rows('phone_numbers', { e164: number.e164 }))[0]?.['state'];
  /** A lead texts; the hand-made system answers `sorry` if it is asked. */
  async function text(body: string): Promise<{ wasOurs: boolean }> {
    const before = old.requests.length;
    old.script({ status: 200, headers: { 'content-type': 'text/plain' }, body: 'old system' });
    await pipeline.laptop.twilio.sendFromHandset({ from: lead, to: number.e164, body });
    await pipeline.settle(60);
    return { wasOurs: old.requests.length === before };
  }
  const stored = async () => (await pipeline.rows('messages', { business_id: businessId, direction: 'inbound' })).map(({ body }) => body);
  const answers = () =>
    pipeline.laptop.twilio
      .phone(lead)
      .filter(({ direction }) => direction === 'received')
      .map(({ body }) => body);

  test('is adopted with its own rows and login; nothing is bought, mailed or changed at Twilio', async () => {
    const before = { bills: bills(), mails: pipeline.laptop.aws.mailbox().length, number: atTwilio() };
    const dry = await pipeline.operator('adopt', file, '--dry-run');
    expect(dry).toMatchObject({
      code: 0,
      out: expect.stringMatching(/would be adopted, business taken over, login linked[^]*Nothing was changed/),
    });
    expect(await state()).toBeUndefined();
    expect(await pipeline.operator('adopt', file)).toMatchObject({ code: 0, out: expect.stringContaining('adopted, business taken over') });
    const again = await pipeline.operator('adopt', file, '--json');
    expect(JSON.parse(again.out)).toMatchObject({ results: [{ outcome: 'already', businessId }] });
    await pipeline.pass(2 * HOUR);
    expect({ bills: bills(), mails: pipeline.laptop.aws.mailbox().length, number: atTwilio() }).toEqual(before);
    expect(await state()).toBe('adopted');
    expect(await pipeline.rows('business_members', { business_id: businessId })).toEqual([expect.objectContaining({ role: 'owner' })]);
    const [run] = (await pipeline.laptop.runs.runs()).filter(({ phoneNumber }) => phoneNumber === number.e164);
    expect(run).toMatchObject({ status: 'completed', executionId: null, businessName: 'Harbour Plumbing', stepsDone: 16 });
    expect(pipeline.notices(run?.invoiceNumber ?? '')).toEqual([]);
    expect(await findings()).toEqual([]);
  });

  test('what is texted to the number before it moves is the hand-made system’s, and is not answered by us later', async () => {
    expect(await text('before the move')).toEqual({ wasOurs: false });
    await pipeline.pass(2 * HOUR);
    expect(await text('just before the move')).toEqual({ wasOurs: false });
    expect(await stored()).toEqual([]);
  });

  test('the number moves: a dry run changes nothing, a lost answer is made good, and leads get our answer', async () => {
    expect(await pipeline.operator('move-number', '--list')).toMatchObject({
      code: 0,
      out: expect.stringContaining('1 of them still to move'),
    });
    const before = atTwilio();
    const dry = await pipeline.operator('move-number', '--next', '--dry-run');
    expect(dry.out).toMatch(new RegExp(`sms_url\\s+now:  ${old.url}/sms\\s+then: ${pipeline.endpoints.smsWebhook}#rc=2&rp=all`));
    expect(await pipeline.operator('move-number', '--next')).toMatchObject({
      code: 1,
      out: expect.stringContaining('Nothing was changed'),
    });
    expect(atTwilio()).toEqual(before);

    await pipeline.arm({ vendor: 'twilio', call: 'updateNumber', mode: 'lose-response' });
    expect(await pipeline.operator('move-number', '--next', '--yes')).toMatchObject({
      code: 1,
      out: expect.stringContaining('gave no answer'),
    });
    expect(await state()).toBe('adopted');
    expect(await pipeline.operator('move-number', number.e164, '--yes')).toMatchObject({
      code: 0,
      out: expect.stringContaining('is ours now'),
    });
    expect(await state()).toBe('configured');
    expect(await pipeline.operator('move-number', '--next')).toMatchObject({
      code: 0,
      out: expect.stringContaining('Every adopted number has moved'),
    });

    expect(await text('Hello, my tap drips. Can you come?')).toEqual({ wasOurs: true });
    await pipeline.pass(2 * HOUR);
    expect(await stored()).toEqual(['Hello, my tap drips. Can you come?']);
    expect(answers().filter((body) => body === 'old system')).toHaveLength(2);
    expect(answers()).toHaveLength(3);
    expect(answers().at(-1)).toContain('Harbour Plumbing');
    expect(await findings()).toEqual([]);
  });

  test('undo gives Twilio back exactly what was there, and the hand-made system its leads', async () => {
    expect(await pipeline.operator('move-number', number.e164, '--undo', '--yes')).toMatchObject({
      code: 0,
      out: expect.stringContaining('as it was before'),
    });
    expect(atTwilio()).toMatchObject({
      friendlyName: 'Kim',
      smsUrl: `${old.url}/sms`,
      smsMethod: 'GET',
      smsFallbackUrl: '',
      voiceUrl: '',
      statusCallback: '',
    });
    expect(await state()).toBe('adopted');
    expect(await text('after the undo')).toEqual({ wasOurs: false });
    await pipeline.pass(2 * HOUR);
    expect(await stored()).toHaveLength(1);
    expect(await findings()).toEqual([]);
    const again = await pipeline.operator('move-number', number.e164, '--undo', '--yes');
    expect(again).toMatchObject({ code: 1, out: expect.stringContaining('nothing to go back to') });
  });

  test('leaves only after the move: then we say honestly that nobody reads, and an undo leaves us and the hand-made system as they were', async () => {
    const maya = await pipeline.hire('Maya');
    const [row] = await pipeline.rows('phone_numbers', { e164: number.e164 });
    const page = `${pipeline.endpoints.portal}/operator/runs/${String(row?.['run_id'])}/offboarding`;
    const leave = () => maya.submit(page, { confirmation: 'Harbour Plumbing', reason: 'sold' });
    expect((await maya.open(page)).html).toContain(`npm run move-number -- ${number.e164}`);
    expect((await leave()).html).toContain('still points at the hand-made system');
    expect(await pipeline.rows('offboardings')).toEqual([]);

    expect(await pipeline.operator('move-number', number.e164, '--yes')).toMatchObject({ code: 0 });
    expect((await leave()).html).toContain('The offboarding has started');
    await pipeline.settle();
    expect(await state()).toBe('quarantined');
    expect(await text('is anybody there')).toEqual({ wasOurs: true });
    expect(answers().at(-1)).toContain('is no longer in use');
    await pipeline.pass(2 * HOUR);
    expect((await findings()).filter(({ resolved_at }) => resolved_at === null)).toEqual([]);
    expect(await pipeline.operator('move-number', number.e164, '--undo', '--yes')).toMatchObject({
      code: 1,
      out: expect.stringContaining('is no adopted number'),
    });

    const [offboarding] = await pipeline.rows('offboardings');
    await maya.submit(`${page}/${String(offboarding?.['id'])}/undo`, {});
    await pipeline.settle();
    expect(await state()).toBe('configured');
    expect(await pipeline.operator('move-number', number.e164, '--undo', '--yes')).toMatchObject({ code: 0 });
    expect(atTwilio()).toMatchObject({ friendlyName: 'Kim', smsUrl: `${old.url}/sms`, smsMethod: 'GET' });
    expect(await text('back at the old one')).toEqual({ wasOurs: false });
  });
});
