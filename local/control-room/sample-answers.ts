/** A made-up client for the page's forms, and the client's part played by the machine: the form filled in and sent through the portal. */
import type { Laptop } from '../laptop';
import { Browser } from '../rehearsal/browser';
import { type SampleClient, sampleClient } from '../rehearsal/sample-clients';
import { messageIdsOf } from './desk';
import { mailbox, type MailView, newestLink } from './mailbox';
import { Refusal } from './refusal';
import type { Room } from './room';
import { type ExecutionView, findExecution } from './runs';

/** Somebody who has not paid yet. */
export function nextSample({ xero }: Laptop): SampleClient {
  return sampleClient(xero.invoices().length, 'c');
}

/** The mails of one run, newest first. */
export async function mailsOf(room: Room, { runId }: Pick<ExecutionView, 'runId'>): Promise<MailView[]> {
  if (!runId) return [];
  const ids = await messageIdsOf(room, runId);
  return mailbox(room.laptop).filter(({ id }) => ids.has(id));
}

/** Fills the onboarding form of a run with sample answers and sends it, as the client would from the newest invite mail. 409 if that is not possible. */
export async function fillForm(room: Room, id: string): Promise<{ url: string }> {
  const execution = await findExecution(room, id);
  const mails = await mailsOf(room, execution);
  const link = newestLink(mails, '/onboarding/');
  if (!link) throw new Refusal(409, 'No mail with a link to the form has come yet.');
  const browser = new Browser();
  const page = await browser.open(link);
  if (page.status >= 400)
    throw new Refusal(409, 'The portal does not open the form any more: it was sent, and the number is being bought.');
  const sent = await browser.submit(link, answersFor(execution, mails[0]?.to ?? ''));
  if (!sent.url.endsWith('/thanks'))
    throw new Refusal(409, 'The portal does not take the sample answers: open the form and fill it in yourself.');
  return { url: link };
}

/** A sample's answers under the client's own name and address. */
function answersFor({ client, invoiceNumber }: ExecutionView, email: string): Record<string, string> {
  const index = Math.max(0, Number(invoiceNumber.replace(/\D/g, '')) - 1) || 0;
  const { form } = sampleClient(index, 'c');
  const [firstName = '', ...rest] = client.trim().split(/\s+/);
  const named = isName(firstName) && rest.every(isName) && rest.length > 0;
  const names = named ? { firstName, lastName: rest.join(' ') } : {};
  const trade = (form['businessName'] ?? '').split(' ').at(-1) ?? '';
  const business = named ? { businessName: `${rest.join(' ')} ${trade}` } : {};
  return { ...form, ...names, ...business, email };
}

const isName = (text: string) => /^\p{L}[\p{L}'’-]*$/u.test(text);
