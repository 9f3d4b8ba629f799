import { createHmac } from 'node:crypto';
import { type SupabaseProject, supabaseChecks } from '../../../../infra/operator/doctor/supabase';
import { type TwilioAccount, twilioChecks } from '../../../../infra/operator/doctor/twilio';
import { type XeroAccount, xeroChecks } from '../../../../infra/operator/doctor/xero';
import type { Ask } from '../../../../infra/operator/ask';
import { stages } from '../../../../infra/stages';
import { answering, lineOf } from './fake-ask';

const tenant = '0B8A5A3C-9F2E-0D41-4C3A-5D2E1F0A9B8C';
const key = 'the key';
const now = new Date('2026-11-22T00:00:00Z');

/** Our webhook as it should be: it takes what `signedBy` signs. */
const webhookOf = (signedBy: string | null) => async (): Promise<Ask> => async (_path, question) => {
  const right =
    signedBy === null
      ? undefined
      : createHmac('sha256', signedBy)
          .update(question?.body ?? '')
          .digest('base64');
  const signature = question?.headers?.['x-xero-signature'];
  return { status: right === undefined || signature === right ? 200 : 401, body: '' };
};

const xero = (changes: Partial<XeroAccount>): XeroAccount => ({
  token: async () => ({ status: 200, body: { access_token: 't' } }),
  api: () =>
    answering({ '/connections': [{ tenantId: tenant.toLowerCase() }], '/api.xro/2.0/Invoices?page=1&pageSize=1': { Invoices: [] } }),
  webhookKey: async () => ({ webhookKey: key }),
  webhook: webhookOf(key),
  lastWebhookAt: async () => new Date('2026-11-21T12:00:00Z'),
  tenantIds: [tenant],
  now,
  ...changes,
});
const invoicesAnswer = (given: unknown) => () => answering({ '/connections': [], '/api.xro/2.0/Invoices?page=1&pageSize=1': given });

test.each<[check: string, level: string, changes: Partial<XeroAccount>, said: RegExp]>([
  ['token', 'ok', {}, /access token/],
  ['token', 'fail', { token: async () => ({ status: 401, body: { error: 'invalid_client' } }) }, /answered 401/],
  ['token', 'fail', { token: async () => ({ status: 0, body: undefined }) }, /gave no answer/],
  ['organisation', 'ok', {}, /organisation of the deposit rule/],
  ['organisation', 'fail', { tenantIds: ['11111111-1111-1111-1111-111111111111'] }, /does not allow/],
  ['organisation', 'fail', { api: () => answering({ '/connections': [] }) }, /no organisation/],
  ['organisation', 'fail', { api: () => answering({ '/connections': 403 }) }, /answered 403/],
  ['scopes', 'ok', {}, /may read/],
  ['scopes', 'fail', { api: invoicesAnswer(403) }, /may not read/],
  ['scopes', 'fail', { api: invoicesAnswer(503) }, /answered 503/],
  ['webhook key', 'ok', {}, /takes what the key signs/],
  ['webhook key', 'fail', { webhook: webhookOf('another key') }, /refuses what the key signs/],
  ['webhook key', 'fail', { webhook: webhookOf(null) }, /takes what another key signs/],
  ['webhook key', 'fail', { webhook: async () => async () => ({ status: 500, body: '' }) }, /answered 500/],
  ['last webhook', 'ok', {}, /within a day/],
  ['last webhook', 'warn', { lastWebhookAt: async () => null }, /no webhook has come/],
  ['last webhook', 'warn', { lastWebhookAt: async () => new Date('2026-10-01T00:00:00Z') }, /52 days ago/],
])('Xero %s: %s', async (check, ...[level, changes, said]) => {
  const line = await lineOf(xeroChecks(xero(changes)), check);
  expect(line).toMatchObject({ level, what: expect.stringMatching(said) });
  expect(line.todo === undefined).toBe(level === 'ok');
});

const account = '/2010-04-01/Accounts/AC1';
const { twilio: settings } = stages.local;
const testNumber = { phone_number: settings.testNumber, capabilities: { SMS: true } };
const bought = {
  phone_number: '+61480000001',
  friendly_name: 'run-1',
  sms_url: 'https://sms.test/api/sms/webhook#rc=2&rp=all',
  sms_method: 'POST',
  sms_fallback_url: 'https://f.test',
};
const byNumber = `${account}/IncomingPhoneNumbers.json?PhoneNumber=${encodeURIComponent(settings.testNumber)}`;
const all = `${account}/IncomingPhoneNumbers.json?PageSize=1000`;
const bundlePath = `/v2/RegulatoryCompliance/Bundles/${settings.bundleSid}`;
const addressPath = `${account}/Addresses/${settings.addressSid}.json`;
const geo = '/v1/Messaging/GeoPermissions?CountryCode=AU';
const goodTwilio = {
  [`${account}.json`]: { status: 'active', type: 'Full' },
  [`${account}/Balance.json`]: { balance: '120.50', currency: 'USD' },
  [bundlePath]: { status: 'twilio-approved' },
  [addressPath]: { iso_country: 'AU', validated: true },
  [byNumber]: { incoming_phone_numbers: [testNumber] },
  [geo]: { permissions: [{ country_code: 'AU', enabled: true }] },
  [all]: { incoming_phone_numbers: [testNumber, bought] },
};
const twilio = (answers: Record<string, unknown>, changed: Partial<TwilioAccount['settings']> = {}): TwilioAccount => ({
  accountSid: async () => 'AC1',
  ask: async () => answering({ ...goodTwilio, ...answers }),
  settings: { ...settings, ...changed },
  smsWebhookUrl: async () => 'https://sms.test/api/sms/webhook',
});

test.each<[check: string, level: string, account: TwilioAccount, said: RegExp]>([
  ['credentials', 'ok', twilio({}), /active/],
  ['credentials', 'fail', twilio({ [`${account}.json`]: 401 }), /answered 401/],
  ['credentials', 'fail', twilio({ [`${account}.json`]: { status: 'suspended', type: 'Full' } }), /is suspended/],
  ['credentials', 'fail', twilio({ [`${account}.json`]: { status: 'active', type: 'Trial' } }), /trial/],
  ['balance', 'ok', twilio({}), /120\.50 USD/],
  ['balance', 'warn', twilio({ [`${account}/Balance.json`]: { balance: '20', currency: 'USD' } }), /is little/],
  ['balance', 'fail', twilio({ [`${account}/Balance.json`]: { balance: '3.2', currency: 'USD' } }), /will not pay/],
  ['bundle', 'ok', twilio({}), /approved/],
  ['bundle', 'fail', twilio({ [bundlePath]: { status: 'in-review' } }), /is in-review/],
  ['bundle', 'fail', twilio({ [bundlePath]: 404 }), /does not know/],
  ['bundle', 'fail', twilio({}, { bundleSid: '' }), /no bundle is set/],
  ['address', 'ok', twilio({}), /Australian/],
  ['address', 'fail', twilio({ [addressPath]: { iso_country: 'US' } }), /is in US/],
  ['address', 'warn', twilio({ [addressPath]: { iso_country: 'AU', validated: false } }), /not validated/],
  ['address', 'fail', twilio({ [addressPath]: 404 }), /does not know/],
  ['test number', 'ok', twilio({}), /does SMS/],
  ['test number', 'fail', twilio({ [byNumber]: { incoming_phone_numbers: [] } }), /not of this account/],
  ['test number', 'fail', twilio({ [byNumber]: { incoming_phone_numbers: [{ ...testNumber, capabilities: { sms: false } }] } }), /no SMS/],
  ['geo permission', 'ok', twilio({}), /allowed/],
  ['geo permission', 'fail', twilio({ [geo]: { permissions: [{ country_code: 'AU', enabled: false }] } }), /not allowed/],
  ["numbers' webhooks", 'ok', twilio({}), /all 1 point/],
  ["numbers' webhooks", 'ok', twilio({ [all]: { incoming_phone_numbers: [testNumber] } }), /no number/],
  ["numbers' webhooks", 'fail', twilio({ [all]: { incoming_phone_numbers: [{ ...bought, sms_url: 'https://old.test/' }] } }), /run-1/],
  ["numbers' webhooks", 'fail', twilio({ [all]: { incoming_phone_numbers: [{ ...bought, sms_fallback_url: '' }] } }), /1 of 1/],
  [
    "numbers' webhooks",
    'fail',
    twilio({
      [all]: { incoming_phone_numbers: [bought], next_page_uri: '/page2' },
      '/page2': { incoming_phone_numbers: [{ ...bought, sms_method: 'GET' }] },
    }),
    /1 of 2/,
  ],
])('Twilio %s: %s', async (check, ...[level, given, said]) => {
  const line = await lineOf(twilioChecks(given), check);
  expect(line).toMatchObject({ level, what: expect.stringMatching(said) });
  expect(line.todo === undefined).toBe(level === 'ok');
});

const users = '/auth/v1/admin/users?page=1&per_page=1';
const stateCall = '/rest/v1/rpc/deployment_state';
const businesses = '/rest/v1/businesses?select=id&limit=1';
const sound = { migrations: ['1', '2'], withoutRls: [], strangers: [] };
const supabase = (
  secret: Record<string, unknown>,
  visitor: Record<string, unknown> = {},
  more: Partial<SupabaseProject> = {},
): SupabaseProject => ({
  secret: async () => answering({ [users]: { users: [] }, [stateCall]: sound, ...secret }),
  visitor: answering({ [businesses]: [], '/auth/v1/settings': { disable_signup: true, external: { email: true } }, ...visitor }),
  management: answering({ '/config/auth': { site_url: 'https://portal.test', uri_allow_list: 'https://portal.test/**' } }),
  migrations: ['1', '2'],
  portalUrl: 'https://portal.test',
  onLaptop: false,
  ...more,
});
const authConfig = (site_url: string, uri_allow_list = '') => ({ management: answering({ '/config/auth': { site_url, uri_allow_list } }) });

test.each<[check: string, level: string, project: SupabaseProject, said: RegExp]>([
  ['reachable', 'ok', supabase({}), /takes our secret key/],
  ['reachable', 'fail', supabase({ [users]: 401 }), /refuses/],
  ['reachable', 'fail', supabase({ [users]: 503 }), /answered 503/],
  ['migrations', 'ok', supabase({}), /all 2 applied/],
  ['migrations', 'fail', supabase({ [stateCall]: { ...sound, migrations: ['1'] } }), /1 not applied, the first is 2/],
  ['migrations', 'warn', supabase({ [stateCall]: { ...sound, migrations: ['1', '2', '3'] } }), /1 applied that this checkout/],
  ['migrations', 'warn', supabase({ [stateCall]: { ...sound, migrations: null } }), /no list/],
  ['migrations', 'fail', supabase({ [stateCall]: 404 }), /not there/],
  ['row-level security', 'ok', supabase({}), /every table/],
  ['row-level security', 'fail', supabase({ [stateCall]: { ...sound, withoutRls: ['leads'], strangers: ['leads', 'x'] } }), /leads, x/],
  ['strangers', 'ok', supabase({}), /see nothing/],
  ['strangers', 'fail', supabase({}, { [businesses]: [{ id: 1 }] }), /can read/],
  ['strangers', 'fail', supabase({}, { [businesses]: 401 }), /publishable key is refused/],
  ['strangers', 'ok', supabase({}, {}, { visitor: async () => ({ status: 401, body: { code: '42501' } }) }), /see nothing/],
  ['auth settings', 'ok', supabase({}), /nobody signs up/],
  ['auth settings', 'warn', supabase({}, { '/auth/v1/settings': { disable_signup: false, external: { email: true } } }), /anybody/],
  ['auth settings', 'fail', supabase({}, { '/auth/v1/settings': { disable_signup: true, external: { email: false } } }), /is off/],
  ['redirect URLs', 'ok', supabase({}), /lead to the portal/],
  ['redirect URLs', 'warn', supabase({}, {}, authConfig('http://localhost:3000')), /site URL is http:\/\/localhost/],
  ['redirect URLs', 'warn', supabase({}, {}, authConfig('https://portal.test', 'https://evil.test/**')), /evil/],
  ['redirect URLs', 'warn', supabase({}, {}, { management: undefined }), /SUPABASE_ACCESS_TOKEN/],
  ['redirect URLs', 'skipped', supabase({}, {}, { onLaptop: true }), /laptop/],
])('Supabase %s: %s', async (check, ...[level, project, said]) => {
  const line = await lineOf(supabaseChecks(project), check);
  expect(line).toMatchObject({ level, what: expect.stringMatching(said) });
  expect(line.todo === undefined).toBe(level === 'ok' || level === 'skipped');
});
