import { parsePhoneNumberFromString } from 'libphonenumber-js/max';
import { takeWebhookFault } from '../kernel/callback';
import type { Kernel } from '../kernel/kernel';
import { type Account, type Message, type OwnedNumber, PRICES } from './account';
import { meaning, sid } from './errors';
import { Handover } from './handover';
import { segmentCount } from './segments';
import type { TwimlMessage } from './twiml';

const STOP = new Set(['STOP', 'STOPALL', 'UNSUBSCRIBE', 'CANCEL', 'END', 'QUIT', 'REVOKE', 'OPTOUT']);
const START = new Set(['START', 'YES', 'UNSTOP']);
const HELP = new Set(['HELP', 'INFO']);
/** Twilio's default answers. https://help.twilio.com/articles/223134027 */
const STOPPED =
  'You have successfully been unsubscribed. You will not receive any more messages from this number. Reply START to resubscribe.';
const STARTED =
  'You have successfully been re-subscribed to messages from this number. Reply HELP for help. Reply STOP to unsubscribe. Msg&Data Rates May Apply.';
const HELPED = 'Reply STOP to unsubscribe. Msg&Data Rates May Apply.';

/** What a new message says; the rest of its record follows from it. */
export type Draft = Pick<Message, 'from' | 'to' | 'body' | 'direction'> &
  Partial<Pick<Message, 'media' | 'statusCallback' | 'status' | 'errorCode'>>;

/** Moves messages between the account's numbers and handsets, and to webhooks. What is underway survives a restart. */
export class Carrier {
  readonly #kernel: Kernel;
  readonly #account: Account;
  readonly #handover: Handover;
  readonly #moving = new Set<string>();
  #closed = false;

  constructor(kernel: Kernel, account: Account, credentials: { accountSid: string; authToken: string }) {
    this.#kernel = kernel;
    this.#account = account;
    this.#handover = new Handover(account, credentials);
  }

  /** Takes up what an earlier process left underway. */
  resume(): void {
    for (const { sid, dueMs } of this.#account.underway.all()) this.#moveAt(sid, dueMs);
  }

  close(): void {
    this.#closed = true;
  }

  /** Accepts a message; resolves to its record when it is stored, and delivers it after that. */
  async accept(draft: Draft): Promise<Message> {
    const { message, stored } = this.#store(draft);
    await this.#kernel.activity.during(() => stored);
    if (message.status !== 'failed') this.#moveAt(message.sid, 0);
    return message;
  }

  optedOut(ownNumber: string, handset: string): boolean {
    return this.#account.optOuts.get(`${ownNumber}|${handset}`) !== undefined;
  }

  /** Calls the webhook again for a message that came in, with the same SID; its answer is carried out again. */
  async redeliver(messageSid: string): Promise<void> {
    const message = this.#account.messages.get(messageSid);
    const number = message && this.#account.owned(message.to);
    if (message?.direction !== 'inbound' || !number) throw new Error(`no inbound message ${messageSid}`);
    await this.#kernel.activity.during(() => this.#handOver(message, number));
  }

  /** Makes the record of a message and notes that it is underway, both in the next commit. */
  #store(draft: Draft): { message: Message; stored: Promise<unknown> } {
    const nowMs = Date.now();
    const message: Message = {
      sid: sid(draft.media?.length ? 'MM' : 'SM'),
      media: [],
      status: draft.direction === 'inbound' ? 'receiving' : 'queued',
      segments: segmentCount(draft.body),
      priceUsd: null,
      errorCode: null,
      statusCallback: '',
      createdMs: nowMs,
      sentMs: draft.direction === 'inbound' ? nowMs : null,
      updatedMs: nowMs,
      ...draft,
    };
    const writes = [this.#account.messages.put(message.sid, message)];
    if (message.status !== 'failed') writes.push(this.#account.underway.put(message.sid, { sid: message.sid, dueMs: 0 }));
    return { message, stored: Promise.all(writes) };
  }

  #save(message: Message): Promise<void> {
    message.updatedMs = Date.now();
    return this.#account.messages.put(message.sid, message);
  }

  #moveAt(messageSid: string, dueMs: number): void {
    if (this.#closed) return;
    if (dueMs > Date.now()) {
      this.#kernel.timers.at(dueMs, 'work', () => this.#moveAt(messageSid, 0));
      return;
    }
    if (this.#moving.has(messageSid)) return;
    this.#moving.add(messageSid);
    const end = this.#kernel.activity.begin();
    setImmediate(() => {
      void this.#move(messageSid).finally(() => {
        this.#moving.delete(messageSid);
        end();
      });
    });
  }

  async #move(messageSid: string): Promise<void> {
    const message = this.#account.messages.get(messageSid);
    if (!message) return this.#account.underway.delete(messageSid);
    const delayed = message.direction === 'inbound' ? await this.#receive(message) : await this.#send(message);
    if (!this.#closed && !delayed) await this.#account.underway.delete(messageSid);
  }

  /** Sends a message to a handset, or to one of the account's own numbers, where it comes in. */
  async #send(message: Message): Promise<void> {
    if (message.status === 'delivered' || message.status === 'undelivered') return; // a restart came just before the end
    if (message.status === 'queued') {
      Object.assign(message, { status: 'sent', sentMs: Date.now(), priceUsd: PRICES.smsOut * message.segments });
      await Promise.all([this.#charge('sms-out', message), this.#save(message)]);
      await this.#handover.reportStatus(message);
    }
    const unreachable = this.#account.unreachable.get(message.to) !== undefined;
    Object.assign(message, unreachable ? { status: 'undelivered', errorCode: 30003 } : { status: 'delivered' });
    const own = unreachable ? undefined : this.#account.owned(message.to);
    const { from, to, body, media } = message;
    const arrival = own && this.#store({ from, to, body, media, direction: 'inbound' }); // in one commit with the sender's status
    await Promise.all([this.#save(message), arrival?.stored]);
    if (arrival) this.#moveAt(arrival.message.sid, 0);
    await this.#handover.reportStatus(message);
  }

  /** Takes in a message for one of our numbers; true if it was put off. */
  async #receive(message: Message): Promise<boolean> {
    const number = this.#account.owned(message.to);
    if (message.status === 'receiving') {
      const fault = takeWebhookFault(this.#kernel.faults, 'twilio', 'smsWebhook');
      if (fault?.mode === 'slow') return this.#putOff(message, fault.slowMs);
      if (fault?.mode === 'reject' || this.#account.suspended || !number) return this.#lose(message);
      Object.assign(message, { status: 'received', priceUsd: PRICES.smsIn * message.segments });
      await Promise.all([this.#charge('sms-in', message), this.#save(message), this.#keyword(message)]);
      await this.#handOver(message, number, fault);
    } else if (number) await this.#handOver(message, number);
    return false;
  }

  async #putOff(message: Message, byMs: number): Promise<boolean> {
    const dueMs = Date.now() + byMs;
    await this.#account.underway.put(message.sid, { sid: message.sid, dueMs });
    setImmediate(() => this.#moveAt(message.sid, dueMs));
    return true;
  }

  async #lose(message: Message): Promise<boolean> {
    await this.#save(Object.assign(message, { status: 'failed', errorCode: this.#account.suspended ? 20005 : 30008 }));
    return false;
  }

  async #handOver(message: Message, number: OwnedNumber, fault?: Parameters<Handover['inbound']>[2]): Promise<void> {
    for (const reply of await this.#handover.inbound(message, number, fault)) if (!this.#closed) await this.#reply(message, reply);
  }

  /** Twilio's own answers to STOP, START and HELP; the message is handed over all the same. */
  async #keyword({ from, to, body }: Message): Promise<void> {
    const word = body.trim().toUpperCase();
    const pair = `${to}|${from}`;
    const answer = (text: string) => this.accept({ from: to, to: from, body: text, direction: 'outbound-reply' });
    if (STOP.has(word) && !this.optedOut(to, from)) {
      await answer(STOPPED);
      await this.#account.optOuts.put(pair, { atMs: Date.now() });
    } else if (START.has(word) && this.optedOut(to, from)) {
      await this.#account.optOuts.delete(pair);
      await answer(STARTED);
    } else if (HELP.has(word) && !this.optedOut(to, from)) await answer(HELPED);
  }

  async #reply(inbound: Message, { body, media, attributes }: TwimlMessage): Promise<void> {
    const [from, to] = [attributes['from'] ?? inbound.to, attributes['to'] ?? inbound.from];
    const code = this.#objection({ from, to, body, media });
    if (code) await this.#account.alert({ code, text: meaning(code, from), errorUrl: '', messageSid: inbound.sid });
    if (code && code !== 21610) return;
    const statusCallback = attributes['statusCallback'] ?? '';
    await this.accept({
      from,
      to,
      body,
      media,
      statusCallback,
      direction: 'outbound-reply',
      ...(code && { status: 'failed', errorCode: code }),
    });
  }

  #objection({ from, to, body, media }: Pick<Message, 'from' | 'to' | 'body' | 'media'>): number | undefined {
    if (!this.#account.owned(from)?.sms) return 21606;
    if (!parsePhoneNumberFromString(to)?.isValid()) return 21211;
    if (body === '' && media.length === 0) return 14103;
    if (body.length > 1600) return 21617;
    if (this.optedOut(from, to)) return 21610;
    return this.#looping(from, to) ? 14107 : undefined;
  }

  /** Twilio stops automatic answers at 15 in 30 seconds between two numbers. https://www.twilio.com/docs/api/errors/14107 */
  #looping(from: string, to: string): boolean {
    const sinceMs = Date.now() - 30_000;
    const recent = this.#account.messages
      .all()
      .filter(
        (message) => message.direction === 'outbound-reply' && message.from === from && message.to === to && message.createdMs > sinceMs,
      );
    return recent.length >= 15;
  }

  #charge(kind: 'sms-out' | 'sms-in', message: Message): Promise<void> {
    const own = kind === 'sms-in' ? message.to : message.from;
    const number = this.#account.owned(own);
    const { sid: numberSid = '', friendlyName = '' } = number ?? {};
    return this.#account.charge({ kind, phoneNumber: own, numberSid, friendlyName, usd: message.priceUsd ?? 0 });
  }
}
