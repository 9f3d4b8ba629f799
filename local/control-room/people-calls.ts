import { type Endpoint, param } from './endpoint';
import { mailbox } from './mailbox';
import { boughtNumbers, callFrom, handset, senderOf, textFrom } from './phones';
import { Call, pageOf, Reachable, read, Text } from './requests';
import type { Room } from './room';

/** Mails, alerts and phones. */
export function peopleCalls({ laptop }: Room): Endpoint[] {
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
