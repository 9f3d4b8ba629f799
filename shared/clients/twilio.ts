/** Twilio's REST API. https://www.twilio.com/docs/phone-numbers/api/incomingphonenumber-resource */
// Deep imports: the whole package is eight times as large. They are undocumented, so the version is pinned and the tests use a real server.
import { Client } from 'twilio/lib/base/BaseTwilio';
import ApiBase from 'twilio/lib/rest/ApiBase';
import PricingBase from 'twilio/lib/rest/PricingBase';
import * as z from 'zod';
import { TerminalError, TransientError } from '../errors';
import type { Money, NumberKind, NumberWebhooks, OwnedNumber, ReceivedText, Telephony } from '../ports/twilio';
import { isTaken, isUnknown, refusalOf, twilioError } from './twilio-failure';

/** `apiUrl` as https://api.twilio.com */
export interface TwilioOptions {
  accountSid: string;
  authToken: string;
  apiUrl: string;
  timeoutMs?: number;
}

const text = z.string().nullish();
const Owned = z
  .object({
    sid: z.string(),
    phoneNumber: z.string(),
    friendlyName: text,
    smsUrl: text,
    smsMethod: text,
    smsFallbackUrl: text,
    voiceUrl: text,
    statusCallback: text,
    smsApplicationSid: text,
    voiceApplicationSid: text,
    trunkSid: text,
  })
  .transform(
    (number): OwnedNumber => ({
      sid: number.sid,
      e164: number.phoneNumber,
      tag: number.friendlyName ?? '',
      // What it calls indeed: an application or a trunk overrides the number's own URLs.
      smsUrl: number.smsApplicationSid || (number.smsUrl ?? ''),
      smsMethod: number.smsMethod ?? '',
      smsFallbackUrl: number.smsFallbackUrl ?? '',
      voiceUrl: number.voiceApplicationSid || number.trunkSid || (number.voiceUrl ?? ''),
      statusCallback: number.statusCallback ?? '',
    }),
  );
/** Capabilities are spelled `sms` in the documentation and `SMS` by the service. */
const ForSale = z.object({ phoneNumber: z.string(), beta: z.boolean().nullish(), capabilities: z.record(z.string(), z.unknown()) });
const Message = z.object({ sid: z.string() });
const Sent = z.object({ sid: z.string(), body: text, direction: z.string() });
const Logged = z.object({
  sid: z.string(),
  from: text,
  to: text,
  body: text,
  direction: z.string(),
  status: z.string(),
  numMedia: z.coerce.number().int().catch(0),
  dateSent: z.date().nullish(),
  dateCreated: z.date(),
});
/** Decimals as text; -1.23 is a debt. https://www.twilio.com/docs/usage/api/balance */
const amount = z.union([z.string().regex(/^-?\d+(\.\d+)?$/), z.number()]).transform(Number);
const Balance = z.object({ balance: amount, currency: z.string().min(1) });
const NoBalance = z.object({ accountSid: z.string(), balance: z.union([z.null(), z.undefined(), z.literal('')]) });
/** https://www.twilio.com/docs/phone-numbers/pricing */
const Prices = z.object({
  priceUnit: z.string().min(1),
  phoneNumberPrices: z.array(z.object({ numberType: z.string(), currentPrice: amount })),
});
/** Twilio's largest page; a number that gets more in three days has other troubles. */
const most = { pageSize: 1000, limit: 5000 };

export function twilioTelephony(options: TwilioOptions): Telephony {
  const account = accountOf(options);
  const pricing = pricingOf(options);
  return {
    ownedNumbers: () => answer(account.incomingPhoneNumbers.list({ pageSize: 1000 }), z.array(Owned)),

    async balance() {
      const { balance, currency } = await balanceOf(account.balance.fetch());
      return { amountCents: Math.floor(balance * 100), currency: currency.toUpperCase() };
    },

    monthlyPrice: async (kind) => priceIn(await answer(pricing.v1.phoneNumbers.countries('AU').fetch(), Prices), kind),

    async findByTag(tag) {
      const found = await answer(account.incomingPhoneNumbers.list({ friendlyName: tag, limit: 20 }), z.array(Owned));
      return found.find((number) => number.tag === tag);
    },

    async findByNumber(e164) {
      const found = await answer(account.incomingPhoneNumbers.list({ phoneNumber: e164, limit: 20 }), z.array(Owned));
      return found.find((number) => number.e164 === e164);
    },

    async searchAvailable(kind) {
      const wanted = { smsEnabled: true, voiceEnabled: true, limit: 20 };
      const australia = account.availablePhoneNumbers('AU');
      const found = await answer(kind === 'mobile' ? australia.mobile.list(wanted) : australia.local.list(wanted), z.array(ForSale));
      const proven = found.filter(({ beta }) => !beta);
      return [...proven, ...found.filter(({ beta }) => beta)].filter(doesSms).map(({ phoneNumber }) => phoneNumber);
    },

    async buy({ e164, tag, webhooks, bundleSid, addressSid }) {
      const regulatory = { ...(bundleSid && { bundleSid }), ...(addressSid && { addressSid }) };
      const order = { phoneNumber: e164, friendlyName: tag, ...urls(webhooks), ...regulatory };
      try {
        return await read(account.incomingPhoneNumbers.create(order), Owned);
      } catch (thrown) {
        if (isTaken(thrown)) return 'taken';
        throw ours(thrown);
      }
    },

    fetchNumber: (sid) => answer(account.incomingPhoneNumbers(sid).fetch(), Owned),
    configure: (sid, webhooks) => answer(account.incomingPhoneNumbers(sid).update({ ...urls(webhooks), ...noApplication }), Owned),

    async release(sid) {
      try {
        const { statusCode } = await account.incomingPhoneNumbers(sid).removeWithHttpInfo();
        // Any 2xx contents the SDK, also the page of a gateway.
        if (statusCode !== 204) throw new TransientError('Twilio gave an answer that cannot be read');
        return 'released';
      } catch (thrown) {
        if (isUnknown(thrown)) return 'gone';
        throw ours(thrown);
      }
    },

    async sendSms(message) {
      const { sid } = await answer(account.messages.create(message), Message);
      return { messageSid: sid };
    },

    async sendText({ from, to, body, statusUrl: statusCallback }) {
      try {
        const { sid } = await read(account.messages.create({ from, to, body, statusCallback }), Message);
        return { messageSid: sid };
      } catch (thrown) {
        const refused = refusalOf(thrown);
        if (refused !== undefined) return { refused };
        throw ours(thrown);
      }
    },

    async fetchReceived(messageSid) {
      try {
        return receivedText(await read(account.messages(messageSid).fetch(), Logged));
      } catch (thrown) {
        if (isUnknown(thrown)) return undefined;
        throw ours(thrown);
      }
    },

    async received({ to, since }) {
      const found = await answer(account.messages.list({ to, dateSentAfter: since, ...most }), z.array(Logged));
      return found.flatMap((message) => receivedText(message) ?? []).toReversed();
    },

    async sentSince({ from, to, since }) {
      const found = await answer(account.messages.list({ from, to, dateSentAfter: since, limit: 100 }), z.array(Logged));
      const sent = found.filter(({ direction, status }) => direction.startsWith('outbound') && status !== 'failed');
      return sent.map(({ sid, body }) => ({ messageSid: sid, body: body ?? '' })).toReversed();
    },

    async findSent({ from, to, body }) {
      // Newest first; the test message is the newest between these two numbers, or nearly.
      const found = await answer(account.messages.list({ from, to, limit: 100 }), z.array(Sent));
      const sent = found.find((message) => message.body === body && message.direction.startsWith('outbound'));
      return sent && { messageSid: sent.sid };
    },
  };
}

function accountOf(options: TwilioOptions) {
  const api = new ApiBase(clientOf(options));
  api.baseUrl = options.apiUrl;
  return api.v2010.account;
}

/** Twilio has one host per product; where `apiUrl` is not Twilio's, one host answers for all. */
function pricingOf(options: TwilioOptions) {
  const pricing = new PricingBase(clientOf(options));
  pricing.baseUrl = options.apiUrl.replace('//api.', '//pricing.');
  return pricing;
}

function clientOf({ accountSid, authToken, timeoutMs = 8000 }: TwilioOptions) {
  // A text must not be sent twice: see AwsOptions.reuseConnections.
  return new Client(accountSid, authToken, { timeout: timeoutMs, keepAlive: false });
}

/** What we are charged: the current price has our discounts in it. Rounded up to the cent; 1.1 times 100 is a little more than 110 to a computer. */
function priceIn({ priceUnit, phoneNumberPrices }: z.infer<typeof Prices>, kind: NumberKind): Money {
  const found = phoneNumberPrices.find(({ numberType }) => numberType.toLowerCase() === kind);
  if (!found) throw new TerminalError('NumberPriceTooHigh', `Twilio's price list for Australia has no ${kind} numbers`);
  return { amountCents: Math.ceil(Math.round(found.currentPrice * 1e6) / 1e4), currency: priceUnit.toUpperCase() };
}

async function balanceOf(response: Promise<unknown>): Promise<z.infer<typeof Balance>> {
  try {
    const answered = await response;
    if (!NoBalance.safeParse(answered).success) return await read(Promise.resolve(answered), Balance);
  } catch (thrown) {
    if (!isUnknown(thrown)) throw ours(thrown);
  }
  const way = 'set balance_floor_cents to null in system_settings to buy without looking';
  throw new TerminalError('BalanceTooLow', `Twilio names no balance for this account, as for a subaccount: ${way}`);
}

function receivedText({ sid, from, to, body, direction, status, numMedia, ...times }: z.infer<typeof Logged>): ReceivedText | undefined {
  if (direction !== 'inbound' || status !== 'received') return undefined;
  const sentAt = times.dateSent ?? times.dateCreated;
  return { messageSid: sid, from: from ?? '', to: to ?? '', body: body ?? '', mediaCount: numMedia, sentAt };
}

const noApplication = { smsApplicationSid: '', voiceApplicationSid: '' };

function urls({ smsUrl, smsFallbackUrl, voiceUrl, statusCallback }: NumberWebhooks) {
  const status = { statusCallback, statusCallbackMethod: 'POST' };
  return { ...status, smsUrl, smsMethod: 'POST', smsFallbackUrl, smsFallbackMethod: 'POST', voiceUrl, voiceMethod: 'POST' };
}

function doesSms({ capabilities }: z.infer<typeof ForSale>): boolean {
  return Object.entries(capabilities).some(([name, value]) => name.toLowerCase() === 'sms' && value === true);
}

/** The answer in our shape; throws only our errors. */
async function answer<T extends z.ZodType>(response: Promise<unknown>, schema: T): Promise<z.infer<T>> {
  try {
    return await read(response, schema);
  } catch (thrown) {
    throw ours(thrown);
  }
}

async function read<T extends z.ZodType>(response: Promise<unknown>, schema: T): Promise<z.infer<T>> {
  const parsed = schema.safeParse(await response);
  if (!parsed.success) throw new TransientError('Twilio gave an answer that cannot be read');
  return parsed.data;
}

function ours(thrown: unknown): Error {
  return thrown instanceof TransientError ? thrown : twilioError(thrown);
}
