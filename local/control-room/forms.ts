/** The page's forms: each is one call of the JSON API, so that page and scripts can do the same things and no more. */
import type { Query } from './query';
import { Refusal } from './refusal';
import type { Room } from './room';
import { findRun, type RunView } from './runs';

/** What a person typed. */
export interface Sent {
  /** What the form's address names: a run, an invoice number. */
  id: string;
  text: (field: string) => string;
}

/** The API call behind a form, what to say when it went well, and what to look at then. */
export interface FormCall {
  method: 'POST' | 'DELETE';
  path: string;
  body?: Record<string, unknown>;
  said: (answer: Record<string, unknown>) => string;
  lookAt?: (answer: Record<string, unknown>) => Partial<Query>;
}

const at = (text: string) => encodeURIComponent(text);
/** What is not a number is left to the API to refuse. */
const numberOf = (text: string) => (text === '' || Number.isNaN(Number(text)) ? text : Number(text));
const centsOf = (dollars: string) => {
  const number = numberOf(dollars);
  return typeof number === 'number' ? Math.round(number * 100) : number;
};

/** Fields of the page that the API calls otherwise. */
const fieldNames: Record<string, string> = { amountCents: 'amount', paidCents: 'paid' };

/** The API's problems under the names of the page's fields. */
export function problemsInForm(problems: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(problems).map(([field, problem]) => [fieldNames[field] ?? field, problem]));
}

/** The call behind a form by the form's name. Throws 404 for a name that no form has. */
export async function callOf(room: Room, name: string, sent: Sent): Promise<FormCall> {
  const form = forms[name];
  if (!form) throw new Refusal(404, `The page has no form "${name}".`);
  return form(sent, room);
}

const forms: Record<string, (sent: Sent, room: Room) => FormCall | Promise<FormCall>> = {
  deposit: ({ text }) => ({
    method: 'POST',
    path: '/deposits',
    body: {
      contactName: text('contactName'),
      email: text('email'),
      phone: text('phone'),
      amountCents: centsOf(text('amount')),
      ...(text('paid') && { paidCents: centsOf(text('paid')) }),
      ...(text('reference') && { reference: text('reference') }),
      ...(text('itemCode') && { itemCode: text('itemCode') }),
    },
    said: ({ invoiceNumber }) => `${String(invoiceNumber)} is paid. Xero sends its webhook.`,
    lookAt: ({ invoiceNumber }) => ({ run: String(invoiceNumber), mail: '', page: 1, show: '' }),
  }),
  text: ({ text }) => ({
    method: 'POST',
    path: `/phones/${at(text('from'))}/messages`,
    body: { to: text('to'), body: text('body') },
    said: () => 'The SMS is on its way.',
    lookAt: () => ({ phone: text('from') }),
  }),
  handset: ({ text }) => ({
    method: 'POST',
    path: `/phones/${at(text('from'))}`,
    body: { reachable: text('reachable') === 'true' },
    said: ({ reachable }) => (reachable ? 'The handset is on.' : 'The handset is off: what is sent to it ends undelivered.'),
  }),
  clock: ({ text }) => ({
    method: 'POST',
    path: '/clock',
    body: text('untilIdle') ? { untilIdle: true } : { advanceSeconds: numberOf(text('advanceSeconds')) },
    said: () => 'The clock has moved.',
  }),
  day: async ({ id, text }, room) => ({
    method: 'POST',
    path: '/clock',
    body: { advanceTo: momentOf(await findRun(room, id), text('day')) },
    said: () => `It is day ${text('day')}.`,
  }),
  fault: ({ text }) => ({
    method: 'POST',
    path: '/faults',
    body: {
      vendor: text('vendor'),
      call: text('call') || '*',
      mode: text('mode'),
      times: numberOf(text('times')),
      ...(text('code') && { code: text('code') }),
    },
    said: () => `${text('vendor')} is broken.`,
  }),
  mend: () => ({ method: 'DELETE', path: '/faults', said: () => 'Everything works again.' }),
  twilio: ({ text }) => ({
    method: 'POST',
    path: '/twilio',
    body: { suspended: text('suspended') === 'true' },
    said: ({ suspended }) => (suspended ? 'Our Twilio account is suspended.' : 'Our Twilio account works.'),
  }),
  money: ({ text }) => ({
    method: 'POST',
    path: '/twilio/money',
    body: { balanceUsd: numberOf(text('balanceUsd')), mobileUsd: numberOf(text('mobileUsd')) },
    said: ({ balanceUsd, mobileUsd }) => `US$${String(balanceUsd)} are left at Twilio; a mobile costs US$${String(mobileUsd)} a month.`,
  }),
  redrive: ({ id }) => ({ method: 'POST', path: `/runs/${at(id)}/redrive`, said: () => 'Redriven: the step that failed runs again.' }),
  stop: ({ id }) => ({ method: 'POST', path: `/runs/${at(id)}/stop`, said: () => 'Stopped. Redrive starts it again where it was.' }),
  'fill-form': ({ id }) => ({ method: 'POST', path: `/runs/${at(id)}/fill-form`, said: () => 'The client has sent the form.' }),
  webhooks: ({ id, text }) => ({
    method: 'POST',
    path: `/runs/${at(id)}/webhooks`,
    body: { copies: numberOf(text('copies')) },
    said: ({ copies, answers }) => `Xero sent it ${String(copies)} times; answered ${countsText(answers)}.`,
  }),
  settle: ({ id, text }) => ({
    method: 'POST',
    path: `/runs/${at(id)}/mails/${at(text('template'))}`,
    body: { decision: text('decision') },
    said: () => 'Settled. Now redrive the execution if it has failed.',
  }),
  screen: ({ id, text }) => ({
    method: 'POST',
    path: `/screenings/${at(id)}`,
    body: { decision: text('decision') },
    said: ({ verdict }) => (verdict === 'deposit' ? `${id} is a deposit: provisioning starts.` : `${id} is dismissed.`),
    lookAt: ({ verdict }) => (verdict === 'deposit' ? { run: id } : {}),
  }),
};

const DAY_MS = 86_400_000;

/** One minute after the check of that day after going live; before that, so many days after the deposit. ISO 8601. */
function momentOf({ checksScheduled, createdAt }: RunView, typed: string): string {
  const day = Number(typed);
  if (!Number.isInteger(day) || day < 1 || day > 365)
    throw new Refusal(400, 'A day is a whole number from 1 to 365.', { day: 'From 1 to 365.' });
  const check =
    checksScheduled && ({ 1: checksScheduled.day1At, 3: checksScheduled.day3At, 7: checksScheduled.day7At }[day] ?? checksScheduled.day1At);
  const exact = day === 1 || day === 3 || day === 7;
  if (!check) return new Date(Date.parse(createdAt) + day * DAY_MS).toISOString();
  return new Date(Date.parse(check) + (exact ? 0 : (day - 1) * DAY_MS) + 60_000).toISOString();
}

function countsText(answers: unknown): string {
  return Object.entries(typeof answers === 'object' && answers !== null ? answers : {})
    .map(([status, times]) => `${status === '0' ? 'nothing' : status} ${String(times)}×`)
    .join(', ');
}
