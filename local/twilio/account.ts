import { z } from 'zod';
import { Collection } from '../kernel/collection';
import type { Store } from '../kernel/store';
import { sid } from './errors';

/** A phone number that the account owns; URLs are empty when unset. */
export const OwnedNumber = z.object({
  sid: z.string(),
  phoneNumber: z.string(),
  numberType: z.enum(['mobile', 'local']),
  sms: z.boolean(),
  friendlyName: z.string(),
  smsUrl: z.string(),
  smsMethod: z.enum(['GET', 'POST']),
  smsFallbackUrl: z.string(),
  smsFallbackMethod: z.enum(['GET', 'POST']),
  statusCallback: z.string(),
  statusCallbackMethod: z.enum(['GET', 'POST']),
  voiceUrl: z.string(),
  voiceMethod: z.enum(['GET', 'POST']),
  voiceFallbackUrl: z.string(),
  voiceFallbackMethod: z.enum(['GET', 'POST']),
  addressSid: z.string(),
  bundleSid: z.string(),
  createdMs: z.number(),
  updatedMs: z.number(),
});
export type OwnedNumber = z.infer<typeof OwnedNumber>;

/** One message in the account's log. */
export const Message = z.object({
  sid: z.string(),
  from: z.string(),
  to: z.string(),
  body: z.string(),
  media: z.array(z.string()),
  direction: z.enum(['inbound', 'outbound-api', 'outbound-reply']),
  status: z.enum(['queued', 'sending', 'sent', 'delivered', 'undelivered', 'failed', 'receiving', 'received']),
  segments: z.int().positive(),
  priceUsd: z.number().nullable(),
  errorCode: z.number().nullable(),
  statusCallback: z.string(),
  createdMs: z.number(),
  sentMs: z.number().nullable(),
  updatedMs: z.number(),
});
export type Message = z.infer<typeof Message>;

/** One line of the account's bill. `usd` is what was charged. */
export const LedgerEntry = z.object({
  atMs: z.number(),
  kind: z.enum(['purchase', 'release', 'sms-out', 'sms-in']),
  phoneNumber: z.string(),
  numberSid: z.string(),
  friendlyName: z.string(),
  usd: z.number(),
});
export type LedgerEntry = z.infer<typeof LedgerEntry>;

/** One line of the debugger: what went wrong when Twilio called a webhook. `errorUrl` is the webhook. */
export const Alert = z.object({ atMs: z.number(), code: z.int(), text: z.string(), errorUrl: z.string(), messageSid: z.string() });
export type Alert = z.infer<typeof Alert>;

const AccountState = z.object({
  suspended: z.boolean().default(false),
  /** Added to what the bill leaves of the first balance. */
  addedUsd: z.number().default(0),
  /** Prices of numbers that differ from the list. */
  prices: z.object({ mobile: z.number(), local: z.number() }).partial().default({}),
});
type AccountState = z.infer<typeof AccountState>;

/** What Twilio charges for Australia, in US dollars (list of 2026); a number costs a full month when it is bought. */
export const PRICES = { mobile: 8.25, local: 3, smsOut: 0.0515, smsIn: 0.0075 };
const STARTING_BALANCE_USD = 100_000;

/** The account's state, on disk. */
export class Account {
  readonly numbers: Collection<OwnedNumber>;
  readonly messages: Collection<Message>;
  /** Messages that are still on their way, by SID; a late one waits until `dueMs`. */
  readonly underway: Collection<{ sid: string; dueMs: number }>;
  /** Pairs `own number|handset` that opted out. */
  readonly optOuts: Collection<{ atMs: number }>;
  /** Handsets that cannot be reached. */
  readonly unreachable: Collection<{ atMs: number }>;
  readonly #ledger: Collection<LedgerEntry>;
  readonly #alerts: Collection<Alert>;
  readonly #state: Collection<AccountState>;

  constructor(store: Store) {
    this.numbers = new Collection(store, 'twilio_numbers', OwnedNumber);
    this.messages = new Collection(store, 'twilio_messages', Message);
    this.underway = new Collection(store, 'twilio_underway', z.object({ sid: z.string(), dueMs: z.number() }));
    this.optOuts = new Collection(store, 'twilio_opt_outs', z.object({ atMs: z.number() }));
    this.unreachable = new Collection(store, 'twilio_unreachable', z.object({ atMs: z.number() }));
    this.#ledger = new Collection(store, 'twilio_ledger', LedgerEntry);
    this.#alerts = new Collection(store, 'twilio_alerts', Alert);
    this.#state = new Collection(store, 'twilio_account', AccountState);
  }

  owned(phoneNumber: string): OwnedNumber | undefined {
    return this.numbers.all().find((number) => number.phoneNumber === phoneNumber);
  }

  ledger(): LedgerEntry[] {
    return this.#ledger.all();
  }

  alerts(): Alert[] {
    return this.#alerts.all();
  }

  get suspended(): boolean {
    return this.#now.suspended;
  }

  suspend(suspended: boolean): Promise<void> {
    return this.#change({ suspended });
  }

  balanceUsd(): number {
    return this.ledger().reduce((balance, { usd }) => balance - usd, STARTING_BALANCE_USD + this.#now.addedUsd);
  }

  /** Money goes in or out until this is left. */
  setBalance(usd: number): Promise<void> {
    return this.#change({ addedUsd: this.#now.addedUsd + usd - this.balanceUsd() });
  }

  /** What a number of this kind costs a month. */
  numberPrice(kind: 'mobile' | 'local'): number {
    return this.#now.prices[kind] ?? PRICES[kind];
  }

  setNumberPrice(kind: 'mobile' | 'local', usd: number): Promise<void> {
    return this.#change({ prices: { ...this.#now.prices, [kind]: usd } });
  }

  get #now(): AccountState {
    return this.#state.get('account') ?? AccountState.parse({});
  }

  #change(change: Partial<AccountState>): Promise<void> {
    return this.#state.put('account', { ...this.#now, ...change });
  }

  charge(entry: Omit<LedgerEntry, 'atMs'>): Promise<void> {
    return this.#ledger.put(sid('LE'), { atMs: Date.now(), ...entry });
  }

  alert(alert: Omit<Alert, 'atMs'>): Promise<void> {
    return this.#alerts.put(sid('NO'), { atMs: Date.now(), ...alert });
  }
}
