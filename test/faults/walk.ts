/** Walks clients through everything that the functions do. */
import { functionUrlEvent } from '../../local/lambda/function-url-event';
import { Browser } from '../../local/rehearsal/browser';
import { sampleClient } from '../../local/rehearsal/sample-clients';
import { provisioningArn, scheduledFunctions } from './rules';
import { DAY, HOUR, type Scene, tenantId, type Tour } from './tour';
import { walkTexts } from './tour-texts';
import { shortName, type World } from './world';

/** Each is walked by a process of its own. */
export const parts = ['staying', 'leaving'] as const;
export type Part = (typeof parts)[number];

export class Walk {
  readonly #world: World;
  readonly #tour: Tour;

  constructor(world: World, tour: Tour) {
    this.#world = world;
    this.#tour = tour;
  }

  /** One part of everything; the parts need nothing of each other. */
  async all(part: Part): Promise<Scene[]> {
    await (part === 'staying' ? this.#staying() : this.#leaving());
    this.#world.recorder = undefined;
    return this.#tour.scenes.all();
  }

  /** A client whose leads text and call, and who presses every button. */
  async #staying(): Promise<void> {
    await this.#keenClient();
    await this.#texts();
    await this.#secondDeposit();
    await this.#rounds();
    await this.#lateLead();
    await this.#tour.pass(800 * DAY);
    await this.#tour.run('purge-old-leads', {});
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
    const { invoiceId } = await this.#tour.paid(person);
    await this.#tour.webhook(invoiceId);
    await this.#tour.settle();
    await this.#tour.fillForm(person);
    await this.#tour.signIn(person);
    await this.#tour.beTexted('Hi, are you free on Monday?');
    await this.#tour.beTexted('STOP');
    await this.#tour.pass(8 * DAY);
  }

  /** Leads text and call, the client and the operator press every button. */
  async #texts(): Promise<void> {
    const to = this.#world.twilio.numbers().at(-1)!.phoneNumber;
    await walkTexts(this.#world, to, {
      settle: () => this.#tour.settle(),
      pass: (seconds) => this.#tour.pass(seconds),
      run: (name, event) => this.#tour.run(name, event),
    });
    await this.#tour.portal().walk(sampleClient(0, 't'));
    await this.#tour.settle();
  }

  /** Sends a form before paying, is reminded, never logs in, nobody texts. */
  async #slowClient(): Promise<void> {
    const person = sampleClient(1, 't');
    const portal = this.#world.urls.url('coresentia-local-portal').replace(/\/$/, '');
    await this.#tour.paid(person);
    for (const days of [1, 2, 4]) {
      await this.#tour.pass(days * DAY);
      await this.#tour.run('nudge-onboarding', {});
    }
    await new Browser().submit(`${portal}/onboarding`, person.form);
    await this.#tour.run('nudge-onboarding', {});
    const url = this.#tour.link(person.email, '/onboarding/');
    await new Browser().open(url);
    const [form] = (await this.#world.snapshot())['public.client_onboarding']!.slice(-1);
    const stored = await this.#lostWakeUp(url, String(form!['business_id']));
    if (!stored) throw new Error('the earlier form was not taken');
    await this.#tour.pass(HOUR);
    await this.#tour.run('nudge-onboarding', {});
    await this.#tour.settle();
    await this.#tour.pass(8 * DAY);
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
    await this.#tour.paid(person);
    const url = this.#tour.link(person.email, '/onboarding/');
    await this.#tour.pass(29 * DAY);
    await this.#tour.pass(7 * DAY);
    await new Browser().submit(url, person.form);
    await new Browser().submit(`${url}/renew`, {});
    await this.#tour.settle();
  }

  async #oddInvoices(): Promise<void> {
    const nearMiss = await this.#tour.pay(sampleClient(3, 't'), { amountCents: 100 });
    await this.#tour.webhook(nearMiss.invoiceId);
    await this.#tour.settle();
    await this.#tour.webhook(nearMiss.invoiceId);
    await this.#tour.settle();
    await this.#tour.pay(sampleClient(4, 't'));
    await this.#tour.run('sweep-invoices', {});
    this.#world.events.length = 0;
  }

  /** Of somebody who is a client already. */
  async #secondDeposit(): Promise<void> {
    const second = await this.#tour.pay(sampleClient(0, 't'));
    await this.#tour.webhook(second.invoiceId);
    await this.#tour.settle();
  }

  /** Bounces, an odd form, an execution that fails. */
  async #trouble(): Promise<void> {
    const { model, stepFunctions } = this.#world;
    const bounced = { ...sampleClient(5, 't'), email: 'bounce@bounce.example' };
    await this.#tour.paid(bounced);
    const input = JSON.stringify({ tenantId, invoiceId: '11111111-2222-4333-8444-555555555555', invoiceNumber: 'INV-9999' });
    await stepFunctions.startExecution({ stateMachineArn: provisioningArn(model), input });
    await this.#tour.settle();
    await this.#tour.pass(HOUR);
    await this.#tour.run('audit-failures', {});
    const odd = sampleClient(6, 't');
    await this.#tour.paid(odd);
    await this.#tour.fillForm(odd, { email: 'somebody.else@client.example', businessName: 'test test' });
  }

  /** A client who is live comes back and leaves for good; one who has only paid comes back at once, and then too late for a redrive. */
  async #departures(): Promise<void> {
    const portal = this.#tour.portal();
    await portal.hire('Pat');
    await portal.hire('Maya');
    await portal.offboard(sampleClient(1, 't'), [
      { decision: 'undo', days: 1, isLost: true },
      { decision: 'release', days: 31 },
    ]);
    const early = sampleClient(8, 't');
    await this.#tour.paid(early);
    await portal.offboard(early, [{ decision: 'undo', days: 1 }]);
    const back = this.#tour.scenes.of('complete-undo').find(({ calls }) => calls.includes('stepfunctions RedriveExecution'));
    await this.#tour.again(back!, { call: 'stepfunctions RedriveExecution', nth: 0, mode: 'crash' });
    await portal.offboard(early, [{ decision: 'undo', days: 15 }]);
  }

  /** Every schedule once. */
  async #rounds(): Promise<void> {
    for (const name of scheduledFunctions(this.#world.model)) await this.#tour.run(shortName(name), {});
    await this.#tour.settle();
  }

  /** What only happens after something went wrong before: each begins from a scene that a shot has cut short. */
  async #detours(): Promise<void> {
    const { model, stepFunctions } = this.#world;
    const early = sampleClient(7, 't');
    await this.#tour.paid(early);
    const url = this.#tour.link(early.email, '/onboarding/');
    const run = (await this.#world.snapshot())['public.provisioning_runs']!.at(-1)!;
    await new Browser().submit(url, early.form);
    await this.#tour.settle();
    const await_ = this.#tour.scenes.of('await-onboarding')[0]!;
    const event = { ...(await_.event as object), runId: run['id'], executionId: run['execution_id'] };
    await this.#tour.run('await-onboarding', event);
    for (const [fn, call] of [
      ['create-login', 'supabase auth/admin/users'],
      ['provision-number', 'twilio createNumber'],
      ['send-test-sms', 'twilio createMessage'],
    ] as const) {
      const scene = this.#tour.scenes.of(fn)[0]!;
      await this.#tour.again(scene, { call, nth: 0, mode: 'crash' });
    }
    await this.#tour.again(
      this.#tour.scenes.of('provision-number')[0]!,
      { call: 'twilio createNumber', nth: 0, mode: 'refuse' },
      async () => {
        const wanted = (await this.#world.snapshot())['public.phone_numbers']!.find(({ state }) => state === 'requested');
        await this.#world.twilio.sellToOther(String(wanted!['e164']));
      },
    );
    await this.#tour.again(
      this.#tour.scenes.of('provision-number')[0]!,
      { call: 'supabase rpc/record_number', nth: 0, mode: 'refuse' },
      async () => {
        this.#world.twilio.numbers().at(-1)!.smsUrl = ''; // Twilio ignores what it does not understand
      },
    );
    const { executionArn } = await stepFunctions.startExecution({ stateMachineArn: provisioningArn(model), input: '{}' });
    await this.#tour.settle();
    if (!executionArn) throw new Error('no execution');
  }

  /** A lead's first text is stored, and nobody is told: the reconciliation is. */
  async #lateLead(): Promise<void> {
    const told = this.#tour.scenes.of('sms-webhook').find(({ calls }) => calls.some((call) => call.startsWith('eventbridge')));
    const call = told!.calls.find((one) => one.startsWith('eventbridge'))!;
    await this.#tour.cutShort(told!, { call, nth: 0, mode: 'crash' });
    await this.#tour.pass(15 * 60);
    await this.#tour.run('reconcile-messages', {});
    await this.#tour.settle();
  }
}
