import type { ControlRoomClient, Mail } from './control-room-client';
import { Browser, type Page } from './browser';
import type { SampleClient } from './sample-clients';

/** What one client does in a rehearsal, through mails, pages and a phone and nothing else. */
export class ClientJourney {
  readonly client: SampleClient;
  readonly #room: ControlRoomClient;
  readonly #browser = new Browser();
  invoiceId = '';
  invoiceNumber = '';
  /** The bought number as the welcome mail says it, in E.164. */
  number = '';

  constructor(client: SampleClient, room: ControlRoomClient) {
    this.client = client;
    this.#room = room;
  }

  async payDeposit(): Promise<void> {
    const { contactName, email, phone } = this.client;
    const invoice = await this.#room.payDeposit({ contactName, email, phone });
    this.invoiceId = invoice.invoiceId;
    this.invoiceNumber = invoice.invoiceNumber;
  }

  async fillForm(): Promise<void> {
    const page = await this.#browser.open(await this.#linkInMail('/onboarding/'));
    expectPage(page, 'Tell us about your business');
    expectPage(await this.#browser.submit(page.url, this.client.form), 'we have everything we need');
  }

  async signIn(): Promise<void> {
    const link = await this.#linkInMail('/welcome/');
    expectPage(await this.#browser.open(link), 'Welcome to CoreSentia');
    const choose = await this.#browser.submit(link, {});
    expectPage(choose, 'Choose a password');
    const password = `${this.client.form['lastName']} waters the ferns`;
    const dashboard = await this.#browser.submit(new URL('/set-password', link).href, { password, again: password });
    expectPage(dashboard, 'Your number');
    this.number = /href="sms:(\+\d+)"/.exec(dashboard.html)?.[1] ?? '';
    if (!this.number) throw new Error('the dashboard shows no number');
  }

  /** A lead texts the new number; the answer must come to the lead's phone. */
  async beTexted(): Promise<void> {
    const { phone, text } = this.client.lead;
    await this.#room.text({ from: phone, to: this.number, body: text });
  }

  /** Opens a page with the client's own cookies. */
  visit(url: string): Promise<Page> {
    return this.#browser.open(url);
  }

  async #linkInMail(path: string): Promise<string> {
    const mails = await this.#room.mailTo(this.client.email);
    const link = mails.map((mail) => linkIn(mail, path)).find((url) => url !== undefined);
    if (!link) throw new Error(`no mail with a link to ${path} has come`);
    return link;
  }
}

function linkIn({ text }: Mail, path: string): string | undefined {
  return text.split(/\s+/).find((word) => /^https?:\/\//.test(word) && new URL(word).pathname.startsWith(path));
}

function expectPage(page: Page, words: string): void {
  if (page.status >= 400 || !page.html.includes(words))
    throw new Error(`expected the page “${words}”, got ${page.status} at ${new URL(page.url).pathname.split('/')[1]}`);
}
