/** The control room's JSON API: what a person can do to the laptop stack. Written for scripts too, so every refusal says what to do. */
import { type Context, Hono } from 'hono';
import { decideInvoice, settleMail, undecidedInvoices } from './desk';
import { redriveRun, stopRun } from './executions';
import { knownCalls } from './known-calls';
import { mailbox } from './mailbox';
import { boughtNumbers, callFrom, handset, senderOf, textFrom } from './phones';
import { Refusal } from './refusal';
import {
  Call,
  Copies,
  Deposit,
  FaultRequest,
  MailWord,
  Money,
  Move,
  pageOf,
  Reachable,
  read,
  ScreeningWord,
  Suspended,
  Text,
} from './requests';
import type { Room } from './room';
import { findExecution, findRun, listRuns } from './runs';
import { fillForm } from './sample-answers';

/** One call. `does` is what `GET /api` says of it. */
interface Endpoint {
  method: 'GET' | 'POST' | 'DELETE';
  path: string;
  does: string;
  answer: (c: Context) => Response | Promise<Response>;
}

/** Routes under /api. */
export function controlRoomApi(room: Room): Hono {
  const endpoints = [...moneyCalls(room), ...runCalls(room), ...peopleCalls(room), ...stackCalls(room)];
  const app = new Hono();
  app.onError(answerRefusal);
  app.get('/', (c) => c.json(endpoints.map(({ method, path, does }) => ({ method, path: `/api${path}`, does }))));
  for (const { method, path, answer } of endpoints) app.on(method, path, answer);
  for (const path of new Set(endpoints.map((endpoint) => endpoint.path))) app.all(path, refuseMethod(endpoints, path));
  app.all('*', (c) => {
    throw new Refusal(404, `There is no ${c.req.method} ${c.req.path}; GET /api lists what there is.`);
  });
  return app;
}

/** Refusals as JSON `{error, problems}`; anything else is a bug or a part that is down: 500. */
export function answerRefusal(error: Error, c: Context): Response {
  const { status, problems } = error instanceof Refusal ? error : { status: 500 as const, problems: {} };
  return c.json({ error: error.message, problems }, status);
}

function refuseMethod(endpoints: Endpoint[], path: string) {
  const allowed = endpoints.filter((endpoint) => endpoint.path === path).map(({ method }) => method);
  return (c: Context) => {
    c.header('allow', allowed.join(', '));
    return answerRefusal(new Refusal(405, `${c.req.path} takes ${allowed.join(' and ')}, not ${c.req.method}.`), c);
  };
}

const param = (c: Context, name: string) => c.req.param(name) ?? '';

function moneyCalls(room: Room): Endpoint[] {
  const { xero } = room.laptop;
  return [
    {
      method: 'POST',
      path: '/deposits',
      does: 'pays a deposit invoice in Xero: {contactName, email, phone?, amountCents?, paidCents?, reference?, itemCode?, currency?}',
      answer: async (c) => {
        const { paidCents, itemCode, ...wanted } = await read(c, Deposit);
        const given = Object.fromEntries(Object.entries(wanted).filter(([, value]) => value !== undefined && value !== ''));
        const { contactName, email, amountCents } = wanted;
        const marks = itemCode === undefined ? {} : { lineItemCode: itemCode };
        const invoice = await xero.createDepositInvoice({ ...given, ...marks, contactName, email, amountCents });
        const { invoiceId, invoiceNumber } = await xero.payInvoice(invoice.invoiceId, paidCents);
        return c.json({ invoiceId, invoiceNumber }, 201);
      },
    },
    {
      method: 'POST',
      path: '/runs/:id/webhooks',
      does: "sends Xero's latest webhook for this invoice again: {copies?}, 100 by default",
      answer: async (c) => {
        const { copies } = await read(c, Copies, true);
        const { invoiceId } = await findExecution(room, param(c, 'id'));
        const answers = Object.entries(Object.groupBy(await xero.redeliver(copies, invoiceId), String));
        return c.json({ copies, answers: Object.fromEntries(answers.map(([status, all = []]) => [status, all.length])) });
      },
    },
    {
      method: 'GET',
      path: '/screenings',
      does: 'lists the paid invoices that wait for a decision',
      answer: async (c) => c.json(await undecidedInvoices(room)),
    },
    {
      method: 'POST',
      path: '/screenings/:invoiceNumber',
      does: 'decides about one: {decision: "start" | "dismiss"}',
      answer: async (c) => {
        const { decision } = await read(c, ScreeningWord);
        return c.json(await decideInvoice(room, { invoiceNumber: param(c, 'invoiceNumber'), decision }));
      },
    },
  ];
}

function runCalls(room: Room): Endpoint[] {
  return [
    {
      method: 'GET',
      path: '/runs',
      does: 'lists executions with their runs, newest first: ?status=FAILED&limit=50&offset=0',
      answer: async (c) => {
        const status = c.req.query('status');
        return c.json(
          pageOf(
            c,
            (await listRuns(room)).filter((run) => !status || run.status === status),
          ),
        );
      },
    },
    {
      method: 'GET',
      path: '/runs/:id',
      does: 'shows one, by run id, invoice id, invoice number or execution name: checklist, states, machine',
      answer: async (c) => c.json(await findRun(room, param(c, 'id'))),
    },
    {
      method: 'POST',
      path: '/runs/:id/redrive',
      does: 'redrives a failed, timed out or stopped execution from the step that failed',
      answer: async (c) => c.json(await redriveRun(room, param(c, 'id')), 202),
    },
    {
      method: 'POST',
      path: '/runs/:id/stop',
      does: 'stops a running execution',
      answer: async (c) => c.json(await stopRun(room, param(c, 'id')), 202),
    },
    {
      method: 'POST',
      path: '/runs/:id/fill-form',
      does: 'fills the onboarding form with sample answers and sends it, as the client would',
      answer: async (c) => c.json(await fillForm(room, param(c, 'id'))),
    },
    {
      method: 'POST',
      path: '/runs/:id/mails/:template',
      does: 'settles a mail that nobody knows went out: {decision: "was-sent" | "send-again"}; then redrive',
      answer: async (c) => {
        const { decision } = await read(c, MailWord);
        const { invoiceNumber } = await findExecution(room, param(c, 'id'));
        return c.json(await settleMail(room, { invoiceNumber, template: param(c, 'template'), decision }));
      },
    },
  ];
}

function peopleCalls({ laptop }: Room): Endpoint[] {
  return [
    {
      method: 'GET',
      path: '/mailbox',
      does: 'shows the mails, newest first: ?to=&limit=&offset=',
      answer: (c) => c.json(pageOf(c, mailbox(laptop, c.req.query('to')))),
    },
    {
      method: 'GET',
      path: '/notices',
      does: "shows the operator's alerts, oldest first",
      answer: (c) => c.json(laptop.aws.topicMessages()),
    },
    { method: 'GET', path: '/numbers', does: 'lists the numbers that were bought', answer: (c) => c.json(boughtNumbers(laptop)) },
    {
      method: 'GET',
      path: '/phones/:number',
      does: 'shows what a handset has sent and got, oldest first',
      answer: (c) => c.json(handset(laptop, senderOf(param(c, 'number')))),
    },
    {
      method: 'POST',
      path: '/phones/:number',
      does: 'switches a handset off or on: {reachable}',
      answer: async (c) => {
        const { reachable } = await read(c, Reachable);
        await laptop.twilio.setReachable(senderOf(param(c, 'number')), reachable);
        return c.json({ reachable });
      },
    },
    {
      method: 'POST',
      path: '/phones/:number/messages',
      does: 'texts one of our numbers from a handset: {to, body}',
      answer: async (c) => {
        const from = senderOf(param(c, 'number'));
        return c.json({ messageSid: await textFrom(laptop, { from, ...(await read(c, Text)) }) }, 201);
      },
    },
    {
      method: 'POST',
      path: '/phones/:number/calls',
      does: 'calls one of our numbers from a phone: {to, ownerAnswers}; answers what the caller heard and who was rung',
      answer: async (c) => c.json(await callFrom(laptop, { from: senderOf(param(c, 'number')), ...(await read(c, Call)) }), 201),
    },
  ];
}

function stackCalls({ laptop, clock }: Room): Endpoint[] {
  const { kernel } = laptop;
  return [
    {
      method: 'GET',
      path: '/clock',
      does: "says the laptop's time",
      answer: (c) =>
        c.json({ now: new Date().toISOString(), offsetSeconds: Number(Atomics.load(kernel.offset, 0)) / 1000, moves: clock.open }),
    },
    {
      method: 'POST',
      path: '/clock',
      does: 'moves it, after the moves that were asked for before: {advanceSeconds} | {advanceTo} | {untilIdle: true, withinSeconds?}',
      answer: async (c) => {
        const move = await read(c, Move);
        if ('advanceTo' in move && Date.parse(move.advanceTo) <= Date.now())
          throw new Refusal(409, 'That time is past; the clock only goes forward.');
        await clock.move(move);
        return c.json({ now: new Date().toISOString() });
      },
    },
    { method: 'GET', path: '/faults', does: 'lists the faults that are armed', answer: (c) => c.json(kernel.faults.all()) },
    { method: 'GET', path: '/faults/calls', does: 'names the calls that faults can meet', answer: (c) => c.json(knownCalls()) },
    {
      method: 'POST',
      path: '/faults',
      does: 'makes the next calls fail: {vendor, call, mode, times, slowMs?, code?}',
      answer: async (c) => {
        const fault = await read(c, FaultRequest);
        await kernel.faults.arm(fault);
        return c.json(fault, 201);
      },
    },
    {
      method: 'DELETE',
      path: '/faults',
      does: 'mends everything',
      answer: async (c) => {
        await kernel.faults.clear();
        return c.body(null, 204);
      },
    },
    {
      method: 'POST',
      path: '/twilio',
      does: 'suspends our Twilio account, or ends that: {suspended}',
      answer: async (c) => {
        const { suspended } = await read(c, Suspended);
        await laptop.twilio.suspendAccount(suspended);
        return c.json({ suspended });
      },
    },
    {
      method: 'POST',
      path: '/twilio/money',
      does: 'what is left in our Twilio account and what a mobile costs a month: {balanceUsd, mobileUsd}',
      answer: async (c) => {
        const { balanceUsd, mobileUsd } = await read(c, Money);
        await laptop.twilio.setBalance(balanceUsd);
        await laptop.twilio.setNumberPrice('mobile', mobileUsd);
        return c.json({ balanceUsd, mobileUsd });
      },
    },
  ];
}
