/** The control room's JSON API: what a person can do to the laptop stack. Written for scripts too, so every refusal says what to do. */
import { Hono } from 'hono';
import { HTTPException } from 'hono/http-exception';
import { z } from 'zod';
import { Fault } from '../kernel/faults';
import type { Laptop } from '../laptop';
import { findRun, listRuns, redriveRun } from './runs';
import { boughtNumbers, handset } from './phones';

const Deposit = z.object({
  contactName: z.string().trim().min(1).max(100),
  email: z.email(),
  phone: z.string().optional(),
  amountCents: z.int().positive().default(49_500),
});
const Text = z.object({ to: z.string().min(3), body: z.string().min(1).max(1600) });
const ClockMove = z.union([
  z.object({
    advanceSeconds: z
      .number()
      .positive()
      .max(400 * 86_400),
  }),
  z.object({ untilIdle: z.literal(true), withinSeconds: z.number().positive().optional() }),
]);

/** Routes under /api. */
export function controlRoomApi(laptop: Laptop): Hono {
  const { kernel, xero, twilio, aws } = laptop;
  return new Hono()
    .post('/deposits', async (c) => {
      const { contactName, email, phone, amountCents } = await read(c.req.raw, Deposit);
      const invoice = await xero.createDepositInvoice({ contactName, email, ...(phone ? { phone } : {}), amountCents });
      const { invoiceId, invoiceNumber } = await xero.payInvoice(invoice.invoiceId);
      return c.json({ invoiceId, invoiceNumber }, 201);
    })
    .get('/runs', async (c) => c.json(await listRuns(laptop)))
    .get('/runs/:id', async (c) => c.json(await findRun(laptop, c.req.param('id'))))
    .post('/runs/:id/redrive', async (c) => c.json(await redriveRun(laptop, c.req.param('id')), 202))
    .get('/mailbox', (c) => c.json(mailbox(laptop, c.req.query('to'))))
    .get('/notices', (c) => c.json(aws.topicMessages()))
    .get('/numbers', (c) => c.json(boughtNumbers(laptop)))
    .post('/phones/:number/messages', async (c) => {
      const { to, body } = await read(c.req.raw, Text);
      return c.json({ messageSid: await twilio.sendFromHandset({ from: c.req.param('number'), to, body }) }, 201);
    })
    .get('/phones/:number', (c) => c.json(handset(laptop, c.req.param('number'))))
    .get('/clock', (c) => c.json({ now: new Date().toISOString(), offsetSeconds: Number(Atomics.load(kernel.offset, 0)) / 1000 }))
    .post('/clock', async (c) => {
      const move = await read(c.req.raw, ClockMove);
      if ('advanceSeconds' in move) await kernel.advance(move.advanceSeconds);
      else await kernel.untilIdle(move.withinSeconds);
      return c.json({ now: new Date().toISOString() });
    })
    .get('/faults', (c) => c.json(kernel.faults.all()))
    .post('/faults', async (c) => {
      const fault = await read(c.req.raw, Fault);
      await kernel.faults.arm(fault);
      return c.json(fault, 201);
    })
    .delete('/faults', async (c) => {
      await kernel.faults.clear();
      return c.body(null, 204);
    })
    .onError((error, c) => {
      const status = error instanceof HTTPException ? error.status : 500;
      return c.json({ error: error.message }, status);
    });
}

async function read<T extends z.ZodType>(request: Request, schema: T): Promise<z.infer<T>> {
  const parsed = schema.safeParse(await request.json().catch(() => undefined));
  if (parsed.success) return parsed.data;
  throw new HTTPException(400, { message: z.prettifyError(parsed.error) });
}

function mailbox({ aws }: Laptop, to: string | undefined) {
  const mails = aws.mailbox().map((mail) => ({
    id: mail.messageId,
    at: mail.at,
    to: mail.to.join(', '),
    from: mail.from,
    subject: mail.subject,
    text: mail.text,
    html: mail.html,
    template: mail.tags['template'] ?? null,
  }));
  return mails.filter((mail) => !to || mail.to === to).toReversed();
}
