/** Steps 7 and 9: the end-to-end test, and the first week. */
import { DAY, HOUR, usePipeline } from './stack';

const pipeline = usePipeline();

/** Lets the days to the end of the first week pass. */
const week = () => pipeline.pass(8 * DAY);
const stepOf = async (client: Parameters<typeof pipeline.run>[0], name: string) =>
  (await pipeline.run(client)).report?.steps.find(({ step }) => step === name);

test('the reply to the test SMS takes two minutes: VerifySystem is patient, and one test SMS was sent', async () => {
  await pipeline.arm({ vendor: 'twilio', call: 'smsWebhook', mode: 'slow', slowMs: 120_000 });
  const client = await pipeline.onboarded();
  expect(await pipeline.stands(client)).toBe('RUNNING WaitForDay1');
  expect((await stepOf(client, 'VerifySystem'))?.attempts).toBeGreaterThan(3);
  const { report } = await pipeline.run(client);
  const tests = pipeline.laptop.twilio.messages().filter(({ to, direction }) => to === report?.phoneNumber && direction === 'outbound-api');
  expect(tests).toHaveLength(1);
});

test('a test SMS that got lost fails in place as ReplyPending, and a redrive goes live', async () => {
  await pipeline.arm({ vendor: 'twilio', call: 'smsWebhook', mode: 'reject' });
  const client = await pipeline.onboarded();
  expect(await pipeline.stands(client)).toBe('FAILED VerifySystem');
  expect((await pipeline.describe(client)).error).toBe('ReplyPending');
  expect(pipeline.notices(client.invoiceNumber)).toHaveLength(1);
  await pipeline.redrive(client);
  await pipeline.settle();
  expect(await pipeline.stands(client)).toBe('RUNNING WaitForDay1');
});

test('the answer to sending the test SMS is lost: it is found, not sent again', async () => {
  await pipeline.arm({ vendor: 'twilio', call: 'createMessage', mode: 'lose-response' });
  const client = await pipeline.onboarded();
  expect(await pipeline.stands(client)).toBe('RUNNING WaitForDay1');
  const { report } = await pipeline.run(client);
  const tests = pipeline.laptop.twilio.messages().filter(({ to, direction }) => to === report?.phoneNumber && direction === 'outbound-api');
  expect(tests).toHaveLength(1);
});

test('the test lead is marked as a test, with its conversation', async () => {
  const client = await pipeline.onboarded();
  const { report } = await pipeline.run(client);
  const [lead, ...more] = await pipeline.rows('leads', { business_id: report?.businessId ?? '', is_demo: false });
  expect(more).toEqual([]);
  expect(lead).toMatchObject({ is_test: true });
  const messages = await pipeline.rows('messages', { lead_id: lead?.['id'] });
  expect(new Set(messages.map(({ direction }) => direction))).toEqual(new Set(['inbound', 'outbound']));
  expect(messages).toHaveLength(2);
});

test('a client who signs in and is texted gets the follow-up and nothing else', async () => {
  const client = await pipeline.onboarded();
  await client.signIn();
  await client.beTexted();
  await week();
  expect((await pipeline.run(client)).status).toBe('SUCCEEDED');
  expect(await pipeline.mails(client.client.email)).toEqual(['confirmation', 'welcome', 'lead-alert', 'follow-up']);
  expect(pipeline.notices(client.invoiceNumber)).toEqual([]);
  const { report } = await pipeline.run(client);
  expect(report).toMatchObject({ status: 'completed', clientStatus: 'Live' });
  expect(report?.steps.every(({ status }) => status === 'done')).toBe(true);
});

test('nobody signs in and nobody texts: a nudge and a notice on day 1, tips on day 3, the follow-up on day 7', async () => {
  const client = await pipeline.onboarded();
  const { report } = await pipeline.run(client);
  const { day1At, day3At, day7At } = report?.checksScheduled ?? { day1At: '', day3At: '', day7At: '' };
  const sinceLive: string[][] = [];
  for (const dueAt of [day1At, day3At, day7At]) {
    const seconds = (Date.parse(dueAt) - Date.now()) / 1000;
    await pipeline.laptop.kernel.advance(seconds - 60);
    sinceLive.push((await pipeline.mails(client.client.email)).slice(2));
    await pipeline.pass(120);
  }
  sinceLive.push((await pipeline.mails(client.client.email)).slice(2));
  expect(sinceLive).toEqual([[], ['login-nudge'], ['login-nudge', 'sms-tips'], ['login-nudge', 'sms-tips', 'follow-up']]);
  expect(pipeline.notices(client.invoiceNumber)).toEqual([
    expect.objectContaining({ subject: expect.stringContaining('has not logged in') }),
  ]);
  expect((await pipeline.run(client)).status).toBe('SUCCEEDED');
});

test("the checks are at 10:00 in the business's own time zone", async () => {
  const perth = await pipeline.paid();
  await pipeline.submit(await pipeline.link(perth.client.email, '/onboarding/'), {
    ...perth.client.form,
    suburb: 'Fremantle',
    state: 'WA',
    postcode: '6160',
  });
  await pipeline.settle();
  const { day1At, day3At, day7At } = (await pipeline.run(perth)).report?.checksScheduled ?? { day1At: '', day3At: '', day7At: '' };
  for (const dueAt of [day1At, day3At, day7At])
    expect(
      new Date(dueAt).toLocaleTimeString('en-AU', { timeZone: 'Australia/Perth', hour: '2-digit', minute: '2-digit', hour12: false }),
    ).toBe('10:00');
});

test('a view of the dashboard by somebody else than a member does not count as a login', async () => {
  const [client, other] = [await pipeline.onboarded(), await pipeline.onboarded()];
  await other.signIn();
  await other.visit(`${pipeline.endpoints.portal}/dashboard/${(await pipeline.run(client)).report?.businessId}`);
  await pipeline.pass(2 * DAY);
  expect(await pipeline.mails(client.client.email)).toContain('login-nudge');
  expect(await pipeline.mails(other.client.email)).not.toContain('login-nudge');
});

test('a check that a redrive makes more than 36 hours late is skipped and mails nobody', async () => {
  const client = await pipeline.onboarded();
  await pipeline.arm({ vendor: 'lambda', call: 'check-login', mode: 'reject', code: 'VendorAccountProblem' });
  await pipeline.pass(DAY + 12 * HOUR);
  expect(await pipeline.stands(client)).toBe('FAILED CheckLogin');
  await pipeline.pass(2 * DAY);
  await pipeline.redrive(client);
  await pipeline.settle(60);
  expect((await stepOf(client, 'CheckLogin'))?.evidence).toMatchObject({ skipped: 'late' });
  expect(await pipeline.mails(client.client.email)).not.toContain('login-nudge');
  await week();
  expect((await pipeline.run(client)).status).toBe('SUCCEEDED');
});

test('a lead is answered once although Twilio calls twice, and a STOP is heeded', async () => {
  const client = await pipeline.onboarded();
  await client.signIn();
  const { phone } = client.client.lead;
  const answers = () =>
    pipeline.laptop.twilio.phone(phone).filter(({ direction, from }) => direction === 'received' && from === client.number);
  const sid = await pipeline.laptop.twilio.sendFromHandset({ from: phone, to: client.number, body: 'Hello, are you free on Friday?' });
  await pipeline.settle(60);
  await pipeline.laptop.twilio.redeliver(sid);
  await pipeline.settle(60);
  expect(answers()).toHaveLength(1);
  await pipeline.laptop.twilio.sendFromHandset({ from: phone, to: client.number, body: 'STOP' });
  await pipeline.settle(60);
  expect(await pipeline.rows('leads', { phone })).toEqual([expect.objectContaining({ opted_out: true })]);
});

test('the database is down while a lead texts: the fallback answers, and the message of the next one is stored', async () => {
  const client = await pipeline.onboarded();
  await client.signIn();
  const { phone } = client.client.lead;
  await pipeline.arm({ vendor: 'supabase', call: 'rpc/receive_message', mode: 'server-error', times: 5 });
  await pipeline.laptop.twilio.sendFromHandset({ from: phone, to: client.number, body: 'Anybody there?' });
  await pipeline.settle(60);
  await pipeline.laptop.kernel.faults.clear();
  const received = pipeline.laptop.twilio.phone(phone).filter(({ direction }) => direction === 'received');
  expect(received).toHaveLength(1);
  await pipeline.laptop.twilio.sendFromHandset({ from: phone, to: client.number, body: 'Second try' });
  await pipeline.settle(60);
  expect(await pipeline.rows('messages', { body: 'Second try' })).toHaveLength(1);
});
