import { createHmac, randomBytes } from 'node:crypto';
import { z } from 'zod';
import { type Callback, callBack, takeWebhookFault } from '../kernel/callback';
import { Collection } from '../kernel/collection';
import type { Kernel } from '../kernel/kernel';

/** Where the subscription points and how it is signed. */
export interface Subscription {
  /** Asked at every sending, because the receiver may start later than Xero. */
  webhookUrl: () => string;
  webhookKey: string;
  tenantId: string;
}

const Event = z.object({
  sequence: z.int().positive(),
  invoiceId: z.string(),
  change: z.enum(['CREATE', 'UPDATE']),
  atMs: z.number(),
  /** `lost` plays the event that never came. */
  state: z.enum(['pending', 'delivered', 'lost']),
});
type Event = z.infer<typeof Event>;

const State = z.object({ enabled: z.boolean(), failingSinceMs: z.number().optional(), attempts: z.int(), nextAttemptMs: z.number() });

/** What the control room shows of the subscription; times in local milliseconds. */
export interface WebhookState {
  enabled: boolean;
  pending: number;
  delivered: number;
  lost: number;
  failingSinceMs: number | undefined;
  attempts: number;
}

/** One request of an intent-to-receive check: what it should have been answered, and was (0: no answer). */
export interface Validation {
  signature: 'right' | 'wrong';
  expected: 200 | 401;
  status: number;
}

const BATCH = 50;
const RETRY_MS = 15 * 60_000;
const GIVE_UP_MS = 24 * 60 * 60_000; // https://developer.xero.com/documentation/guides/webhooks/configuring-your-server/

/** base64(HMAC-SHA256(raw body, key as UTF-8 text)), the value of x-xero-signature. */
export function signature(body: string, key: string): string {
  return createHmac('sha256', key).update(body, 'utf8').digest('base64');
}

/**
 * Sends invoice events in batches, at least once: again at once, then every 15 minutes, and disables the subscription after 24 hours.
 * Faults of the call `xeroWebhook`: `reject` loses the events, `slow` sends them later, `malformed` cuts the body, others fail the attempt.
 */
export class Webhooks {
  readonly #kernel: Kernel;
  readonly #subscription: Subscription;
  readonly #events: Collection<Event>;
  readonly #states: Collection<z.infer<typeof State>>;
  #sending = false;
  #closed = false;
  #cancelTimer: (() => void) | undefined;

  constructor(kernel: Kernel, subscription: Subscription) {
    this.#kernel = kernel;
    this.#subscription = subscription;
    this.#events = new Collection(kernel.store, 'xero_events', Event);
    this.#states = new Collection(kernel.store, 'xero_webhook_state', State);
  }

  /** Takes up what an earlier process left unsent. */
  resume(): void {
    if (this.#pending().length > 0) this.#wakeAt(this.#state().nextAttemptMs);
  }

  close(): void {
    this.#closed = true;
    this.#cancelTimer?.();
  }

  state(): WebhookState {
    const count = (state: Event['state']) => this.#events.all().filter((event) => event.state === state).length;
    const { enabled, failingSinceMs, attempts } = this.#state();
    return { enabled, failingSinceMs, attempts, pending: count('pending'), delivered: count('delivered'), lost: count('lost') };
  }

  /** Queues one event; resolves when it is stored, the sending goes on by itself. */
  async add(invoiceId: string, change: Event['change']): Promise<void> {
    await this.#kernel.activity.during(async () => {
      const sequence = this.#events.all().length + 1;
      await this.#events.put(String(sequence), { sequence, invoiceId, change, atMs: Date.now(), state: 'pending' });
      this.#wakeAt(this.#state().nextAttemptMs);
    });
  }

  /** Sends `copies` of the latest events (of one invoice, if named), as Xero may; resolves to the statuses (0: no answer). */
  async redeliver(copies: number, invoiceId?: string): Promise<number[]> {
    const past = this.#events.all().filter((event) => event.state !== 'lost' && (!invoiceId || event.invoiceId === invoiceId));
    const body = this.#body(past.slice(-1));
    const statuses: number[] = [];
    const end = this.#kernel.activity.begin();
    try {
      while (statuses.length < copies) {
        const wave = Array.from({ length: Math.min(20, copies - statuses.length) }, () => this.#post(body));
        statuses.push(...(await Promise.all(wave)).map(({ status }) => status));
      }
    } finally {
      end();
    }
    return statuses;
  }

  /** Plays Xero's intent-to-receive check; the subscription is enabled by it, or disabled. */
  async validate(): Promise<{ ok: boolean; answers: Validation[] }> {
    const answers: Validation[] = [];
    const end = this.#kernel.activity.begin();
    try {
      for (const kind of ['right', 'wrong', 'right', 'wrong'] as const) answers.push(await this.#validateOnce(kind));
      const ok = answers.every(({ expected, status }) => expected === status);
      await this.#save({ enabled: ok, attempts: 0, nextAttemptMs: 0 });
      if (ok && this.#pending().length > 0) this.#wakeAt(0);
      return { ok, answers };
    } finally {
      end();
    }
  }

  async #validateOnce(kind: Validation['signature']): Promise<Validation> {
    const body = this.#body([]);
    const right = signature(body, this.#subscription.webhookKey);
    const wrong = `${right.startsWith('/') ? 'B' : '/'}${right.slice(1)}`;
    const { status, clean } = await this.#post(body, kind === 'right' ? right : wrong);
    return { signature: kind, expected: kind === 'right' ? 200 : 401, status: clean ? status : 0 };
  }

  #pending(): Event[] {
    return this.#events.all().filter(({ state }) => state === 'pending');
  }

  #state(): z.infer<typeof State> {
    return this.#states.get('state') ?? { enabled: true, attempts: 0, nextAttemptMs: 0 };
  }

  #save(state: z.infer<typeof State>): Promise<void> {
    return this.#states.put('state', state);
  }

  #wakeAt(dueMs: number): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    if (this.#closed) return;
    if (dueMs > Date.now()) this.#cancelTimer = this.#kernel.timers.at(dueMs, 'work', () => this.#start());
    else this.#start();
  }

  #start(): void {
    if (this.#sending || this.#closed || !this.#state().enabled) return;
    this.#sending = true;
    const end = this.#kernel.activity.begin();
    setImmediate(() => {
      void this.#sendAll().finally(() => {
        this.#sending = false;
        if (this.#pending().length > 0 && this.#state().nextAttemptMs <= Date.now()) this.#start();
        end();
      });
    });
  }

  async #sendAll(): Promise<void> {
    for (let batch = this.#pending().slice(0, BATCH); batch.length > 0; batch = this.#pending().slice(0, BATCH)) {
      const outcome = await this.#deliver(batch);
      if (this.#closed || (outcome === 'failed' && !(await this.#failed())) || outcome === 'delayed') return;
      if (outcome === 'failed') continue;
      await Promise.all(batch.map((event) => this.#events.put(String(event.sequence), { ...event, state: outcome })));
      await this.#save({ enabled: true, attempts: 0, nextAttemptMs: 0 });
    }
  }

  /** Notes a failure; true if the next attempt is due at once. */
  async #failed(): Promise<boolean> {
    const { failingSinceMs = Date.now(), attempts } = this.#state();
    const enabled = Date.now() - failingSinceMs < GIVE_UP_MS;
    const atOnce = attempts === 0;
    const nextAttemptMs = Date.now() + (atOnce ? 0 : RETRY_MS);
    await this.#save({ enabled, failingSinceMs, attempts: attempts + 1, nextAttemptMs });
    if (enabled && !atOnce) this.#wakeAt(nextAttemptMs);
    return enabled && atOnce;
  }

  async #deliver(batch: Event[]): Promise<'delivered' | 'failed' | 'lost' | 'delayed'> {
    const fault = takeWebhookFault(this.#kernel.faults, 'xero', 'xeroWebhook');
    if (fault?.mode === 'reject') return 'lost';
    if (fault?.mode === 'slow') return this.#delay(fault.slowMs);
    if (fault && ['refuse', 'rate-limit', 'server-error'].includes(fault.mode)) return 'failed';
    const body = this.#body(batch);
    const sent = fault?.mode === 'malformed' ? body.slice(0, -2) : body; // its signature no longer fits
    const { status, clean } = await this.#post(sent, signature(body, this.#subscription.webhookKey));
    return fault?.mode !== 'lose-response' && status === 200 && clean ? 'delivered' : 'failed';
  }

  async #delay(byMs: number): Promise<'delayed'> {
    const nextAttemptMs = Date.now() + byMs;
    await this.#save({ ...this.#state(), nextAttemptMs });
    this.#wakeAt(nextAttemptMs);
    return 'delayed';
  }

  /** Field order, missing `Z` and wavering case are Xero's. */
  #body(events: Event[]): string {
    const { tenantId } = this.#subscription;
    return JSON.stringify({
      events: events.map(({ invoiceId, change, atMs, sequence }) => ({
        resourceUrl: `https://api.xero.com/api.xro/2.0/Invoices/${invoiceId}`,
        resourceId: invoiceId,
        eventDateUtc: new Date(atMs).toISOString().replace('Z', ''),
        eventType: sequence % 4 === 3 ? change.charAt(0) + change.slice(1).toLowerCase() : change,
        eventCategory: 'INVOICE',
        tenantId: tenantId.toLowerCase(),
        tenantType: 'ORGANISATION',
      })),
      firstEventSequence: events.at(0)?.sequence ?? 0,
      lastEventSequence: events.at(-1)?.sequence ?? 0,
      entropy: randomBytes(10).toString('hex').toUpperCase(),
    });
  }

  /** `clean`: no body and no cookies, which Xero demands beside the status. */
  async #post(body: string, signed = signature(body, this.#subscription.webhookKey)): Promise<{ status: number; clean: boolean }> {
    const callback: Omit<Callback, 'url'> = {
      method: 'POST',
      headers: { 'content-type': 'application/json; charset=utf-8', 'x-xero-signature': signed },
      body,
      connectTimeoutMs: 5000,
      readTimeoutMs: 5000,
    };
    try {
      const answer = await callBack({ ...callback, url: this.#subscription.webhookUrl() });
      return { status: answer.status, clean: answer.body === '' && answer.headers['set-cookie'] === undefined };
    } catch {
      return { status: 0, clean: false }; // refused, too slow, broken, or no receiver yet: Xero repeats
    }
  }
}
