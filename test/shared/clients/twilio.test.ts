import { twilioTelephony } from '../../../shared/clients/twilio';
import type { Telephony } from '../../../shared/ports/twilio';
import { errorOf } from '../../support/error-of';
import { deadUrl, type Scripted, type ScriptedServer, scriptedServer } from '../../support/scripted-server';

const accountSid = 'AC00000000000000000000000000000001';
const authToken = 'our-auth-token';
const webhooks = {
  smsUrl: 'https://a.example/sms#rc=2',
  smsFallbackUrl: 'https://a.example/fallback',
  voiceUrl: 'https://a.example/voice',
  statusCallback: 'https://a.example/voice-status',
};
const order = { e164: '+61480000001', tag: 'run-1', webhooks, bundleSid: 'BU1', addressSid: 'AD1' };
const number = {
  sid: 'PN1',
  phone_number: '+61480000001',
  friendly_name: 'run-1',
  sms_url: webhooks.smsUrl,
  sms_method: 'POST',
  sms_fallback_url: webhooks.smsFallbackUrl,
  voice_url: webhooks.voiceUrl,
  status_callback: webhooks.statusCallback,
  capabilities: { voice: true, sms: true, mms: false },
};
const owned = { sid: 'PN1', e164: '+61480000001', tag: 'run-1', smsMethod: 'POST', ...webhooks };
const page = (key: string, rows: unknown[]): Scripted => ({
  status: 200,
  body: { [key]: rows, next_page_uri: null, page: 0, page_size: 50 },
});
const refusal = (status: number, code: number): Scripted => ({
  status,
  body: { code, message: `about +61480000001`, more_info: `https://www.twilio.com/docs/errors/${code}`, status },
});

let server: ScriptedServer;
beforeEach(async () => {
  server = await scriptedServer();
});
afterEach(() => server.close());
const client = (apiUrl = server.url): Telephony => twilioTelephony({ accountSid, authToken, apiUrl, timeoutMs: 300 });

test('a connection that was closed since the last text leaves no text in doubt', async () => {
  server.forgetConnections();
  const taken = { status: 201, body: { sid: 'SM1' } };
  server.script(taken, taken);
  const twilio = client();
  const send = () => twilio.sendText({ from: '+61480000001', to: '+61491570156', body: 'Hi', statusUrl: 'https://a.example/status' });
  expect([await send(), await send()]).toEqual([{ messageSid: 'SM1' }, { messageSid: 'SM1' }]);
});

test('finds the number with exactly this tag', async () => {
  server.script(page('incoming_phone_numbers', [{ ...number, friendly_name: 'run-10' }, number]));
  expect(await client().findByTag('run-1')).toEqual(owned);
  expect(server.requests[0]).toMatchObject({ path: `/2010-04-01/Accounts/${accountSid}/IncomingPhoneNumbers.json` });
  expect(server.requests[0]?.query.get('FriendlyName')).toBe('run-1');
});

test('finds nothing when nothing is ours', async () => {
  server.script(page('incoming_phone_numbers', []), page('incoming_phone_numbers', []));
  expect(await client().findByTag('run-1')).toBeUndefined();
  expect(await client().findByNumber('+61480000001')).toBeUndefined();
});

const sale = (last: number, changes: object) => ({ phone_number: `+6148000000${last}`, beta: false, ...changes });

test('offers numbers that do SMS, however Twilio spells it, proven ones first', async () => {
  server.script(
    page('available_phone_numbers', [
      sale(1, { beta: true, capabilities: { SMS: true } }),
      sale(2, { capabilities: { SMS: true, MMS: false } }),
      sale(3, { capabilities: { voice: true, SMS: false } }),
      sale(4, { capabilities: { sms: true } }),
    ]),
  );
  expect(await client().searchAvailable('mobile')).toEqual(['+61480000002', '+61480000004', '+61480000001']);
  expect(server.requests[0]?.path).toBe(`/2010-04-01/Accounts/${accountSid}/AvailablePhoneNumbers/AU/Mobile.json`);
});

test('buys exactly the number that was chosen, tagged and pointed at our webhooks', async () => {
  server.script({ status: 201, body: number });
  expect(await client().buy(order)).toEqual(owned);
  expect(Object.fromEntries(new URLSearchParams(server.requests[0]?.body))).toEqual({
    PhoneNumber: '+61480000001',
    FriendlyName: 'run-1',
    SmsUrl: webhooks.smsUrl,
    SmsMethod: 'POST',
    SmsFallbackUrl: webhooks.smsFallbackUrl,
    SmsFallbackMethod: 'POST',
    VoiceUrl: webhooks.voiceUrl,
    VoiceMethod: 'POST',
    StatusCallback: webhooks.statusCallback,
    StatusCallbackMethod: 'POST',
    BundleSid: 'BU1',
    AddressSid: 'AD1',
  });
});

test.each([21421, 21422])('error %i of a purchase means that somebody else has the number', async (code) => {
  server.script(refusal(400, code));
  expect(await client().buy(order)).toBe('taken');
});

const prices = (phone_number_prices: object[], price_unit = 'USD'): Scripted => ({
  status: 200,
  body: { country: 'Australia', iso_country: 'AU', price_unit, phone_number_prices, url: 'https://pricing.twilio.com/v1/…' },
});
const mobilePrice = { number_type: 'mobile', base_price: '9.00', current_price: '8.251' };

test('reads every page of the numbers that we own', async () => {
  const first = { incoming_phone_numbers: [number], next_page_uri: `/2010-04-01/Accounts/${accountSid}/IncomingPhoneNumbers.json?Page=1` };
  server.script({ status: 200, body: first }, page('incoming_phone_numbers', [{ ...number, sid: 'PN2', sms_url: null }]));
  expect(await client().ownedNumbers()).toEqual([owned, { ...owned, sid: 'PN2', smsUrl: '' }]);
  expect(server.requests[0]?.query.get('PageSize')).toBe('1000');
});

test.each([
  ['12.3456', 1234],
  ['0', 0],
  ['-1.239', -124],
])('a balance of %s is %i cents, rounded against us', async (balance, amountCents) => {
  server.script({ status: 200, body: { account_sid: accountSid, balance, currency: 'usd' } });
  expect(await client().balance()).toEqual({ amountCents, currency: 'USD' });
  expect(server.requests[0]?.path).toBe(`/2010-04-01/Accounts/${accountSid}/Balance.json`);
});

test.each([
  ['1.1', 110],
  ['8.251', 826],
  ['6.5', 650],
  ['0.29', 29],
])('a number at %s costs %i cents', async (current_price, amountCents) => {
  server.script(prices([{ ...mobilePrice, current_price }]));
  expect(await client().monthlyPrice('mobile')).toMatchObject({ amountCents });
});

test('a number costs what we are charged for its kind, rounded up', async () => {
  server.script(prices([{ number_type: 'Local', base_price: '3.00', current_price: 3 }, mobilePrice]), prices([mobilePrice]));
  expect(await client().monthlyPrice('mobile')).toEqual({ amountCents: 826, currency: 'USD' });
  expect(server.requests[0]?.path).toBe('/v1/PhoneNumbers/Countries/AU');
  await expect(client().monthlyPrice('local')).rejects.toMatchObject({ name: 'NumberPriceTooHigh' });
});

test.each<Scripted>([
  { status: 200, body: { account_sid: accountSid, balance: null, currency: null } },
  { status: 200, body: { account_sid: accountSid, balance: '', currency: 'USD' } },
  { status: 200, body: { account_sid: accountSid } },
  refusal(404, 20404),
])('an account that has no balance of its own is refused with what to do about it', async (answer) => {
  server.script(answer);
  const error = await errorOf(client().balance());
  expect(error.name).toBe('BalanceTooLow');
  expect(error.everything).toContain('balance_floor_cents');
});

test.each([
  [{ sms_application_sid: 'AP1' }, { smsUrl: 'AP1' }],
  [{ voice_application_sid: 'AP1' }, { voiceUrl: 'AP1' }],
  [{ trunk_sid: 'TK1' }, { voiceUrl: 'TK1' }],
])('a number with %j calls that, whatever its own URLs are', async (settings, effective) => {
  server.script({ status: 200, body: { ...number, ...settings } });
  expect(await client().fetchNumber('PN1')).toEqual({ ...owned, ...effective });
});

test('a number is pointed at us without an application in the way', async () => {
  server.script({ status: 200, body: number });
  await client().configure('PN1', webhooks);
  expect(Object.fromEntries(new URLSearchParams(server.requests[0]?.body))).toMatchObject({
    SmsUrl: webhooks.smsUrl,
    SmsApplicationSid: '',
    VoiceApplicationSid: '',
  });
});

test.each<[string, Scripted, (telephony: Telephony) => Promise<unknown>]>([
  ['a balance', { status: 200, body: { balance: 'a lot', currency: 'USD' } }, (telephony) => telephony.balance()],
  ['a price', prices([{ ...mobilePrice, current_price: null }]), (telephony) => telephony.monthlyPrice('mobile')],
])('%s that is no number is read again, never taken for zero', async (_, answer, call) => {
  server.script(answer);
  expect(await errorOf(call(client()))).toMatchObject({ name: 'TransientError' });
});

const faults: [string, Scripted, { name: string; accepted?: 'no' | 'unknown' }][] = [
  ...[21649, 21631, 21615, 21650, 21651].map((code): (typeof faults)[number] => [
    `error ${code}`,
    refusal(400, code),
    { name: 'RegulatoryBundleRequired' },
  ]),
  ...[20005, 21404].map((code): (typeof faults)[number] => [`error ${code}`, refusal(403, code), { name: 'VendorAccountProblem' }]),
  ...[21211, 21408, 21606, 21610, 21614].map((code): (typeof faults)[number] => [
    `error ${code}`,
    refusal(400, code),
    { name: 'TestSmsRefused' },
  ]),
  ['error 20003', refusal(401, 20003), { name: 'VendorAccountProblem' }],
  ['401 that is no JSON', { status: 401, body: '' }, { name: 'VendorAccountProblem' }],
  ['error 20429', refusal(429, 20429), { name: 'TransientError', accepted: 'no' }],
  ['429 that is no JSON', { status: 429, body: '' }, { name: 'TransientError', accepted: 'no' }],
  ['400 with an unknown error', refusal(400, 99999), { name: 'VendorRequestRejected' }],
  ['409', refusal(409, 20409), { name: 'VendorRequestRejected' }],
  ['500', refusal(500, 20500), { name: 'TransientError', accepted: 'unknown' }],
  ['503 that is no JSON', { status: 503, body: '<html>' }, { name: 'TransientError', accepted: 'unknown' }],
  ['no answer', 'silent', { name: 'TransientError', accepted: 'unknown' }],
  ['a hang-up', 'hang-up', { name: 'TransientError', accepted: 'unknown' }],
  ['an answer that is cut', 'cut', { name: 'TransientError', accepted: 'unknown' }],
  ['an answer that stalls', 'stall', { name: 'TransientError', accepted: 'unknown' }],
  ['200 that is no JSON', { status: 200, body: '<html>hello</html>' }, { name: 'TransientError', accepted: 'unknown' }],
  ['JSON of another shape', { status: 200, body: { hello: 1, world: 2 } }, { name: 'TransientError', accepted: 'unknown' }],
];
const calls: [string, (telephony: Telephony) => Promise<unknown>][] = [
  ['buy', (telephony) => telephony.buy(order)],
  ['sendSms', (telephony) => telephony.sendSms({ from: '+61480000009', to: '+61480000001', body: 'CoreSentia test n1' })],
  ['findByTag', (telephony) => telephony.findByTag('run-1')],
  ['release', (telephony) => telephony.release('PN1')],
  ['balance', (telephony) => telephony.balance()],
  ['monthlyPrice', (telephony) => telephony.monthlyPrice('mobile')],
];

describe.each(faults)('%s', (_, answer, expected) => {
  test.each(calls)(`of %s is ${expected.name} without credentials or numbers`, async (_, call) => {
    server.script(answer);
    const error = await errorOf(call(client()));
    expect(error).toMatchObject(expected);
    expect(error.everything).not.toMatch(
      new RegExp(`${authToken}|Basic|${Buffer.from(`${accountSid}:${authToken}`).toString('base64')}|61480000001`),
    );
  });
});

test.each([429, 503])('the SDK asks once, whatever it hears (%i)', async (status) => {
  server.script(refusal(status, 20429));
  await errorOf(client().buy(order));
  expect(server.requests).toHaveLength(1);
});

test('a server that is down took nothing', async () => {
  expect(await errorOf(client(await deadUrl()).buy(order))).toMatchObject({ name: 'TransientError', accepted: 'no' });
});

test('finds the message that was sent although its response was lost', async () => {
  const message = { sid: 'SM1', body: 'CoreSentia test n1', direction: 'outbound-api' };
  server.script(page('messages', [{ ...message, sid: 'SM0', direction: 'inbound' }, { ...message, sid: 'SM2', body: 'other' }, message]));
  expect(await client().findSent({ from: '+61480000009', to: '+61480000001', body: 'CoreSentia test n1' })).toEqual({ messageSid: 'SM1' });
});

test.each([
  ['204', { status: 204, body: '' }, 'released'],
  ['404', refusal(404, 20404), 'gone'],
] as const)('a number that is given back with %s is %3$s', async (_, answer, outcome) => {
  server.script(answer);
  expect(await client().release('PN1')).toBe(outcome);
  expect(server.requests[0]).toMatchObject({
    method: 'DELETE',
    path: `/2010-04-01/Accounts/${accountSid}/IncomingPhoneNumbers/PN1.json`,
  });
});

test('configures and reads back', async () => {
  server.script({ status: 200, body: { ...number, sms_url: '' } }, { status: 200, body: number });
  expect(await client().configure('PN1', webhooks)).toEqual({ ...owned, smsUrl: '' });
  expect(await client().fetchNumber('PN1')).toEqual(owned);
});
