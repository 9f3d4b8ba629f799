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

  async press(path: string, fields: Record<string, string> = {}): Promise<void> {
    const submit = () => this.#browser.submit(this.#origin + path, fields);
    const page = await submit();
    this.#expect(path, page.status === 503 ? await submit() : page); // on a machine that is busy a limit may run out: people press again
  }

  #expect(path: string, { status, html }: { status: number; html: string }): string {
    if (status >= 400) throw new Error(`${path} was answered with ${status}: ${html.replace(/<[^>]+>/g, ' ').slice(0, 500)}`);
    return html;
  }
}

export class PortalTour {
  readonly #world: World;
  readonly #origin: string;
  /** The newest link of this kind that was mailed to an address. */
  readonly #link: (email: string, path: string) => string;

  constructor(world: World, link: (email: string, path: string) => string) {
    this.#world = world;
    this.#origin = world.urls.url('coresentia-local-portal').replace(/\/$/, '');
    this.#link = link;
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
    for (const path of ['', '/leads', '/calendar', '/calendar/demo', '/settings', '/history', '/people', '/walkthrough', '/feedback'])
      await visit.open(home + path);
    await visit.press(`${home}/replies`, { paused: 'yes' });
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
    await visit.press(`${home}/calendar/feed`);
    const feed = /\/calendar\/[A-Za-z0-9_-]+\.ics/.exec(await visit.open(`${home}/settings`))?.[0];
    if (feed) await visit.open(feed);
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
      for (const address of [from, to]) await visit.press(new URL(this.#link(address, '/email-change/')).pathname);
    }
  }

  /** Somebody is invited, gets the business and gives it back. */
  async #colleague({ email }: SampleClient, businessId: string): Promise<void> {
    const home = `/dashboard/${businessId}`;
    const visit = await this.#signedIn(email);
    await visit.press(`${home}/people/invite`, { email: 'nobody@client.example' });
    await visit.press(`${home}/people/withdraw`, { email: 'nobody@client.example' });
    await visit.press(`${home}/people/invite`, { email: 'kim@client.example' });
    await new Visit(this.#origin).press(new URL(this.#link('kim@client.example', '/invitation/')).pathname, { password, again: password });
    const kim = (await this.#world.snapshot())['auth.users']!.find((one) => one['email'] === 'kim@client.example')!;
    await visit.press(`${home}/people/${String(kim['id'])}/hand-over`);
    const { data } = await this.#world.db.from('business_members').select('user_id, role').eq('business_id', businessId);
    const former = data!.find(({ user_id }) => user_id !== kim['id'])!;
    await this.#world.db.auth.admin.updateUserById(String(kim['id']), { password });
    const other = await this.#signedIn('kim@client.example');
    await other.press(`${home}/people/${String(former.user_id)}/hand-over`);
    await (await this.#signedIn(email)).press(`${home}/people/${String(kim['id'])}/remove`);
  }

  /** Made by hand in the database, as the runbook says. */
  async #operator({ form }: SampleClient, businessId: string, rows: Rows): Promise<void> {
    const { data } = await this.#world.db.auth.admin.createUser({ email: 'pat@coresentia.example', password, email_confirm: true });
    await this.#world.db.from('operators').insert({ user_id: data.user!.id, name: 'Pat', created_at: new Date().toISOString() });
    const visit = await this.#signedIn('pat@coresentia.example');
    const run = rows['public.provisioning_runs']!.find((one) => one['business_id'] === businessId)!;
    const mail = rows['public.email_messages']!.find((one) => one['run_id'] === run['id'])!;
    const path = `/operator/runs/${String(run['id'])}`;
    for (const page of ['/operator', '/operator/clients', '/operator/feedback', path]) await visit.open(page);
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

  async #signedIn(email: string): Promise<Visit> {
    const visit = new Visit(this.#origin);
    await visit.press('/sign-in', { email, password });
    return visit;
  }

  #day(ahead: number): string {
    return new Date(Date.now() + ahead * 86_400_000).toISOString().slice(0, 10);
  }
}
