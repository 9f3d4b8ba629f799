/** Step 3: exactly one number, whatever Twilio does. */
import type { ClientJourney } from '../../local/rehearsal/client-journey';
import { DAY, HOUR, usePipeline } from './stack';

const pipeline = usePipeline();

/** The one number that was bought for the client, and everything about it that must be so. */
async function numberOf(client: ClientJourney) {
  const { runId, report, status } = await pipeline.run(client);
  const phoneNumber = report?.phoneNumber;
  expect(status).toBe('RUNNING');
  const bought = pipeline.purchases(runId);
  expect(bought.map((entry) => entry.phoneNumber)).toEqual([phoneNumber]);
  const owned = pipeline.laptop.twilio.numbers().filter(({ friendlyName }) => friendlyName === `run-${runId}`);
  expect(owned).toEqual([
    expect.objectContaining({
      phoneNumber,
      smsUrl: expect.stringContaining(pipeline.endpoints.smsWebhook),
      smsMethod: 'POST',
      smsFallbackUrl: expect.stringContaining('/api/sms/fallback'),
      voiceUrl: expect.stringContaining('/api/voice/webhook'),
    }),
  ]);
  const rows = await pipeline.rows('phone_numbers', { run_id: runId });
  expect(rows.filter(({ state }) => state !== 'released')).toEqual([expect.objectContaining({ e164: phoneNumber, state: 'configured' })]);
  return phoneNumber;
}

/** A run that failed in place at ProvisionNumber, with one alert that says what to do. */
async function failureOf(client: ClientJourney) {
  expect(await pipeline.stands(client)).toBe('FAILED ProvisionNumber');
  const { error = '' } = await pipeline.describe(client);
  const alerts = pipeline.notices(client.invoiceNumber);
  expect(alerts).toHaveLength(1);
  expect(alerts[0]?.subject).toContain('ProvisionNumber');
  expect(alerts[0]?.body).toContain(error);
  expect(alerts[0]?.body).toMatch(/Do: +\w/);
  expect(alerts[0]?.body).toMatch(/buys.*\nCosts: +about US\$8\.25 a month.*\nNot repeated: .*the confirmation mail, the onboarding form/);
  expect(alerts[0]?.body).toContain((await pipeline.run(client)).executionArn);
  expect(pipeline.purchases((await pipeline.run(client)).runId)).toEqual([]);
  return error;
}

/** Mended and redriven, the same run goes on to live. */
async function afterRedrive(client: ClientJourney) {
  await pipeline.laptop.kernel.faults.clear();
  await pipeline.redrive(client);
  await pipeline.settle();
  expect(pipeline.notices(client.invoiceNumber)).toHaveLength(1);
  expect(await numberOf(client)).toMatch(/^\+614/);
  return pipeline.stands(client);
}

test('the answer to a purchase is lost, again and again: one number is bought', async () => {
  await pipeline.arm({ vendor: 'twilio', call: 'createNumber', mode: 'lose-response', times: 3 });
  expect(await numberOf(await pipeline.onboarded())).toMatch(/^\+614/);
});

test.each(['refuse', 'server-error', 'rate-limit', 'malformed'] as const)(
  'Twilio fails for a while (%s): one number is bought',
  async (mode) => {
    await pipeline.arm({ vendor: 'twilio', mode, times: 4 });
    expect(await numberOf(await pipeline.onboarded())).toMatch(/^\+614/);
  },
);

test('the function dies after the purchase: the next attempt finds the number', async () => {
  await pipeline.arm({ vendor: 'lambda', call: 'provision-number', mode: 'lose-response', times: 3 });
  expect(await numberOf(await pipeline.onboarded())).toMatch(/^\+614/);
});

test('the database fails right after the purchase: one number is bought', async () => {
  await pipeline.arm({ vendor: 'supabase', call: 'rpc/record_number', mode: 'server-error', times: 3 });
  expect(await numberOf(await pipeline.onboarded())).toMatch(/^\+614/);
});

test('a number that somebody else buys between search and purchase is given up for the next', async () => {
  await pipeline.arm({ vendor: 'twilio', call: 'createNumber', mode: 'reject', code: '21422', times: 2 });
  const client = await pipeline.onboarded();
  expect(await numberOf(client)).toMatch(/^\+614/);
  const { runId } = await pipeline.run(client);
  const released = (await pipeline.rows('phone_numbers', { run_id: runId })).filter(({ state }) => state === 'released');
  expect(released).toHaveLength(2);
});

test('two clients at the same moment get a number each', async () => {
  const clients = [pipeline.client(), pipeline.client(), pipeline.client()];
  await Promise.all(clients.map((client) => client.payDeposit()));
  await pipeline.settle();
  await Promise.all(clients.map((client) => client.fillForm()));
  await pipeline.settle();
  const numbers: (string | null | undefined)[] = [];
  for (const client of clients) numbers.push(await numberOf(client));
  expect(new Set(numbers).size).toBe(3);
});

test('without a regulatory bundle the run fails in place, alerts once, and a redrive goes on with one number', async () => {
  await pipeline.arm({ vendor: 'twilio', call: 'createNumber', mode: 'reject', code: '21649', times: 10 });
  const client = await pipeline.onboarded();
  expect(await failureOf(client)).toBe('RegulatoryBundleRequired');
  expect(await afterRedrive(client)).toBe('RUNNING WaitForDay1');
});

test('the kill switch stops every purchase until it is off again', async () => {
  const settings = pipeline.db.from('system_settings');
  await settings.update({ purchases_enabled: false }).eq('only_row', true);
  const client = await pipeline.onboarded();
  await settings.update({ purchases_enabled: true }).eq('only_row', true);
  expect(await failureOf(client)).toBe('PurchasesDisabled');
  expect(await afterRedrive(client)).toBe('RUNNING WaitForDay1');
});

test("today's cap stops purchases until tomorrow", async () => {
  await pipeline.pass(DAY); // nothing was bought on this day yet
  const settings = pipeline.db.from('system_settings');
  await settings.update({ daily_number_cap: 1 }).eq('only_row', true);
  expect(await numberOf(await pipeline.onboarded())).toMatch(/^\+614/);
  const client = await pipeline.onboarded();
  expect(await failureOf(client)).toBe('DailyNumberCapReached');
  await pipeline.pass(DAY);
  expect(await afterRedrive(client)).toBe('RUNNING WaitForDay1');
  await settings.update({ daily_number_cap: 1000 }).eq('only_row', true);
});

test('no mobile for sale fails as NumberUnavailable; a landline is not bought instead', async () => {
  await pipeline.laptop.twilio.sellOut('mobile');
  const client = await pipeline.onboarded();
  await pipeline.laptop.twilio.sellOut('mobile', false);
  expect(await failureOf(client)).toBe('NumberUnavailable');
  expect(await afterRedrive(client)).toBe('RUNNING WaitForDay1');
});

test('too little money at Twilio buys nothing, and a redrive after a payment does', async () => {
  const { twilio } = pipeline.laptop;
  await twilio.setBalance(28);
  const client = await pipeline.onboarded();
  await twilio.setBalance(1000);
  expect(await failureOf(client)).toBe('BalanceTooLow');
  expect(await afterRedrive(client)).toBe('RUNNING WaitForDay1');
});

test('a number that has become too dear is not bought until the operator allows it', async () => {
  const { twilio } = pipeline.laptop;
  await twilio.setNumberPrice('mobile', 16);
  const client = await pipeline.onboarded();
  expect(await failureOf(client)).toBe('NumberPriceTooHigh');
  await pipeline.db.from('system_settings').update({ price_ceiling_cents: 1600 }).eq('only_row', true);
  expect(await afterRedrive(client)).toBe('RUNNING WaitForDay1');
  await twilio.setNumberPrice('mobile', 8.25);
});

test('a redrive after a purchase that nobody recorded is not stopped by an empty account', async () => {
  const { twilio } = pipeline.laptop;
  await pipeline.arm({ vendor: 'supabase', call: 'rpc/record_number', mode: 'server-error', times: 20 });
  const client = await pipeline.onboarded();
  expect(await pipeline.stands(client)).toBe('FAILED ProvisionNumber');
  await pipeline.laptop.kernel.faults.clear();
  await twilio.setBalance(0);
  await pipeline.redrive(client);
  await pipeline.settle();
  expect(await numberOf(client)).toMatch(/^\+614/);
  await twilio.setBalance(1000);
});

test('a failure whose event told nobody is told of by the hourly audit, once', async () => {
  await pipeline.arm({ vendor: 'lambda', call: 'alert-operator', mode: 'reject', code: 'TypeError', times: 3 });
  await pipeline.arm({ vendor: 'twilio', call: 'createNumber', mode: 'reject', code: '21649', times: 1 });
  const client = await pipeline.onboarded();
  expect(await pipeline.stands(client)).toBe('FAILED ProvisionNumber');
  expect(pipeline.notices(client.invoiceNumber)).toEqual([]);
  await pipeline.pass(2 * HOUR);
  expect(await failureOf(client)).toBe('RegulatoryBundleRequired');
  await pipeline.pass(2 * HOUR);
  expect(await afterRedrive(client)).toBe('RUNNING WaitForDay1');
});

test('a Twilio account that is suspended fails as VendorAccountProblem', async () => {
  const client = await pipeline.paid();
  await pipeline.laptop.twilio.suspendAccount();
  await client.fillForm();
  await pipeline.settle();
  await pipeline.laptop.twilio.suspendAccount(false);
  expect(await failureOf(client)).toBe('VendorAccountProblem');
  expect(await afterRedrive(client)).toBe('RUNNING WaitForDay1');
});

/** As somebody does in Twilio's console. */
async function pointAt(numberSid: string, smsUrl: string) {
  const { twilio, keys } = pipeline.endpoints;
  const authorization = `Basic ${Buffer.from(`${keys.twilioAccountSid}:${keys.twilioAuthToken}`).toString('base64')}`;
  const url = `${twilio}/2010-04-01/Accounts/${keys.twilioAccountSid}/IncomingPhoneNumbers/${numberSid}.json`;
  expect((await fetch(url, { method: 'POST', headers: { authorization }, body: new URLSearchParams({ SmsUrl: smsUrl }) })).status).toBe(
    200,
  );
}

const openFindings = async () =>
  (await pipeline.rows('audit_findings')).flatMap(({ kind, subject, resolved_at: resolvedAt }) =>
    resolvedAt === null ? [`${String(kind)} ${String(subject)}`] : [],
  );

test('the hourly audit finds nothing after all that, then a number that somebody points elsewhere, once, until it is mended', async () => {
  const client = await pipeline.onboarded();
  const [number] = pipeline.laptop.twilio.numbers().filter(({ friendlyName }) => friendlyName.startsWith('run-'));
  const { sid = '', smsUrl = '' } = number ?? {};
  await pipeline.pass(2 * HOUR);
  expect(await openFindings()).toEqual([]);
  expect((await pipeline.rows('audit_rounds')).map(({ audit }) => audit)).toHaveLength(5);
  await pointAt(sid, 'https://elsewhere.example/sms');
  await pipeline.pass(HOUR);
  await pipeline.pass(HOUR);
  expect(await openFindings()).toEqual([`number-misrouted ${sid}`]);
  expect(pipeline.notices('does not point where it should').map(({ body }) => body)).toEqual([
    expect.stringContaining(`${sid} has another smsUrl than ours`),
  ]);
  expect(await pipeline.operator('audit')).toMatchObject({ code: 1, out: expect.stringContaining(`${sid} has another smsUrl than ours`) });
  expect(pipeline.laptop.twilio.numbers().find((one) => one.sid === sid)?.smsUrl).toBe('https://elsewhere.example/sms');
  expect(await pipeline.operator('audit', '--repair-webhooks', '--yes', '--json')).toMatchObject({
    code: 0,
    out: expect.stringContaining('"repaired": ['),
  });
  expect(pipeline.laptop.twilio.numbers().find((one) => one.sid === sid)?.smsUrl).toBe(smsUrl);
  expect(await pipeline.rows('audit_log', { action: 'pointed the number at us again' })).toEqual([
    expect.objectContaining({ actor: 'Pat' }),
  ]);
  await pipeline.pass(HOUR);
  expect(await openFindings()).toEqual([]);
  expect(await pipeline.stands(client)).toMatch(/^RUNNING Wait/);
});
