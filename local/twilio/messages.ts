import { parsePhoneNumberFromString } from 'libphonenumber-js/max';
import type { Context, Hono } from 'hono';
import type { Account, Message } from './account';
import type { Carrier } from './carrier';
import { meaning, refuse } from './errors';
import { page, rfc2822 } from './paging';

const ROOT = '/2010-04-01/Accounts/:account';
const LONGEST_BODY = 1600;
const SENDER_NAME = /^(?=.*[A-Za-z])[A-Za-z0-9 ]{1,11}$/;
/** Countries that the account may text to: a new account's geo permissions hold its own country only. */
const COUNTRIES = new Set(['AU']);

/** Adds sending, listing, reading and deleting messages. */
export function addMessages(app: Hono, { account, carrier, accountSid }: { account: Account; carrier: Carrier; accountSid: string }): void {
  const render = (message: Message) => renderMessage(message, accountSid);
  app.post(`${ROOT}/Messages.json`, async (context) => {
    const form = new URLSearchParams(await context.req.text());
    const { from, to } = checked(form, account, carrier);
    const media = form.getAll('MediaUrl');
    const statusCallback = form.get('StatusCallback') ?? '';
    const message = await carrier.accept({ from, to, body: form.get('Body') ?? '', media, statusCallback, direction: 'outbound-api' });
    return context.json({ ...render(message), status: 'queued', date_sent: null, price: null }, 201);
  });
  app.get(`${ROOT}/Messages.json`, (context) => page(context, selected(context, account), { key: 'messages', render }));
  app.get(`${ROOT}/Messages/:sid{[SM]M\\w+\\.json}`, (context) => context.json(render(named(context, account))));
  app.delete(`${ROOT}/Messages/:sid{[SM]M\\w+\\.json}`, async (context) => {
    await account.messages.delete(named(context, account).sid);
    return context.body(null, 204);
  });
}

/** Sender and recipient in E.164, or the refusal that Twilio gives, in its order. */
function checked(form: URLSearchParams, account: Account, carrier: Carrier): { from: string; to: string } {
  const [to, from, body] = [form.get('To'), form.get('From'), form.get('Body') ?? ''];
  if (!to) throw refuse(21604);
  const recipient = parsePhoneNumberFromString(to);
  const own = recipient && account.owned(recipient.number);
  if (!recipient || (!recipient.isValid() && !own)) throw refuse(21211, to);
  if (!from) throw refuse(21603);
  const sender = SENDER_NAME.test(from) ? from : senderNumber(from, account);
  if (sender === recipient.number) throw refuse(21266, to);
  if (body === '' && !form.has('MediaUrl')) throw refuse(21602);
  if (body.length > LONGEST_BODY) throw refuse(21617);
  if (!COUNTRIES.has(recipient.country ?? '')) throw refuse(21408, to);
  if (own ? !own.sms : recipient.getType() === 'FIXED_LINE') throw refuse(21614, to);
  if (carrier.optedOut(sender, recipient.number)) throw refuse(21610);
  return { from: sender, to: recipient.number };
}

function senderNumber(from: string, account: Account): string {
  const number = parsePhoneNumberFromString(from)?.number;
  if (!number) throw refuse(21212, from);
  if (!account.owned(number)?.sms) throw refuse(21606, from);
  return number;
}

/** The messages that the query asks for, newest first. */
function selected(context: Context, account: Account): Message[] {
  const query = new URLSearchParams(new URL(context.req.url).search);
  const [to, from] = [query.get('To'), query.get('From')];
  const [on, before, after] = [query.get('DateSent'), query.get('DateSent<'), query.get('DateSent>')];
  return account.messages
    .all()
    .filter((message) => (!to || message.to === to) && (!from || message.from === from))
    .filter((message) => !on || (message.sentMs !== null && sameDay(message.sentMs, moment(on))))
    .filter((message) => !before || (message.sentMs !== null && sentSecond(message) <= moment(before)))
    .filter((message) => !after || sentSecond(message) >= moment(after))
    .toReversed();
}

/** A GMT date, or date and time, in milliseconds. */
function moment(text: string): number {
  const ms = Date.parse(text);
  if (Number.isNaN(ms)) throw refuse(20001);
  return Math.floor(ms / 1000) * 1000;
}

/** Twilio keeps whole seconds. */
function sentSecond({ sentMs }: Message): number {
  return Math.floor((sentMs ?? 0) / 1000) * 1000;
}

function sameDay(a: number, b: number): boolean {
  return new Date(a).toISOString().slice(0, 10) === new Date(b).toISOString().slice(0, 10);
}

function named(context: Context, account: Account): Message {
  const message = account.messages.get(context.req.param('sid')?.replace('.json', '') ?? '');
  if (!message) throw refuse(20404, context.req.path);
  return message;
}

function renderMessage(message: Message, accountSid: string): Record<string, unknown> {
  const uri = `/2010-04-01/Accounts/${accountSid}/Messages/${message.sid}`;
  return {
    sid: message.sid,
    account_sid: accountSid,
    messaging_service_sid: null,
    from: message.from,
    to: message.to,
    body: message.body,
    status: message.status,
    direction: message.direction,
    num_segments: String(message.segments),
    num_media: String(message.media.length),
    price: message.priceUsd === null ? null : (-message.priceUsd).toFixed(5),
    price_unit: 'USD',
    error_code: message.errorCode,
    error_message: message.errorCode === null ? null : meaning(message.errorCode),
    api_version: '2010-04-01',
    date_created: rfc2822(message.createdMs),
    date_sent: message.sentMs === null ? null : rfc2822(message.sentMs),
    date_updated: rfc2822(message.updatedMs),
    uri: `${uri}.json`,
    subresource_uris: { media: `${uri}/Media.json` },
  };
}
