/** What we believe about the vendors and could not look up: each belief with a way to ask a real account, reading only. */
import * as z from 'zod';
import { vendorPrices } from '../cost/prices';
import type { Answer, Ask } from './ask';
import type { AskAws } from './aws';
import type { TwilioHost } from './vendors';

/** `true`, `false`: what the account says of the belief; `unclear`: it did not say; `by hand`: only a person can find out. */
export interface Verdict {
  holds: 'true' | 'false' | 'unclear' | 'by hand';
  found: string;
}
export interface Fact {
  belief: string;
  ask: () => Promise<Verdict>;
}

export interface VendorAccounts {
  twilio: (host: TwilioHost) => Promise<Ask>;
  twilioAccountSid: () => Promise<string>;
  xeroToken: () => Promise<Answer>;
  xeroApi: (accessToken: string) => Ask;
  aws: AskAws;
  bedrockModelId: string;
}

const found = (holds: Verdict['holds'], what: string): Verdict => ({ holds, found: what });
const holds = (yes: boolean, what: string) => found(yes ? 'true' : 'false', what);
const byHand = (how: string) => async () => found('by hand', how);

/** In the order of the vendors' facts. */
export function vendorFacts(accounts: VendorAccounts): Fact[] {
  return [
    { belief: 'Xero gives a Custom Connection a token when no scope is asked for', ask: () => token(accounts) },
    { belief: 'Xero lists the one organisation of a Custom Connection under /connections', ask: () => connection(accounts) },
    { belief: 'Xero answers for an empty tenant id', ask: () => emptyTenant(accounts) },
    {
      belief: 'Paying an invoice arrives as INVOICE/UPDATE',
      ask: byHand('pay one in the Demo Company and read the log of xero-webhook, then screen-invoice'),
    },
    {
      belief: 'Xero disables a webhook after 24 h of failures and replays 31 days',
      ask: byHand('developer.xero.com > Webhooks > delivery details, after an outage'),
    },
    { belief: 'Australian mobiles are for sale with SMS and voice', ask: () => stock(accounts) },
    { belief: 'Without the numbers that need an address nothing is for sale', ask: () => stockWithoutAddress(accounts) },
    { belief: 'An Australian mobile wants a regulatory bundle; these are its fields', ask: () => regulation(accounts) },
    { belief: `A mobile costs US$${vendorPrices.mobileNumber.usd} a month`, ask: () => numberPrice(accounts) },
    { belief: `An SMS costs US$${vendorPrices.smsOut.usd} out and US$${vendorPrices.smsIn.usd} in`, ask: () => smsPrices(accounts) },
    { belief: 'The inference profile of the replies exists and answers', ask: () => model(accounts) },
    {
      belief: 'SES events reach the default bus',
      ask: byHand('send a mail to success@simulator.amazonses.com and look at email_messages'),
    },
  ];
}

async function token({ xeroToken }: VendorAccounts): Promise<Verdict> {
  const answer = await xeroToken();
  const scope = z.object({ scope: z.string() }).safeParse(answer.body).data?.scope;
  return holds(answer.status === 200, answer.status === 200 ? `scopes: ${scope ?? 'not named'}` : `answered ${answer.status}`);
}

async function withToken(accounts: VendorAccounts, path: string): Promise<Answer> {
  const { access_token } = z.object({ access_token: z.string() }).parse((await accounts.xeroToken()).body);
  return accounts.xeroApi(access_token)(path);
}

async function connection(accounts: VendorAccounts): Promise<Verdict> {
  const answer = await withToken(accounts, '/connections');
  const list = z.array(z.object({ tenantId: z.string() })).safeParse(answer.body);
  if (answer.status !== 200 || !list.success) return found('unclear', `answered ${answer.status}`);
  return holds(list.data.length === 1, `${list.data.length}: ${list.data.map(({ tenantId }) => tenantId).join(', ')}`);
}

async function emptyTenant(accounts: VendorAccounts): Promise<Verdict> {
  const answer = await withToken(accounts, '/api.xro/2.0/Invoices?page=1&pageSize=1');
  return holds(answer.status === 200, `answered ${answer.status}`);
}

const Available = z.object({ available_phone_numbers: z.array(z.object({ capabilities: z.record(z.string(), z.unknown()) })) });

async function available({ twilio, twilioAccountSid }: VendorAccounts, more = '') {
  const path = `/2010-04-01/Accounts/${await twilioAccountSid()}/AvailablePhoneNumbers/AU/Mobile.json?SmsEnabled=true&VoiceEnabled=true&PageSize=20${more}`;
  const answer = await (await twilio('api'))(path);
  const parsed = Available.safeParse(answer.body);
  return answer.status === 200 && parsed.success ? parsed.data.available_phone_numbers : `answered ${answer.status}`;
}

async function stock(accounts: VendorAccounts): Promise<Verdict> {
  const numbers = await available(accounts);
  if (typeof numbers === 'string') return found('unclear', numbers);
  const keys = [...new Set(numbers.flatMap(({ capabilities }) => Object.keys(capabilities)))].join(', ');
  return holds(numbers.length > 0, `${numbers.length} of the 20 asked for; capabilities are spelled ${keys || '–'}`);
}

async function stockWithoutAddress(accounts: VendorAccounts): Promise<Verdict> {
  const numbers = await available(accounts, '&ExcludeAllAddressRequired=true');
  return typeof numbers === 'string' ? found('unclear', numbers) : holds(numbers.length === 0, `${numbers.length} for sale`);
}

const Regulations = z.object({
  results: z.array(z.object({ friendly_name: z.string(), end_user_type: z.string().nullish(), requirements: z.unknown() })),
});
const Fields = z.object({ end_user: z.array(z.object({ fields: z.array(z.string()).default([]) })).default([]) });

async function regulation({ twilio }: VendorAccounts): Promise<Verdict> {
  const path = '/v2/RegulatoryCompliance/Regulations?IsoCountry=AU&NumberType=mobile&EndUserType=business&IncludeConstraints=true';
  const answer = await (await twilio('numbers'))(path);
  const parsed = Regulations.safeParse(answer.body);
  if (answer.status !== 200 || !parsed.success) return found('unclear', `answered ${answer.status}`);
  const described = parsed.data.results.map(({ friendly_name, requirements }) => {
    const fields = Fields.safeParse(requirements).data?.end_user.flatMap((each) => each.fields) ?? [];
    return `${friendly_name} (${fields.join(', ') || 'fields not named'})`;
  });
  return holds(described.length > 0, described.join('; ') || 'no regulation');
}

const prices = z.array(z.looseObject({ number_type: z.string(), current_price: z.coerce.number() }));
const near = (a: number | undefined, b: number) => a !== undefined && Math.abs(a - b) < b * 0.01;

async function numberPrice({ twilio }: VendorAccounts): Promise<Verdict> {
  const answer = await (await twilio('pricing'))('/v1/PhoneNumbers/Countries/AU');
  const parsed = z.object({ phone_number_prices: prices }).safeParse(answer.body);
  const mobile = parsed.data?.phone_number_prices.find(({ number_type }) => number_type === 'mobile')?.current_price;
  if (mobile === undefined) return found('unclear', `answered ${answer.status}`);
  return holds(near(mobile, vendorPrices.mobileNumber.usd), `US$${mobile}`);
}

async function smsPrices({ twilio }: VendorAccounts): Promise<Verdict> {
  const answer = await (await twilio('pricing'))('/v1/Messaging/Countries/AU');
  const Messaging = z.object({ outbound_sms_prices: z.array(z.object({ prices })), inbound_sms_prices: prices });
  const { data } = Messaging.safeParse(answer.body);
  const out = data?.outbound_sms_prices
    .flatMap((carrier) => carrier.prices)
    .find(({ number_type }) => number_type === 'mobile')?.current_price;
  const incoming = data?.inbound_sms_prices.find(({ number_type }) => number_type === 'mobile')?.current_price;
  if (out === undefined || incoming === undefined) return found('unclear', `answered ${answer.status}`);
  return holds(near(out, vendorPrices.smsOut.usd) && near(incoming, vendorPrices.smsIn.usd), `US$${out} out, US$${incoming} in`);
}

/** One token of an answer: US$0.00001. */
async function model({ aws, bedrockModelId }: VendorAccounts): Promise<Verdict> {
  const json = { messages: [{ role: 'user', content: [{ text: 'ping' }] }], inferenceConfig: { maxTokens: 1 } };
  const answer = await aws({ service: 'bedrock', path: `/model/${encodeURIComponent(bedrockModelId)}/converse`, json });
  return answer.status === 0 ? found('unclear', 'no answer') : holds(answer.status === 200, `answered ${answer.status}`);
}
