/**
 * Many clients at once on the real SQL, functions, state machine and emulators, with everything that can happen to them drawn from one seed:
 * duplicates, any order, delays, outages, crashes, restarts, jumps of the clock, operators who redrive, forms early, late and twice.
 * One function runs at a time; at a call that the seed chooses it is held while another one runs from beginning to end.
 */
import { functionUrlEvent } from '../../local/lambda/function-url-event';
import type { BusEvent, Invocation } from '../../local/kernel/wiring';
import { type SampleClient, sampleClient } from '../../local/rehearsal/sample-clients';
import { signature } from '../../local/xero/webhooks';
import { mailIdTag } from '../../shared/mail-tag';
import { stages } from '../../infra/stages';
import { nameIn } from '../../infra/names';
import { seeded } from '../faults/random';
import type { Shot, WireMode } from '../faults/wire';
import { deliveriesOf } from '../faults/rules';
import { shortName, type World } from '../faults/world';

const tenantId = stages.local.depositRule.tenantIds[0]!;
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** How likely each kind of trouble is, 0 to 1. */
export interface Weather {
  fault: number;
  hold: number;
  duplicate: number;
  loss: number;
  restart: number;
  outage: number;
}
export const stormy: Weather = { fault: 0.12, hold: 0.15, duplicate: 0.25, loss: 0.05, restart: 0.01, outage: 0.01 };

export interface SimulationOptions {
  seed: number;
  clients: number;
  weather?: Weather;
  /** Faults that are planned: the first time that this function runs, this happens to it. */
  planned?: Map<string, Shot>;
}

/** What a seed came to. `trace`: every event in order, the same with every replay. */
export interface Simulated {
  seed: number;
  clients: number;
  events: number;
  redrives: number;
  problems: string[];
  trace: string[];
}

/** A function that the state machine waits for. */
interface Asked {
  name: string;
  event: unknown;
  answer: (invocation: Invocation) => void;
}

/** Something that happens at a time. */
interface Due {
  atMs: number;
  order: number;
  what: string;
  happen: () => Promise<void>;
}

const modes: WireMode[] = ['refuse', 'lose-response', 'crash', 'crash', 'rate-limit', 'server-error', 'malformed'];

/** An error's name, or the status of a function behind a URL. */
function outcome(invocation: Invocation): string {
  if ('error' in invocation) return invocation.error.errorType;
  const { statusCode } = (invocation.payload ?? {}) as { statusCode?: number };
  return statusCode ? `answers ${statusCode}` : 'answers';
}

/** The queue of functions that the state machine asks for; the world is started with it. */
export class Switchboard {
  readonly waiting: Asked[] = [];
  /** Jitter of retriers, as the seed draws it. */
  random: () => number = () => 0;
  readonly ask = (name: string, event: unknown): Promise<Invocation> => new Promise((answer) => this.waiting.push({ name, event, answer }));
}

export class Simulation {
  readonly #world: World;
  readonly #board: Switchboard;
  readonly #options: Required<Omit<SimulationOptions, 'planned'>> & Pick<SimulationOptions, 'planned'>;
  readonly #random: () => number;
  readonly #agenda: Due[] = [];
  readonly #trace: string[] = [];
  readonly #settled = new Set<string>();
  readonly #people = new Map<string, SampleClient>();
  readonly #planned: Map<string, Shot>;
  #order = 0;
  #checkedAt = 0;
  #events = 0;
  #redrives = 0;
  #mailStart = 0;
  #mailsSeen = 0;
  readonly #mailIds = new Set<string>();
  #executionsBefore = 0;
  #problems: string[] = [];
  #calm = false;

  constructor(world: World, board: Switchboard, options: SimulationOptions) {
    this.#world = world;
    this.#board = board;
    this.#options = { weather: stormy, ...options };
    this.#planned = new Map(options.planned);
    this.#random = seeded(options.seed);
    board.random = seeded(options.seed + 1_000_000_007);
  }

  /** Plays the seed to its end or to the first violation. `start`: the empty database to go back to. */
  async run(start: number): Promise<Simulated> {
    const { seed, clients } = this.#options;
    const world = this.#world;
    await world.rpc('test_rewind_all', { p_kept: start });
    world.events.length = 0;
    this.#mailStart = world.ses.mailbox().length;
    this.#executionsBefore = world.stepFunctions.executions().length;
    for (let index = 0; index < clients; index += 1) this.#arrive(index);
    this.#every(DAY, 'nudge-onboarding');
    this.#every(2 * DAY, 'sweep-invoices');
    this.#every(2 * DAY, 'reconcile-messages');
    const began = Date.now();
    while (this.#problems.length === 0 && !(await this.#isOver())) {
      if (Date.now() > began + 40 * DAY) this.#calm = true; // storms end
      if (Date.now() > began + 90 * DAY || this.#events > clients * 2000)
        this.#problems.push(`it does not come to an end: ${this.#standing()}`);
      await this.#next();
    }
    await this.#drain();
    this.#checkedAt = -1;
    await this.#askForViolations();
    if (this.#problems.length === 0) this.#problems.push(...(await this.#finalProblems()));
    return { seed, clients, events: this.#events, redrives: this.#redrives, problems: this.#problems, trace: this.#trace };
  }

  #draw<T>(list: readonly T[]): T {
    return list[Math.floor(this.#random() * list.length)]!;
  }

  #happens(chance: number): boolean {
    const drawn = this.#random();
    return !this.#calm && drawn < chance;
  }

  #in(ms: number, what: string, happen: () => Promise<void>): void {
    this.#agenda.push({ atMs: Date.now() + Math.round(ms), order: (this.#order += 1), what, happen });
  }

  #every(ms: number, name: string): void {
    this.#in(ms, name, async () => {
      await this.#invoke(name, {});
      this.#every(ms, name);
    });
  }

  /** A client pays some time; the form comes early, late, twice. */
  #arrive(index: number): void {
    const person = sampleClient(index, `s${this.#options.seed}-`);
    this.#people.set(person.email, person);
    this.#in(this.#random() * 6 * HOUR, `client ${index} pays`, async () => {
      const { contactName, email, phone } = person;
      const invoice = await this.#world.xero.createDepositInvoice({ contactName, email, phone, amountCents: 50_000 });
      await this.#world.xero.payInvoice(invoice.invoiceId);
      const copies = this.#happens(0.3) ? 1 + Math.floor(this.#random() * 5) : 1;
      const lost = this.#happens(this.#options.weather.loss);
      for (let copy = 0; copy < (lost ? 0 : copies); copy += 1)
        this.#in(this.#random() * HOUR, `webhook ${index}`, () => this.#webhook(invoice.invoiceId));
    });
    if (this.#random() < 0.15)
      this.#in(this.#random() * 12 * HOUR, `client ${index} sends a form early`, () => this.#sendForm(person, '/onboarding'));
    this.#fillLater(person, index);
    if (this.#random() < 0.2) this.#fillLater(person, index);
  }

  #fillLater(person: SampleClient, index: number): void {
    this.#in(6 * HOUR + this.#random() ** 3 * 12 * DAY, `client ${index} fills the form`, async () => {
      const path = this.#invite(person.email);
      if (path) await this.#sendForm(person, path);
      else this.#fillLater(person, index);
    });
  }

  #invite(email: string): string | undefined {
    const mails = this.#world.ses
      .mailbox()
      .slice(this.#mailStart)
      .filter(({ to }) => to.includes(email));
    const words = mails.toReversed().flatMap(({ text = '' }) => text.split(/\s+/));
    const url = words.find((word) => /^https?:.*\/onboarding\//.test(word));
    return url && new URL(url).pathname;
  }

  /** Until the page says that it is stored; a person presses again. */
  async #sendForm(person: SampleClient, path: string): Promise<void> {
    const base = new URL(this.#world.urls.url(nameIn('local', 'portal')));
    const headers: [string, string][] = [
      ['content-type', 'application/x-www-form-urlencoded'],
      ['origin', base.origin],
      ['host', base.host],
    ];
    const body = Buffer.from(new URLSearchParams(person.form).toString());
    const invocation = await this.#invoke(
      'portal',
      functionUrlEvent({ method: 'POST', target: path, headers, body, sourceIp: '127.0.0.1' }),
    );
    const status = 'payload' in invocation ? (invocation.payload as { statusCode: number }).statusCode : 502;
    if (status >= 500) this.#in(60_000, 'presses again', () => this.#sendForm(person, path));
  }

  async #webhook(invoiceId: string): Promise<void> {
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
    const sent = functionUrlEvent({ method: 'POST', target: '/api/xero/webhook', headers, body: Buffer.from(body), sourceIp: '127.0.0.1' });
    const invocation = await this.#invoke('xero-webhook', sent);
    if ('error' in invocation) this.#in(10 * 60_000, 'webhook again', () => this.#webhook(invoiceId));
  }

  /** One event: a function that is waited for, a delivery, a person, or the clock. */
  async #next(): Promise<void> {
    await this.#rest();
    this.#collect();
    const due = this.#agenda.filter(({ atMs }) => atMs <= Date.now());
    const choices = this.#board.waiting.length + due.length;
    if (choices === 0) return this.#moveClock();
    const choice = Math.floor(this.#random() * choices);
    const asked = this.#board.waiting[choice];
    if (asked) await this.#answer(asked);
    else await this.#happen(due[choice - this.#board.waiting.length]!);
    await this.#check();
  }

  async #happen(due: Due): Promise<void> {
    this.#agenda.splice(this.#agenda.indexOf(due), 1);
    this.#note(due.what);
    await due.happen();
  }

  async #answer(asked: Asked, within = false): Promise<void> {
    this.#board.waiting.splice(this.#board.waiting.indexOf(asked), 1);
    const invocation = await this.#invoke(asked.name, asked.event, within);
    asked.answer(invocation);
    if (asked.name === 'sms-webhook' && !within && this.#happens(this.#options.weather.duplicate))
      await this.#invoke(asked.name, asked.event);
  }

  /** Runs a function in the weather of the seed. */
  async #invoke(name: string, event: unknown, within = false): Promise<Invocation> {
    const { weather } = this.#options;
    const planned = this.#planned.get(name);
    this.#planned.delete(name);
    const shots: Shot[] = planned
      ? [planned]
      : this.#happens(weather.fault)
        ? [{ call: 'any', nth: Math.floor(this.#random() * 9), mode: this.#draw(modes) }]
        : [];
    const at = Math.floor(this.#random() * 6);
    const hold = !within && this.#happens(weather.hold) ? { at, meanwhile: () => this.#meanwhile() } : undefined;
    this.#note(`${name}${shots[0] ? ` (${shots[0].mode} at ${shots[0].nth})` : ''}${hold ? ` held at ${at}` : ''}`);
    const { invocation, crashed } = await this.#world.run(name, { event, shots, within, ...(hold && { hold }) });
    this.#note(`  ${name}: ${outcome(invocation)}${crashed ? ', dead' : ''}`);
    return invocation;
  }

  /** While one function is held, another one runs from beginning to end. */
  async #meanwhile(): Promise<void> {
    const [asked] = this.#board.waiting;
    if (asked) await this.#answer(asked, true);
  }

  /** What vendors and AWS tell: each delivered some time, some twice, a few never. */
  #collect(): void {
    for (const event of this.#world.events.splice(0)) this.#deliverLater(event);
  }

  #deliverLater(event: BusEvent): void {
    const { weather } = this.#options;
    const isMail = event['detail-type'].startsWith('Email ');
    if (isMail && this.#happens(weather.loss)) return;
    const copies = this.#happens(weather.duplicate) ? 2 : 1;
    for (let copy = 0; copy < copies; copy += 1)
      this.#in(this.#random() * (this.#happens(0.1) ? HOUR : 5000), `deliver ${event['detail-type']}`, () => this.#deliver(event));
  }

  async #deliver(event: BusEvent): Promise<void> {
    const { model, stepFunctions } = this.#world;
    for (const delivery of deliveriesOf(model, event)) {
      if (delivery.kind === 'execution') await stepFunctions.startExecution(delivery);
      else if (delivery.queued) await this.#workOff(shortName(delivery.name), delivery.payload);
      else await this.#repeatedly(shortName(delivery.name), delivery.payload);
    }
    const { status, executionArn } = event.detail as { status?: string; executionArn?: string };
    if (executionArn && (status === 'FAILED' || status === 'TIMED_OUT'))
      this.#in(this.#random() * 2 * DAY, 'the operator looks', () => this.#redrive(executionArn));
  }

  /** As a queue delivers again and again. */
  async #workOff(name: string, payload: unknown): Promise<void> {
    const invocation = await this.#invoke(name, payload);
    const failed = 'error' in invocation || (invocation.payload as { batchItemFailures: unknown[] }).batchItemFailures.length > 0;
    if (failed) this.#in(360_000, 'the queue delivers again', () => this.#workOff(name, payload));
  }

  /** As Lambda repeats an asynchronous invocation. */
  async #repeatedly(name: string, payload: unknown, attempt = 0): Promise<void> {
    const invocation = await this.#invoke(name, payload);
    if ('error' in invocation && attempt < 2)
      this.#in(60_000 * (attempt + 1), `${name} again`, () => this.#repeatedly(name, payload, attempt + 1));
  }

  /** Says what became of mails in doubt, and redrives. */
  async #redrive(executionArn: string): Promise<void> {
    const { stepFunctions, ses } = this.#world;
    const execution = stepFunctions.executions().find(({ arn }) => arn === executionArn);
    if (execution?.status !== 'FAILED' && execution?.status !== 'TIMED_OUT') return;
    const sent = new Set(
      ses
        .mailbox()
        .slice(this.#mailStart)
        .map(({ tags }) => tags[mailIdTag]),
    );
    const { invoiceNumber } = JSON.parse(execution.input) as { invoiceNumber: string };
    const doubtful = await this.#world.rpc<{ id: string; template: string }[]>('test_doubtful_mails', { p_invoice_number: invoiceNumber });
    for (const { id, template } of doubtful) {
      const decision = sent.has(id) ? 'was-sent' : 'send-again';
      await this.#world.rpc('settle_mails', {
        p_invoice_number: invoiceNumber,
        p_template: template,
        p_decision: decision,
        p_by: 'Pat',
        p_now: new Date().toISOString(),
      });
      this.#settled.add(id);
      this.#note(`  the operator says of ${template}: ${decision}`);
    }
    this.#redrives += 1;
    const headers = { 'x-amz-target': 'AWSStepFunctions.RedriveExecution', 'content-type': 'application/x-amz-json-1.0' };
    const answer = await fetch(stepFunctions.url, { method: 'POST', headers, body: JSON.stringify({ executionArn }) });
    if (!answer.ok) this.#problems.push(`a redrive was refused: ${await answer.text()}`);
  }

  /** To whatever comes next, or further. */
  async #moveClock(): Promise<void> {
    const { weather } = this.#options;
    if (this.#happens(weather.restart)) return this.#restart();
    this.#outages();
    const nextDue = Math.min(...this.#agenda.map(({ atMs }) => atMs));
    const nextTimer = this.#world.kernel.timers.nextDueMs() ?? Number.POSITIVE_INFINITY;
    const next = Math.min(nextDue, nextTimer);
    const target = Math.max(Date.now() + 1, next + (this.#happens(0.05) ? this.#random() * 8 * HOUR : 0));
    await this.#pump(this.#world.kernel.timers.advanceTo(target));
  }

  #outages(): void {
    const { outages } = this.#world.wire;
    if (this.#calm || (outages.size > 0 && this.#random() < 0.2)) outages.clear();
    const vendor = this.#draw(['twilio', 'ses', 'supabase', 'sns', 'xero', 'stepfunctions', 'eventbridge'] as const);
    if (this.#happens(this.#options.weather.outage)) outages.set(vendor, this.#draw(['refuse', 'server-error', 'rate-limit'] as const));
  }

  /** The clock moves when nothing is in flight, so what it sets off is answered meanwhile. */
  async #pump(moving: Promise<void>): Promise<void> {
    const move = { isDone: false };
    void moving.finally(() => (move.isDone = true));
    while (!move.isDone) {
      await new Promise((turn) => setImmediate(turn));
      const { waiting } = this.#board;
      if (waiting.length === 0) continue;
      await this.#rest();
      const asked = waiting[Math.floor(this.#random() * waiting.length)];
      if (asked) await this.#answer(asked);
      await this.#check();
    }
    await moving;
  }

  async #restart(): Promise<void> {
    this.#note('the state machine restarts');
    const lost = this.#board.waiting.splice(0);
    const restarting = this.#world.restartStepFunctions();
    for (const { answer } of lost) answer({ error: { errorType: 'Lost', errorMessage: 'the process has ended' } });
    await restarting;
  }

  /** Until everything that goes on by itself waits for a function, a timer or a person. */
  async #rest(): Promise<void> {
    for (let quiet = 0, known = -1; quiet < 6; ) {
      await new Promise((turn) => setImmediate(turn));
      quiet = known === this.#board.waiting.length ? quiet + 1 : 0;
      known = this.#board.waiting.length;
    }
  }

  async #check(): Promise<void> {
    this.#events += 1;
    await this.#askForViolations();
    for (const { tags } of this.#world.ses.mailbox().slice(this.#mailStart + this.#mailsSeen)) {
      const id = tags[mailIdTag] ?? '';
      if (this.#mailIds.has(id) && !this.#settled.has(id)) this.#problems.push(`the mail ${id} went out twice and nobody had settled it`);
      this.#mailIds.add(id);
      this.#mailsSeen += 1;
    }
    const tags = this.#world.twilio
      .numbers()
      .map(({ friendlyName }) => friendlyName)
      .filter((tag) => tag.startsWith('run-'));
    if (new Set(tags).size < tags.length) this.#problems.push('a run owns two numbers at Twilio');
  }

  async #askForViolations(): Promise<void> {
    const { at, violations } = await this.#world.rpc<{ at: number; violations: string[] }>('test_violations', { p_since: this.#checkedAt });
    this.#checkedAt = at;
    this.#problems.push(...violations);
  }

  async #isOver(): Promise<boolean> {
    if (this.#board.waiting.length > 0 || this.#agenda.some(({ what }) => what.includes('pays'))) return false;
    const own = this.#own();
    if (own.length < this.#options.clients || own.some(({ status }) => status !== 'SUCCEEDED')) return false;
    return (await this.#world.rpc<number>('test_completed', {})) >= this.#options.clients;
  }

  #own() {
    return this.#world.stepFunctions.executions().slice(this.#executionsBefore);
  }

  /** Nothing of this seed may reach the next one. */
  async #drain(): Promise<void> {
    this.#world.wire.outages.clear();
    for (const { arn, status } of this.#own()) if (status === 'RUNNING') await this.#stop(arn);
    for (const { answer } of this.#board.waiting.splice(0)) answer({ error: { errorType: 'Over', errorMessage: 'the seed is over' } });
    const { kernel, xero, events } = this.#world;
    await kernel.activity.idle();
    await kernel.timers.advanceTo(Date.now() + 2 * HOUR); // mails and texts that are on their way
    for (const invoice of xero.invoices()) invoice.status = 'DELETED'; // the sweep of the next seed must not find them
    events.length = 0;
  }

  /** Where everybody is. */
  #standing(): string {
    const runs = this.#own().filter(({ status }) => status !== 'SUCCEEDED');
    return `${runs.map(({ status, currentStates }) => `${status} ${currentStates.join(' ')}`).join(', ')} (${this.#own().length} executions for ${this.#options.clients} clients)`;
  }

  async #stop(executionArn: string): Promise<void> {
    const headers = { 'x-amz-target': 'AWSStepFunctions.StopExecution', 'content-type': 'application/x-amz-json-1.0' };
    await fetch(this.#world.stepFunctions.url, { method: 'POST', headers, body: JSON.stringify({ executionArn }) });
  }

  /** Everybody has one of everything. */
  async #finalProblems(): Promise<string[]> {
    const counts = await this.#world.rpc<Record<string, number>>('test_counts', {});
    const { clients } = this.#options;
    const wanted = { runs: clients, businesses: clients, settings: clients, owners: clients, configured: clients, logins: clients };
    const problems = Object.entries(wanted).flatMap(([what, count]) =>
      counts[what] === count ? [] : [`${what}: ${counts[what]} for ${count}`],
    );
    const templates = await this.#world.rpc<Record<string, string>>('test_mail_templates', {});
    for (const email of this.#people.keys()) {
      const got = this.#world.ses
        .mailbox()
        .slice(this.#mailStart)
        .filter(({ to }) => to.includes(email))
        .map(({ tags }) => templates[tags[mailIdTag] ?? ''] ?? '?');
      for (const template of ['confirmation', 'welcome']) {
        const count = got.filter((one) => one === template).length;
        if (count !== 1) problems.push(`${email} got ${count} × ${template}`);
      }
    }
    return problems;
  }

  #note(line: string): void {
    this.#trace.push(`${new Date().toISOString()} ${line}`);
    if (process.env['TRACE']) process.stderr.write(`${Math.round(performance.now())} ${this.#trace.at(-1)}\n`);
  }
}
