/** Everything that a member and an operator can press in the portal, once each. */
import { Browser } from '../../local/rehearsal/browser';
import type { SampleClient } from '../../local/rehearsal/sample-clients';
import type { Rows, World } from './world';

export const password = 'four words of password';

/** Where a signed-in person presses. */
class Visit {
  readonly #browser = new Browser();
  readonly #origin: string;

  constructor(origin: string) {
    this.#origin = origin;
  }

  async open(path: string): Promise<string> {
    return this.#expect(path, await this.#browser.open(this.#origin + path));
  }

  async press(path: string, fields: Record<string, string> = {}): Promise<string> {
    const submit = () => this.#browser.submit(this.#origin + path, fields);
    const page = await submit();
    return this.#expect(path, page.status === 503 ? await submit() : page); // on a machine that is busy a limit may run out: people press again
  }

  /** Pressed, and the answer is no. */
  async pressInVain(path: string, fields: Record<string, string>): Promise<void> {
    const { status } = await this.#browser.submit(this.#origin + path, fields);
    if (status !== 401) throw new Error(`${path} was answered with ${status}`);
  }

  #expect(path: string, { status, html }: { status: number; html: string }): string {
    if (status >= 400) throw new Error(`${path} was answered with ${status}: ${html.replace(/<[^>]+>/g, ' ').slice(0, 500)}`);
    return html;
  }
}

/** `decision` comes after `days`. `isLost`: nobody is told of the start, and it is started again. */
export interface Departure {
  decision: 'undo' | 'release';
  days: number;
  isLost?: boolean;
}

/** An offboarding that has been confirmed, and its page. */
export interface Leaving {
  path: string;
  confirmation: string;
  id: string;
}

/** What the whole tour does for this part of it. */
interface Guide {
  /** The newest link of this kind that was mailed to an address. */
  link: (email: string, path: string) => string;
  settle: () => Promise<void>;
  pass: (seconds: number) => Promise<void>;
}

export class PortalTour {
  readonly #world: World;
  readonly #origin: string;
  readonly #guide: Guide;

  constructor(world: World, guide: Guide) {
    this.#world = world;
    this.#origin = world.urls.url('coresentia-local-portal').replace(/\/$/, '');
    this.#guide = guide;
  }

  /** `person` has a dashboard and a password, and a lead has texted. */
  async walk(person: SampleClient): Promise<void> {
    const rows = await this.#world.snapshot();
    const [form] = rows['public.client_onboarding']!.filter(({ email }) => String(email).toLowerCase() === person.email);
    const businessId = String(form!['business_id']);
    await this.#member(person, businessId, rows);
    await this.#colleague(person, businessId);
    await this.#operator(person, businessId, rows);
  }

  async #member({ email, form }: SampleClient, businessId: string, rows: Rows): Promise<void> {
    const visit = await this.#signedIn(email);
    const lead = rows['public.leads']!.find(
      (one) => one['business_id'] === businessId && !one['is_demo'] && !one['is_test'] && !one['opted_out'],
    )!;
    const reply = rows['public.messages']!.find((one) => one['lead_id'] === lead['id'] && one['direction'] === 'outbound')!;
    const home = `/dashboard/${businessId}`;
    const thread = `${home}/leads/${String(lead['id'])}`;
    for (const path of [
      '',
      '/leads',
      '/calendar',
      '/calendar/demo',
      '/settings',
      '/history',
      '/people',
      '/walkthrough',
      '/feedback',
      '/leads.csv',
    ])
      await visit.open(home + path);
    await visit.press(`${home}/replies`, { paused: 'yes' });
    const unwanted = await this.#texted(businessId);
    await visit.press(`${home}/replies`, { paused: '' });
    await visit.press(`${thread}/take-over`, { taken: 'yes' });
    await visit.press(`${thread}/reply`, { body: 'On my way', formKey: '7d0e5c52-3b0c-4b0e-9a55-07b5b9c4f001' });
    await visit.press(`${thread}/outcome`, { outcome: 'won' });
    await visit.press(`${thread}/flag/${String(reply['id'])}`, { body: 'No' });
    const booking = { title: 'Lights', day: this.#day(9), start: '10:00', minutes: '60' };
    await visit.press(`${home}/calendar/new`, booking);
    const [made] = (await this.#world.snapshot())['public.bookings']!.slice(-1);
    await visit.press(`${home}/bookings/${String(made!['id'])}`, { ...booking, start: '12:00' });
    await visit.press(`${home}/bookings/${String(made!['id'])}/cancel`);
    const feed = /\/calendar\/[A-Za-z0-9_-]+\.ics/.exec(await visit.press(`${home}/calendar/feed`))![0];
    await visit.open(feed);
    await visit.press(`${home}/calendar/feed/close`);
    await visit.press(`${home}/settings/hours`, { ...form, travelBuffer: '45', jobDuration: '90' });
    await visit.press(`${home}/settings/details`, { businessName: 'Bright Sparks', services: 'Lights', timeZone: 'Australia/Perth' });
    await visit.press(`${home}/settings/notifications`, { by: 'both', email, phone: '0480 000 123' });
    await visit.press(`${home}/settings/replies`, { tone: 'relaxed', facts: '', topic_hours: 'on' });
    await visit.press(`${home}/settings/retention`, { months: '12' });
    await visit.press(`${home}/settings/access`, { hours: '24' });
    await visit.press(`${home}/feedback`, { kind: 'bug', body: 'It is slow' });
    await visit.press(`${home}/walkthrough/skip`, { skip: 'yes' });
    await visit.press(`${home}/walkthrough/delete-demo`);
    await visit.press('/account/email', { email: 'new.address@client.example' });
    await visit.press('/account/email/withdraw');
    for (const [from, to] of [
      [email, `other.${email}`],
      [`other.${email}`, email],
    ] as const) {
      await visit.press('/account/email', { email: to });
      for (const address of [from, to]) {
        const { pathname } = new URL(this.#guide.link(address, '/email-change/'));
        await visit.open(pathname);
        await visit.press(pathname);
      }
    }
    await visit.press(`${home}/leads/${unwanted}/delete`);
    await new Visit(this.#origin).pressInVain('/sign-in', { email, password: 'not this one' });
  }

  /** Somebody texts while replies are paused; answers the lead's id. */
  async #texted(businessId: string): Promise<string> {
    const { twilio } = this.#world;
    const { data } = await this.#world.db.from('businesses').select('phone_number').eq('id', businessId).single();
    await twilio.sendFromHandset({ from: '+61491100009', to: String(data!.phone_number), body: 'Do you paint?' });
    await this.#guide.settle();
    const found = await this.#world.db.from('leads').select('id').eq('phone', '+61491100009').single();
    return String(found.data!.id);
  }

  /** Somebody is invited, gets the business and gives it back. */
  async #colleague({ email }: SampleClient, businessId: string): Promise<void> {
    const home = `/dashboard/${businessId}`;
    const visit = await this.#signedIn(email);
    await visit.press(`${home}/people/invite`, { email: 'nobody@client.example' });
    await visit.press(`${home}/people/withdraw`, { email: 'nobody@client.example' });
    await visit.press(`${home}/people/invite`, { email: 'kim@client.example' });
    await new Visit(this.#origin).press(new URL(this.#guide.link('kim@client.example', '/invitation/')).pathname, {
      password,
      again: password,
    });
    const kim = (await this.#world.snapshot())['auth.users']!.find((one) => one['email'] === 'kim@client.example')!;
    await visit.press(`${home}/people/${String(kim['id'])}/hand-over`);
    const { data } = await this.#world.db.from('business_members').select('user_id, role').eq('business_id', businessId);
    const former = data!.find(({ user_id }) => user_id !== kim['id'])!;
    await this.#world.db.auth.admin.updateUserById(String(kim['id']), { password });
    const other = await this.#signedIn('kim@client.example');
    await other.press(`${home}/people/${String(former.user_id)}/hand-over`);
    await (await this.#signedIn(email)).press(`${home}/people/${String(kim['id'])}/remove`);
  }

  async #operator({ form }: SampleClient, businessId: string, rows: Rows): Promise<void> {
    await this.hire('Pat');
    const visit = await this.#signedIn('pat@coresentia.example');
    const run = rows['public.provisioning_runs']!.find((one) => one['business_id'] === businessId)!;
    const mail = rows['public.email_messages']!.find((one) => one['run_id'] === run['id'])!;
    const path = `/operator/runs/${String(run['id'])}`;
    const { data: flagged } = await this.#world.db.from('feedback').select('id').eq('kind', 'wrong-reply').single();
    const leads = `/operator/businesses/${businessId}/leads`;
    const lead = /leads\/([0-9a-f-]{36})/.exec(await visit.open(leads))![1]!;
    for (const page of ['', '/clients', '/feedback', '/audits', '/offboardings', `/feedback/${String(flagged!.id)}`])
      await visit.open(`/operator${page}`);
    for (const page of [path, `${leads}/${lead}`]) await visit.open(page);
    await visit.press(`${path}/note`, { text: 'called' });
    await visit.press(`${path}/resend`, { kind: 'sign-in-link' });
    await visit.press(`${path}/approve`);
    await visit.press(`${path}/correct`, form);
    await this.#world.db.from('email_messages').update({ status: 'unknown' }).eq('id', String(mail['id']));
    await visit.press(`${path}/mails/${String(mail['id'])}`, { decision: 'was-sent' });
    const [feedback] = (await this.#world.snapshot())['public.feedback']!;
    await visit.press(`/operator/feedback/${String(feedback!['id'])}`, { status: 'seen' });
    await visit.press('/account/sign-out-everywhere');
  }

  /** Clients leave and come back, or a second person releases the number after its quarantine. */
  async offboard(person: SampleClient, departures: readonly Departure[]): Promise<void> {
    const { settle, pass } = this.#guide;
    for (const { decision, days, isLost } of departures) {
      const leaving = await this.begin(person);
      if (isLost) {
        this.#world.events.length = 0;
        await (await this.#signedIn('maya@coresentia.example')).press(`${leaving.path}/${leaving.id}/start-again`);
      }
      await settle();
      await pass(days * 86_400);
      await this.#world.run('nudge-offboarding', { event: {} });
      await settle();
      await this.decide(leaving, decision);
      await settle();
    }
  }

  /** Maya confirms that a client leaves. */
  async begin(person: SampleClient): Promise<Leaving> {
    const { db } = this.#world;
    const { data: client } = await db.from('clients').select('id').eq('email', person.email).single();
    const { data: run } = await db.from('provisioning_runs').select('id, invoice_number').eq('client_id', String(client!.id)).single();
    const path = `/operator/runs/${String(run!.id)}/offboarding`;
    const confirmation = String(run!.invoice_number);
    await (await this.#signedIn('maya@coresentia.example')).press(path, { confirmation, reason: 'They closed their shop' });
    const { data: open } = await db.from('offboardings').select('id').is('undone_at', null).is('completed_at', null).single();
    return { path, confirmation, id: String(open!.id) };
  }

  /** Pat says what becomes of it. */
  async decide({ path, id, confirmation }: Leaving, decision: Departure['decision']): Promise<void> {
    await (await this.#signedIn('pat@coresentia.example')).press(`${path}/${id}/${decision}`, { confirmation });
  }

  /** Made by hand in the database, as the runbook says. */
  async hire(name: string): Promise<void> {
    const email = `${name.toLowerCase()}@coresentia.example`;
    const { data } = await this.#world.db.auth.admin.createUser({ email, password, email_confirm: true });
    await this.#world.db.from('operators').insert({ user_id: data.user!.id, name, created_at: new Date().toISOString() });
  }

  async #signedIn(email: string): Promise<Visit> {
    const visit = new Visit(this.#origin);
    await visit.press('/sign-in', { email, password });
    return visit;
  }

  #day(ahead: number): string {
    return new Date(Date.now() + ahead * 86_400_000).toISOString().slice(0, 10);
  }
}
