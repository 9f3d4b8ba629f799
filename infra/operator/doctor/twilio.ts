/** Twilio: can the account buy and run Australian numbers, and do those it has point at us? */
import * as z from 'zod';
import type { StageSettings } from '../../stages';
import type { Answer, Ask } from '../ask';
import type { TwilioHost } from '../vendors';
import { type Check, fail, type Finding, ok, Unanswered, warn } from './check';

export interface TwilioAccount {
  accountSid: () => Promise<string>;
  ask: (host: TwilioHost) => Promise<Ask>;
  settings: StageSettings['twilio'];
  /** What a number must be configured with, without the fragment. */
  smsWebhookUrl: () => Promise<string>;
}

const vendor = 'Twilio';
const console_ = 'console.twilio.com';
/** US dollars: one number costs 8.25 when it is bought. */
const ENOUGH = { forOne: 10, comfortable: 50 };

export function twilioChecks(account: TwilioAccount): Check[] {
  const check = (name: string, run: (account: TwilioAccount) => Promise<Finding>): Check => ({ vendor, name, run: () => run(account) });
  return [
    check('credentials', credentials),
    check('balance', balance),
    check('bundle', bundle),
    check('address', address),
    check('test number', testNumber),
    check('geo permission', geoPermission),
    check("numbers' webhooks", webhooks),
  ];
}

/** Under the account's own path, `.json` and query included. */
async function inAccount({ accountSid, ask }: TwilioAccount, path: string): Promise<Answer> {
  return (await ask('api'))(`/2010-04-01/Accounts/${await accountSid()}${path}`);
}

function read<T extends z.ZodType>(answer: Answer, schema: T): z.infer<T> {
  const parsed = schema.safeParse(answer.body);
  if (answer.status === 200 && parsed.success) return parsed.data;
  throw new Unanswered('Twilio', answer, `Check the account at ${console_}; a wrong token: npm run secrets -- twilio`);
}

async function credentials(account: TwilioAccount) {
  const { status, type } = read(await inAccount(account, '.json'), z.object({ status: z.string(), type: z.string() }));
  if (status !== 'active') return fail(`the account is ${status}`, `Read the banner at ${console_}: payment, KYC or a policy question.`);
  return type === 'Trial'
    ? fail('it is a trial account', `Upgrade it at ${console_} > Billing: a trial buys no Australian number.`)
    : ok('the account is active');
}

async function balance(account: TwilioAccount) {
  const found = read(await inAccount(account, '/Balance.json'), z.object({ balance: z.coerce.number(), currency: z.string() }));
  const what = `${found.balance.toFixed(2)} ${found.currency}`;
  const todo = `Add money, or switch on auto-recharge: ${console_} > Billing.`;
  if (found.balance < ENOUGH.forOne) return fail(`${what} will not pay for one number`, todo);
  return found.balance < ENOUGH.comfortable ? warn(`${what} is little`, todo) : ok(what);
}

async function bundle({ ask, settings }: TwilioAccount) {
  const where = `${console_} > Phone Numbers > Regulatory Compliance > Bundles; then twilio.bundleSid in infra/stages.ts.`;
  if (!settings.bundleSid) return fail('no bundle is set', where);
  const answer = await (await ask('numbers'))(`/v2/RegulatoryCompliance/Bundles/${settings.bundleSid}`);
  if (answer.status === 404) return fail('Twilio does not know the bundle', where);
  const { status } = read(answer, z.object({ status: z.string() }));
  return status === 'twilio-approved'
    ? ok('approved')
    : fail(`the bundle is ${status}`, `Without approval Australia sells no number. ${where}`);
}

async function address(account: TwilioAccount) {
  const where = `${console_} > Phone Numbers > Addresses; then twilio.addressSid in infra/stages.ts.`;
  const { addressSid } = account.settings;
  if (!addressSid) return fail('no address is set', where);
  const answer = await inAccount(account, `/Addresses/${addressSid}.json`);
  if (answer.status === 404) return fail('Twilio does not know the address', where);
  const found = read(answer, z.object({ iso_country: z.string(), validated: z.boolean().nullish() }));
  if (found.iso_country !== 'AU') return fail(`the address is in ${found.iso_country}`, where);
  return found.validated === false ? warn('the address is not validated', where) : ok('Australian, validated');
}

const Number_ = z.object({
  phone_number: z.string(),
  friendly_name: z.string().nullish(),
  sms_url: z.string().nullish(),
  sms_method: z.string().nullish(),
  sms_fallback_url: z.string().nullish(),
  capabilities: z.record(z.string(), z.unknown()).default({}),
});
const Numbers = z.object({ incoming_phone_numbers: z.array(Number_), next_page_uri: z.string().nullish() });

async function testNumber(account: TwilioAccount) {
  const todo = 'Buy or choose one number of your own and set twilio.testNumber in infra/stages.ts.';
  const wanted = encodeURIComponent(account.settings.testNumber);
  const { incoming_phone_numbers: found } = read(await inAccount(account, `/IncomingPhoneNumbers.json?PhoneNumber=${wanted}`), Numbers);
  const own = found.find(({ phone_number }) => phone_number === account.settings.testNumber);
  if (!own) return fail('the test number is not of this account', todo);
  const sms = Object.entries(own.capabilities).some(([name, can]) => name.toLowerCase() === 'sms' && can === true);
  return sms ? ok('ours, does SMS') : fail('the test number does no SMS', todo);
}

async function geoPermission({ ask }: TwilioAccount) {
  const todo = `Allow Australia at ${console_} > Messaging > Settings > Geo permissions.`;
  const answer = await (await ask('accounts'))('/v1/Messaging/GeoPermissions?CountryCode=AU');
  const Permission = z.object({ country_code: z.string(), enabled: z.boolean() });
  const { permissions } = read(answer, z.object({ permissions: z.array(Permission) }));
  return permissions.some(({ country_code, enabled }) => country_code === 'AU' && enabled)
    ? ok('SMS to Australia is allowed')
    : fail('SMS to Australia is not allowed', todo);
}

/** The numbers that the pipeline bought carry the run's tag. */
async function webhooks(account: TwilioAccount) {
  const ours = (await allNumbers(account)).filter(({ friendly_name }) => friendly_name?.startsWith('run-'));
  if (ours.length === 0) return ok('no number has been bought yet');
  const wanted = await account.smsWebhookUrl();
  const wrong = ours.filter(
    ({ sms_url, sms_method, sms_fallback_url }) => sms_url?.replace(/#.*$/, '') !== wanted || sms_method !== 'POST' || !sms_fallback_url,
  );
  if (wrong.length === 0) return ok(`all ${ours.length} point at us`);
  const runs = wrong
    .map(({ friendly_name }) => friendly_name)
    .slice(0, 3)
    .join(', ');
  return fail(
    `${wrong.length} of ${ours.length} do not point at us (${runs}${wrong.length > 3 ? ', …' : ''})`,
    `Their SMS get lost. See "switching a path over" in docs/deploy.md, or correct them at ${console_}.`,
  );
}

async function allNumbers(account: TwilioAccount) {
  const found: z.infer<typeof Number_>[] = [];
  let page = await inAccount(account, '/IncomingPhoneNumbers.json?PageSize=1000');
  for (;;) {
    const { incoming_phone_numbers, next_page_uri } = read(page, Numbers);
    found.push(...incoming_phone_numbers);
    if (!next_page_uri) return found;
    page = await (await account.ask('api'))(next_page_uri);
  }
}
