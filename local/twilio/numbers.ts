import { parsePhoneNumberFromString } from 'libphonenumber-js/max';
import type { Context, Hono } from 'hono';
import type { Account, OwnedNumber } from './account';
import { refuse, sid } from './errors';
import { page, rfc2822 } from './paging';
import type { NumberType, Stock, StockNumber } from './stock';

/** What buying an Australian number takes: the account's approved bundle and the address in it. */
export interface NumberRules {
  accountSid: string;
  bundleSid: string;
  addressSid: string;
}

const ROOT = '/2010-04-01/Accounts/:account';

/** Adds the search, purchase, reading, change and release of phone numbers. */
export function addNumbers(app: Hono, { account, stock, rules }: { account: Account; stock: Stock; rules: NumberRules }): void {
  app.get(`${ROOT}/AvailablePhoneNumbers/AU/Mobile.json`, (context) => search(context, stock, 'mobile'));
  app.get(`${ROOT}/AvailablePhoneNumbers/AU/Local.json`, (context) => search(context, stock, 'local'));
  app.get(`${ROOT}/IncomingPhoneNumbers.json`, (context) => list(context, account, rules));
  app.post(`${ROOT}/IncomingPhoneNumbers.json`, async (context) => {
    const number = await obtain(new URLSearchParams(await context.req.text()), { account, stock, rules });
    return context.json(renderNumber(number, rules), 201);
  });
  app.get(`${ROOT}/IncomingPhoneNumbers/:sid{PN\\w+\\.json}`, (context) => context.json(renderNumber(named(context, account), rules)));
  app.post(`${ROOT}/IncomingPhoneNumbers/:sid{PN\\w+\\.json}`, async (context) => {
    const number = changed(named(context, account), new URLSearchParams(await context.req.text()));
    await account.numbers.put(number.sid, number);
    return context.json(renderNumber(number, rules));
  });
  app.delete(`${ROOT}/IncomingPhoneNumbers/:sid{PN\\w+\\.json}`, async (context) => {
    const number = named(context, account);
    const { phoneNumber, sid: numberSid, friendlyName } = number;
    await Promise.all([
      account.numbers.delete(numberSid),
      account.charge({ kind: 'release', phoneNumber, numberSid, friendlyName, usd: 0 }),
    ]);
    return context.body(null, 204);
  });
}

/** An owned number with nothing configured. */
export function newNumber({ phoneNumber, numberType, sms }: StockNumber): OwnedNumber {
  const nowMs = Date.now();
  return {
    sid: sid('PN'),
    phoneNumber,
    numberType,
    sms,
    friendlyName: parsePhoneNumberFromString(phoneNumber)?.formatNational() ?? phoneNumber,
    smsUrl: '',
    smsMethod: 'POST',
    smsFallbackUrl: '',
    smsFallbackMethod: 'POST',
    statusCallback: '',
    statusCallbackMethod: 'POST',
    voiceUrl: '',
    voiceMethod: 'POST',
    voiceFallbackUrl: '',
    voiceFallbackMethod: 'POST',
    addressSid: '',
    bundleSid: '',
    createdMs: nowMs,
    updatedMs: nowMs,
  };
}

/** Buys the number, or changes the one that is already owned: Twilio answers 201 to both and charges once. */
async function obtain(
  form: URLSearchParams,
  { account, stock, rules }: { account: Account; stock: Stock; rules: NumberRules },
): Promise<OwnedNumber> {
  const wanted = form.get('PhoneNumber');
  if (!wanted) throw refuse(21450);
  const phoneNumber = parsePhoneNumberFromString(wanted)?.number;
  if (!phoneNumber) throw refuse(21421, wanted);
  const owned = account.owned(phoneNumber);
  const candidate = owned ?? stock.find(phoneNumber);
  if (!candidate) throw refuse(21422, wanted);
  if (!owned) checkRules(form, candidate.numberType, rules);
  const number = changed(owned ?? newNumber(candidate), form);
  const { sid: numberSid, friendlyName, numberType } = number;
  const stored = [account.numbers.put(numberSid, number)];
  if (!owned)
    stored.push(
      stock.take(phoneNumber),
      account.charge({ kind: 'purchase', phoneNumber, numberSid, friendlyName, usd: account.numberPrice(numberType) }),
    );
  await Promise.all(stored);
  return number;
}

/** Since June 2026 an Australian long code needs an approved bundle and the address in it. */
function checkRules(form: URLSearchParams, numberType: NumberType, { bundleSid, addressSid }: NumberRules): void {
  const [bundle, address] = [form.get('BundleSid'), form.get('AddressSid')];
  if (!bundle) throw refuse(21649, numberType.toUpperCase());
  if (bundle !== bundleSid) throw refuse(21650, bundle);
  if (!address) throw refuse(21631);
  if (address !== addressSid) throw refuse(21651, address);
}

const URLS: [keyof OwnedNumber, string][] = [
  ['smsUrl', 'SmsUrl'],
  ['smsFallbackUrl', 'SmsFallbackUrl'],
  ['statusCallback', 'StatusCallback'],
  ['voiceUrl', 'VoiceUrl'],
  ['voiceFallbackUrl', 'VoiceFallbackUrl'],
];
const METHODS: [keyof OwnedNumber, string][] = [
  ['smsMethod', 'SmsMethod'],
  ['smsFallbackMethod', 'SmsFallbackMethod'],
  ['statusCallbackMethod', 'StatusCallbackMethod'],
  ['voiceMethod', 'VoiceMethod'],
  ['voiceFallbackMethod', 'VoiceFallbackMethod'],
];
const TEXTS: [keyof OwnedNumber, string][] = [
  ['friendlyName', 'FriendlyName'],
  ['addressSid', 'AddressSid'],
  ['bundleSid', 'BundleSid'],
];

/** The number with the form's fields; what Twilio does not know is ignored without a word. */
function changed(number: OwnedNumber, form: URLSearchParams): OwnedNumber {
  const change: Record<string, string> = {};
  for (const [field, name] of [...URLS, ...METHODS, ...TEXTS]) {
    const value = form.get(name);
    if (value !== null) change[field] = value;
  }
  for (const [field] of URLS)
    if (change[field] && !(/^https?:/.test(change[field]) && URL.canParse(change[field]))) throw refuse(21402, change[field]);
  for (const [field] of METHODS)
    if (change[field] !== undefined && !['GET', 'POST'].includes(change[field])) throw refuse(21403, change[field]);
  return { ...number, ...change, updatedMs: Date.now() };
}

function search(context: Context, stock: Stock, numberType: NumberType): Response {
  const query = context.req.query();
  const contains = new RegExp((query['Contains'] ?? '').replace(/[^\d*]/g, '').replaceAll('*', '\\d'));
  const matches = ({ phoneNumber, sms }: StockNumber) =>
    contains.test(phoneNumber) &&
    (query['SmsEnabled'] !== 'true' || sms) &&
    query['MmsEnabled'] !== 'true' &&
    query['ExcludeAllAddressRequired'] !== 'true';
  const limit = Math.min(1000, Math.max(1, Number(query['PageSize'] ?? 30) || 30));
  return context.json({
    uri: context.req.path,
    available_phone_numbers: stock.search(numberType, matches, limit).map(({ phoneNumber, sms }) => ({
      friendly_name: phoneNumber,
      phone_number: phoneNumber,
      lata: null,
      locality: numberType === 'local' ? 'Sydney' : null,
      rate_center: null,
      latitude: null,
      longitude: null,
      region: numberType === 'local' ? 'NSW' : null,
      postal_code: null,
      iso_country: 'AU',
      address_requirements: 'local',
      beta: false,
      capabilities: { voice: true, SMS: sms, MMS: false, fax: false },
    })),
  });
}

function list(context: Context, account: Account, rules: NumberRules): Response {
  const { FriendlyName: friendlyName, PhoneNumber: pattern } = context.req.query();
  const digits = pattern && new RegExp(pattern.replace(/[^\d*]/g, '').replaceAll('*', '\\d'));
  const found = account.numbers
    .all()
    .filter((number) => friendlyName === undefined || number.friendlyName === friendlyName)
    .filter((number) => !digits || digits.test(number.phoneNumber))
    .toReversed();
  return page(context, found, { key: 'incoming_phone_numbers', render: (number) => renderNumber(number, rules) });
}

function named(context: Context, account: Account): OwnedNumber {
  const numberSid = context.req.param('sid')?.replace('.json', '') ?? '';
  const number = account.numbers.get(numberSid);
  if (!number) throw refuse(20404, context.req.path);
  return number;
}

function renderNumber(number: OwnedNumber, { accountSid }: NumberRules): Record<string, unknown> {
  return {
    sid: number.sid,
    account_sid: accountSid,
    friendly_name: number.friendlyName,
    phone_number: number.phoneNumber,
    sms_url: number.smsUrl,
    sms_method: number.smsMethod,
    sms_fallback_url: number.smsFallbackUrl,
    sms_fallback_method: number.smsFallbackMethod,
    sms_application_sid: '',
    status_callback: number.statusCallback,
    status_callback_method: number.statusCallbackMethod,
    voice_url: number.voiceUrl,
    voice_method: number.voiceMethod,
    voice_fallback_url: number.voiceFallbackUrl,
    voice_fallback_method: number.voiceFallbackMethod,
    voice_application_sid: '',
    voice_caller_id_lookup: false,
    voice_receive_mode: 'voice',
    capabilities: { voice: true, sms: number.sms, mms: false, fax: false },
    address_requirements: 'local',
    address_sid: number.addressSid || null,
    bundle_sid: number.bundleSid || null,
    identity_sid: null,
    trunk_sid: null,
    emergency_status: 'Inactive',
    emergency_address_sid: null,
    emergency_address_status: 'unregistered',
    beta: false,
    origin: 'twilio',
    status: 'in-use',
    type: number.numberType,
    api_version: '2010-04-01',
    date_created: rfc2822(number.createdMs),
    date_updated: rfc2822(number.updatedMs),
    uri: `/2010-04-01/Accounts/${accountSid}/IncomingPhoneNumbers/${number.sid}.json`,
  };
}
