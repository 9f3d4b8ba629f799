/** What happens to clients, step by step, and each kind of invocation with the state that it began from. */
import { Browser } from '../../local/rehearsal/browser';
import { type SampleClient, sampleClient } from '../../local/rehearsal/sample-clients';
import { signature } from '../../local/xero/webhooks';
import { functionUrlEvent } from '../../local/lambda/function-url-event';
import { stages } from '../../infra/stages';
import type { BusEvent } from '../../local/kernel/wiring';
import type { Message, OwnedNumber } from '../../local/twilio/account';
import { goBackTo } from './prepared';
import { deliveriesOf } from './rules';
import { PortalTour, password } from './tour-portal';
import type { Call, Shot } from './wire';
import { type Ran, shortName, type World } from './world';

export const HOUR = 3600;
export const DAY = 86_400;
/** Xero's organisation. */
export const tenantId = stages.local.depositRule.tenantIds[0]!;

/** An invocation that can be played again: function, event, database (`kept`), clock and what Twilio held. */
export interface Scene {
  name: string;
  fn: string;
  event: unknown;
  kept: number;
  atMs: number;
  owned: OwnedNumber[];
  /** Twilio's messages. */
  texts: Message[];
  calls: Call[];
  /** What comes to the same function afterwards whatever becomes of this: the later requests of one call. */
  sequel: unknown[];
}

/** Whoever takes part. */
export const people: readonly SampleClient[] = Array.from({ length: 9 }, (_, index) => sampleClient(index, 't'));

/** Invocations that call the same in the same order are one scene. */
export class Scenes {
  readonly #bySignature = new Map<string, Scene>();

  add(scene: Scene): void {
    const signature = `${scene.fn}: ${scene.calls.filter((call) => !call.startsWith('secrets')).join(', ')}`;
    if (!this.#bySignature.has(signature)) this.#bySignature.set(signature, scene);
  }

  of(fn: string): Scene[] {
    return this.all().filter((scene) => scene.fn === fn);
  }

  all(): Scene[] {
    const counts = new Map<string, number>();
    return [...this.#bySignature.values()].map((scene) => {
      const count = (counts.get(scene.fn) ?? 0) + 1;
      counts.set(scene.fn, count);
      return { ...scene, name: `${scene.fn} ${count}` };
    });
  }
}

export class Tour {
  readonly scenes = new Scenes();
  readonly #world: World;
  readonly #calls = new Map<string, unknown[][]>();
  /** Of which machine executions are started instead of today's, by its ARN. */
  machineOf: (today: string) => string = (today) => today;

  constructor(world: World) {
    this.#world = world;
  }

  /** From here on every kind of invocation is kept. */
  record(): void {
    const world = this.#world;
    world.recorder = async (fn, event) => {
      const before = {
        fn,
        event,
        kept: await world.keep(),
        atMs: Date.now(),
        owned: structuredClone(world.twilio.numbers()),
        texts: structuredClone(world.twilio.messages()),
      };
      if (this.scenes.of(fn).length === 0) world.functions.fresh(`coresentia-local-${fn}`);
      return ({ calls, invocation }: Ran) => {
        const sequel = this.#sequelOf(fn, event);
        if ('payload' in invocation) this.scenes.add({ ...before, name: fn, calls, sequel });
      };
    };
  }

  /** Filled by the requests that are still to come. */
  #sequelOf(fn: string, event: unknown): unknown[] {
    const { body = '', isBase64Encoded = false } = event as { body?: string; isBase64Encoded?: boolean };
    if (fn !== 'voice-webhook') return [];
    const callSid = new URLSearchParams(isBase64Encoded ? Buffer.from(body, 'base64').toString() : body).get('CallSid') ?? '';
    const sequels = this.#calls.get(callSid) ?? [];
    for (const sequel of sequels) sequel.push(event);
    const own: unknown[] = [];
    this.#calls.set(callSid, [...sequels, own]);
    return own;
  }

  /** Delivers every event, and lets timers run for up to `seconds`. */
  async settle(seconds = 1800): Promise<void> {
    const { kernel, events } = this.#world;
    for (;;) {
      await kernel.untilIdle(seconds);
      const event = events.shift();
      if (!event) return;
      await this.deliver(event);
    }
  }

  async deliver(event: BusEvent): Promise<void> {
    const { stepFunctions, model } = this.#world;
    for (const delivery of deliveriesOf(model, event)) {
      if (delivery.kind === 'execution')
        await stepFunctions.startExecution({ ...delivery, stateMachineArn: this.machineOf(delivery.stateMachineArn) });
      else await this.run(shortName(delivery.name), delivery.payload);
    }
  }

  async run(name: string, event: unknown): Promise<Ran> {
    return this.#world.run(name, { event });
  }

  async pass(seconds: number): Promise<void> {
    await this.#world.kernel.advance(seconds);
    await this.settle();
  }

  /** A deposit is paid in Xero, which says so. */
  async pay(
    person: SampleClient,
    change: { reference?: string; amountCents?: number; contactName?: string } = {},
  ): Promise<{ invoiceId: string }> {
    const { contactName, email, phone } = person;
    const invoice = await this.#world.xero.createDepositInvoice({ contactName, email, phone, amountCents: 50_000, ...change });
    await this.#world.xero.payInvoice(invoice.invoiceId);
    return invoice;
  }

  async webhook(invoiceId: string): Promise<void> {
    const event = {
      resourceId: invoiceId,
      tenantId,
      eventDateUtc: new Date().toISOString().replace('Z', ''),
      eventCategory: 'INVOICE',
      eventType: 'UPDATE',
    };
    const body = JSON.stringify({ events: [event], firstEventSequence: 1, lastEventSequence: 1, entropy: 'X' });
    const headers: [string, string][] = [
      ['content-type', 'application/json'],
      ['x-xero-signature', signature(body, this.#world.keys.webhookKey)],
    ];
    await this.run(
      'xero-webhook',
      functionUrlEvent({ method: 'POST', target: '/api/xero/webhook', headers, body: Buffer.from(body), sourceIp: '127.0.0.1' }),
    );
  }

  async paid(person: SampleClient): Promise<{ invoiceId: string }> {
    const invoice = await this.pay(person);
    await this.webhook(invoice.invoiceId);
    await this.settle();
    return invoice;
  }

  link(email: string, path: string): string {
    const mails = this.#world.ses
      .mailbox()
      .filter(({ to }) => to.includes(email))
      .toReversed();
    const urls = mails.flatMap(({ text = '' }) => text.split(/\s+/).filter((word) => /^https?:/.test(word)));
    const found = urls.find((url) => new URL(url).pathname.startsWith(path));
    if (!found) throw new Error(`no mail with a link to ${path}`);
    return found;
  }

  async fillForm(person: SampleClient, changes: Record<string, string> = {}): Promise<void> {
    const browser = new Browser();
    const url = this.link(person.email, '/onboarding/');
    await browser.open(url);
    const page = await browser.submit(url, { ...person.form, ...changes });
    if (page.status >= 400) throw new Error(`the form was refused with ${page.status}: ${page.html.slice(0, 3000)}`);
    await this.settle();
  }

  async signIn(person: SampleClient): Promise<void> {
    const browser = new Browser();
    const url = this.link(person.email, '/welcome/');
    await browser.open(url);
    await browser.submit(url, {});
    await browser.submit(new URL('/set-password', url).href, { password, again: password });
    await new Browser().submit(new URL('/sign-in', url).href, { email: person.email, password });
    await new Browser().submit(new URL('/sign-in/link', url).href, { email: person.email });
    await new Browser().open(url);
    await new Browser().submit(`${url}/renew`, {});
    await this.settle();
  }

  async beTexted(text: string, from = '+61491100001'): Promise<void> {
    const numbers = this.#world.twilio.numbers();
    await this.#world.twilio.sendFromHandset({ from, to: numbers.at(-1)!.phoneNumber, body: text });
    await this.settle();
  }

  portal(): PortalTour {
    return new PortalTour(this.#world, {
      link: (email, path) => this.link(email, path),
      settle: () => this.settle(),
      pass: (seconds) => this.pass(seconds),
    });
  }

  /** Plays a scene to a call where it goes wrong, and then once more; `between`: what happens meanwhile. */
  async again(scene: Scene, shot: Shot, between?: () => Promise<unknown>): Promise<void> {
    const world = this.#world;
    await this.cutShort(scene, shot);
    await between?.();
    await this.run(scene.fn, scene.event);
    await world.kernel.activity.idle();
  }

  /** Plays a scene to a call where it goes wrong. */
  async cutShort(scene: Scene, shot: Shot): Promise<void> {
    const world = this.#world;
    await goBackTo(world, scene);
    const { recorder } = world;
    world.recorder = undefined;
    await world.run(scene.fn, { event: scene.event, shots: [shot] });
    world.recorder = recorder;
  }
}
