import { decideInvoice, undecidedInvoices } from './desk';
import { type Endpoint, param } from './endpoint';
import { Copies, Deposit, read, ScreeningWord } from './requests';
import type { Room } from './room';
import { findExecution } from './runs';

/** Deposits in Xero and what screening leaves to a person. */
export function moneyCalls(room: Room): Endpoint[] {
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
