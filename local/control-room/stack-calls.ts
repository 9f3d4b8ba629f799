import type { Endpoint } from './endpoint';
import { knownCalls } from './known-calls';
import { Refusal } from './refusal';
import { FaultRequest, Money, Move, read, Suspended } from './requests';
import type { Room } from './room';

/** The laptop’s clock, its faults and its Twilio account. */
export function stackCalls({ laptop, clock }: Room): Endpoint[] {
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
