/** Walks clients through everything that the functions do, and keeps each kind of invocation with the state that it began from. */
import { Browser } from '../../local/rehearsal/browser';
import { type SampleClient, sampleClient } from '../../local/rehearsal/sample-clients';
import { signature } from '../../local/xero/webhooks';
import { functionUrlEvent } from '../../local/lambda/function-url-event';
import { stages } from '../../infra/stages';
import type { BusEvent } from '../../local/kernel/wiring';
import type { Message, OwnedNumber } from '../../local/twilio/account';
import { goBackTo } from './prepared';
import { deliveriesOf, provisioningArn, scheduledFunctions } from './rules';
import { PortalTour, password } from './tour-portal';
import { walkTexts } from './tour-texts';
import type { Call, Shot } from './wire';
import { type Ran, shortName, type World } from './world';

export const HOUR = 3600;
export const DAY = 86_400;
const tenantId = stages.local.depositRule.tenantIds[0]!;

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

/** Each is walked by a process of its own. */
export const parts = ['staying', 'leaving'] as const;
export type Part = (typeof parts)[number];

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

  /** One part of everything; the parts need nothing of each other. */
  async walk(part: Part): Promise<Scene[]> {
    await (part === 'staying' ? this.#staying() : this.#leaving());
    this.#world.recorder = undefined;
    return this.scenes.all();
  }

  /** A client whose leads text and call, and who presses every button. */
  async #staying(): Promise<void> {
    await this.#keenClient();
    await this.#texts();
    await this.#secondDeposit();
    await this.#rounds();
    await this.#lateLead();
    await this.pass(800 * DAY);
    await this.run('purge-old-leads', {});
  }

  /** Clients with whom something is slow, odd, wrong or over. */
  async #leaving(): Promise<void> {
    await this.#slowClient();
    await this.#expiredLink();
    await this.#oddInvoices();
    await this.#trouble();
    await this.#departures();
    await this.#rounds();
    await this.#detours();
  }

  /** Answers at once, looks at the dashboard, is texted. */
  async #keenClient(): Promise<void> {
    const person = sampleClient(0, 't');
    const { invoiceId } = await this.paid(person);
    await this.webhook(invoiceId);
    await this.settle();
    await this.fillForm(person);
    await this.signIn(person);
    await this.beTexted('Hi, are you free on Monday?');
    await this.beTexted('STOP');
    await this.pass(8 * DAY);
  }

  portal(): PortalTour {
    return new PortalTour(this.#world, {
      link: (email, path) => this.link(email, path),
      settle: () => this.settle(),
      pass: (seconds) => this.pass(seconds),
    });
  }

  /** Leads text and call, the client and the operator press every button. */
  async #texts(): Promise<void> {
    const to = this.#world.twilio.numbers().at(-1)!.phoneNumber;
    await walkTexts(this.#world, to, {
      settle: () => this.settle(),
      pass: (seconds) => this.pass(seconds),
      run: (name, event) => this.run(name, event),
    });
    await this.portal().walk(sampleClient(0, 't'));
    await this.settle();
  }

  /** Sends a form before paying, is reminded, never logs in, nobody texts. */
  async #slowClient(): Promise<void> {
    const person = sampleClient(1, 't');
    const portal = this.#world.urls.url('coresentia-local-portal').replace(/\/$/, '');
    await this.paid(person);
    for (const days of [1, 2, 4]) {
      await this.pass(days * DAY);
      await this.run('nudge-onboarding', {});
    }
    await new Browser().submit(`${portal}/onboarding`, person.form);
    await this.run('nudge-onboarding', {});
    const url = this.link(person.email, '/onboarding/');
    await new Browser().open(url);
    const [form] = (await this.#world.snapshot())['public.client_onboarding']!.slice(-1);
    const stored = await this.#lostWakeUp(url, String(form!['business_id']));
    if (!stored) throw new Error('the earlier form was not taken');
    await this.pass(HOUR);
    await this.run('nudge-onboarding', {});
    await this.settle();
    await this.pass(8 * DAY);
  }

  /** The form is stored and the wake-up is lost. */
  async #lostWakeUp(url: string, onboardingId: string): Promise<boolean> {
    const { pathname, host, origin } = new URL(url);
    const headers: [string, string][] = [
      ['content-type', 'application/x-www-form-urlencoded'],
      ['origin', origin],
      ['host', host],
    ];
    const body = Buffer.from(new URLSearchParams({ onboardingId }).toString());
    const event = functionUrlEvent({ method: 'POST', target: `${pathname}/use-sent-form`, headers, body, sourceIp: '127.0.0.1' });
    const { invocation } = await this.#world.run('portal', {
      event,
      shots: [{ call: 'stepfunctions SendTaskSuccess', nth: 0, mode: 'refuse' }],
    });
    return 'payload' in invocation;
  }

  async #expiredLink(): Promise<void> {
    const person = sampleClient(2, 't');
    await this.paid(person);
    const url = this.link(person.email, '/onboarding/');
    await this.pass(29 * DAY);
    await this.pass(7 * DAY);
    await new Browser().submit(url, person.form);
    await new Browser().submit(`${url}/renew`, {});
    await this.settle();
  }

  async #oddInvoices(): Promise<void> {
    const nearMiss = await this.pay(sampleClient(3, 't'), { amountCents: 100 });
    await this.webhook(nearMiss.invoiceId);
    await this.settle();
    await this.webhook(nearMiss.invoiceId);
    await this.settle();
    await this.pay(sampleClient(4, 't'));
    await this.run('sweep-invoices', {});
    this.#world.events.length = 0;
  }

  /** Of somebody who is a client already. */
  async #secondDeposit(): Promise<void> {
    const second = await this.pay(sampleClient(0, 't'));
    await this.webhook(second.invoiceId);
    await this.settle();
  }

  /** Bounces, an odd form, an execution that fails. */
  async #trouble(): Promise<void> {
    const { model, stepFunctions } = this.#world;
    const bounced = { ...sampleClient(5, 't'), email: 'bounce@bounce.example' };
    await this.paid(bounced);
    const input = JSON.stringify({ tenantId, invoiceId: '11111111-2222-4333-8444-555555555555', invoiceNumber: 'INV-9999' });
    await stepFunctions.startExecution({ stateMachineArn: provisioningArn(model), input });
    await this.settle();
    await this.pass(HOUR);
    await this.run('audit-failures', {});
    const odd = sampleClient(6, 't');
    await this.paid(odd);
    await this.fillForm(odd, { email: 'somebody.else@client.example', businessName: 'test test' });
  }

  /** A client who is live comes back and leaves for good; one who has only paid comes back at once, and then too late for a redrive. */
  async #departures(): Promise<void> {
    const portal = this.portal();
    await portal.hire('Pat');
    await portal.hire('Maya');
    await portal.offboard(sampleClient(1, 't'), [
      { decision: 'undo', days: 1, isLost: true },
      { decision: 'release', days: 31 },
    ]);
    const early = sampleClient(8, 't');
    await this.paid(early);
    await portal.offboard(early, [{ decision: 'undo', days: 1 }]);
    const back = this.scenes.of('complete-undo').find(({ calls }) => calls.includes('stepfunctions RedriveExecution'));
    await this.again(back!, { call: 'stepfunctions RedriveExecution', nth: 0, mode: 'crash' });
    await portal.offboard(early, [{ decision: 'undo', days: 15 }]);
  }

  /** Every schedule once. */
  async #rounds(): Promise<void> {
    for (const name of scheduledFunctions(this.#world.model)) await this.run(shortName(name), {});
    await this.settle();
  }

  /** What only happens after something went wrong before: each begins from a scene that a shot has cut short. */
  async #detours(): Promise<void> {
    const { model, stepFunctions } = this.#world;
    const early = sampleClient(7, 't');
    await this.paid(early);
    const url = this.link(early.email, '/onboarding/');
    const run = (await this.#world.snapshot())['public.provisioning_runs']!.at(-1)!;
    await new Browser().submit(url, early.form);
    await this.settle();
    const await_ = this.scenes.of('await-onboarding')[0]!;
    const event = { ...(await_.event as object), runId: run['id'], executionId: run['execution_id'] };
    await this.run('await-onboarding', event);
    for (const [fn, call] of [
      ['create-login', 'supabase auth/admin/users'],
      ['provision-number', 'twilio createNumber'],
      ['send-test-sms', 'twilio createMessage'],
    ] as const) {
      const scene = this.scenes.of(fn)[0]!;
      await this.again(scene, { call, nth: 0, mode: 'crash' });
    }
    await this.again(this.scenes.of('provision-number')[0]!, { call: 'twilio createNumber', nth: 0, mode: 'refuse' }, async () => {
      const wanted = (await this.#world.snapshot())['public.phone_numbers']!.find(({ state }) => state === 'requested');
      await this.#world.twilio.sellToOther(String(wanted!['e164']));
    });
    await this.again(this.scenes.of('provision-number')[0]!, { call: 'supabase rpc/record_number', nth: 0, mode: 'refuse' }, async () => {
      this.#world.twilio.numbers().at(-1)!.smsUrl = ''; // Twilio ignores what it does not understand
    });
    const { executionArn } = await stepFunctions.startExecution({ stateMachineArn: provisioningArn(model), input: '{}' });
    await this.settle();
    if (!executionArn) throw new Error('no execution');
  }

  /** A lead's first text is stored, and nobody is told: the reconciliation is. */
  async #lateLead(): Promise<void> {
    const told = this.scenes.of('sms-webhook').find(({ calls }) => calls.some((call) => call.startsWith('eventbridge')));
    const call = told!.calls.find((one) => one.startsWith('eventbridge'))!;
    await this.#cutShort(told!, { call, nth: 0, mode: 'crash' });
    await this.pass(15 * 60);
    await this.run('reconcile-messages', {});
    await this.settle();
  }

  /** Plays a scene to a call where it goes wrong, and then once more; `between`: what happens meanwhile. */
  async again(scene: Scene, shot: Shot, between?: () => Promise<unknown>): Promise<void> {
    const world = this.#world;
    await this.#cutShort(scene, shot);
    await between?.();
    await this.run(scene.fn, scene.event);
    await world.kernel.activity.idle();
  }

  async #cutShort(scene: Scene, shot: Shot): Promise<void> {
    const world = this.#world;
    await goBackTo(world, scene);
    const { recorder } = world;
    world.recorder = undefined;
    await world.run(scene.fn, { event: scene.event, shots: [shot] });
    world.recorder = recorder;
  }
}
