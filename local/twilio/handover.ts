import { parsePhoneNumberFromString } from 'libphonenumber-js/max';
import type { CallbackAnswer } from '../kernel/callback';
import type { Fault } from '../kernel/faults';
import type { Account, Message, OwnedNumber } from './account';
import { meaning } from './errors';
import { parseTwiml, type Twiml, TwimlError, type TwimlMessage } from './twiml';
import { callWebhook, WebhookError } from './webhook';

/** An error of a webhook as the debugger shows it. */
interface Trouble {
  code: number;
  text: string;
}

const MOST_REDIRECTS = 5;

/** Hands messages to the account's webhooks and reads their TwiML; what goes wrong becomes an alert. */
export class Handover {
  readonly #account: Account;
  readonly #accountSid: string;
  readonly #authToken: string;

  constructor(account: Account, { accountSid, authToken }: { accountSid: string; authToken: string }) {
    this.#account = account;
    this.#accountSid = accountSid;
    this.#authToken = authToken;
  }

  /** Calls the number's SmsUrl, then its fallback; resolves to the messages that the answer asks for. */
  async inbound(message: Message, number: OwnedNumber, fault?: Fault): Promise<TwimlMessage[]> {
    if (!number.smsUrl) return [];
    const params = this.#inboundParams(message);
    const first = await this.#run({ url: number.smsUrl, method: number.smsMethod, params }, message.sid, fault);
    if (!('code' in first)) return first.messages;
    if (!number.smsFallbackUrl) return [];
    const withError = { ...params, ErrorCode: String(first.code), ErrorUrl: number.smsUrl.split('#')[0] ?? '' };
    const second = await this.#run({ url: number.smsFallbackUrl, method: number.smsFallbackMethod, params: withError }, message.sid);
    return 'code' in second ? [] : second.messages;
  }

  /** Tells the message's StatusCallback, if it has one, what its status is now. */
  async reportStatus(message: Message): Promise<void> {
    if (!message.statusCallback) return;
    const params = {
      SmsSid: message.sid,
      SmsStatus: message.status,
      MessageStatus: message.status,
      To: message.to,
      MessageSid: message.sid,
      AccountSid: this.#accountSid,
      From: message.from,
      ApiVersion: '2010-04-01',
      ...(message.errorCode !== null && { ErrorCode: String(message.errorCode) }),
    };
    await this.#call({ url: message.statusCallback, method: 'POST', params }, message.sid);
  }

  /** Calls one URL and follows its redirects; the messages of all answers count. */
  async #run(
    call: { url: string; method: 'GET' | 'POST'; params: Record<string, string> },
    messageSid: string,
    fault?: Fault,
  ): Promise<Twiml | Trouble> {
    const messages: TwimlMessage[] = [];
    for (let next = call, hops = 0; ; hops += 1) {
      const answer = await this.#call(next, messageSid, hops === 0 ? fault : undefined);
      if ('code' in answer) return answer;
      const twiml = read(answer);
      if ('code' in twiml) return this.#alert(twiml, next.url, messageSid);
      messages.push(...twiml.messages.map((message) => absolute(message, next.url)));
      if (!twiml.redirect || hops >= MOST_REDIRECTS) return { messages, redirect: undefined };
      next = { ...call, url: resolved(twiml.redirect, next.url) };
    }
  }

  async #call(
    call: { url: string; method: 'GET' | 'POST'; params: Record<string, string> },
    messageSid: string,
    fault?: Fault,
  ): Promise<CallbackAnswer | Trouble> {
    try {
      return await callWebhook({ ...call, authToken: this.#authToken, fault });
    } catch (cause) {
      if (!(cause instanceof WebhookError)) throw cause;
      return this.#alert({ code: cause.code, text: meaning(cause.code, cause.message) }, call.url, messageSid);
    }
  }

  async #alert(trouble: Trouble, errorUrl: string, messageSid: string): Promise<Trouble> {
    await this.#account.alert({ ...trouble, errorUrl, messageSid });
    return trouble;
  }

  /** Twilio's parameters of an incoming message. https://www.twilio.com/docs/messaging/guides/webhook-request */
  #inboundParams({ sid, from, to, body, media, segments }: Message): Record<string, string> {
    return {
      ...place('To', to),
      ...place('From', from),
      SmsMessageSid: sid,
      SmsSid: sid,
      MessageSid: sid,
      SmsStatus: 'received',
      NumMedia: String(media.length),
      NumSegments: String(segments),
      ...Object.fromEntries(
        media.flatMap((url, index) => [
          [`MediaUrl${index}`, url],
          [`MediaContentType${index}`, 'image/jpeg'],
        ]),
      ),
      Body: body,
      To: to,
      From: from,
      AccountSid: this.#accountSid,
      ApiVersion: '2010-04-01',
    };
  }
}

/** An answer's TwiML: nothing at all means no reply, plain text is the reply itself. */
function read({ body, headers }: CallbackAnswer): Twiml | Trouble {
  if (body.trim() === '') return { messages: [], redirect: undefined };
  const type = headers['content-type']?.split(';')[0]?.trim().toLowerCase() ?? '';
  if (type === 'text/plain') return { messages: [{ body: body.trim(), media: [], attributes: {} }], redirect: undefined };
  if (!['text/xml', 'application/xml', 'text/html'].includes(type)) return { code: 12300, text: meaning(12300, type) };
  try {
    return parseTwiml(body);
  } catch (cause) {
    if (!(cause instanceof TwimlError)) throw cause;
    return { code: cause.code, text: meaning(cause.code, cause.message) };
  }
}

function absolute(message: TwimlMessage, base: string): TwimlMessage {
  const { statusCallback } = message.attributes;
  return statusCallback ? { ...message, attributes: { ...message.attributes, statusCallback: resolved(statusCallback, base) } } : message;
}

function place(side: 'From' | 'To', number: string): Record<string, string> {
  const country = parsePhoneNumberFromString(number)?.country ?? '';
  return { [`${side}Country`]: country, [`${side}State`]: '', [`${side}City`]: '', [`${side}Zip`]: '' };
}

/** A link in TwiML may be relative to its document; one that cannot be read stays as it is, and fails when it is called. */
function resolved(link: string, base: string): string {
  return URL.canParse(link, base) ? new URL(link, base).href : link;
}
