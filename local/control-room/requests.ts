/** What the API takes, with what is wrong said in words. */
import type { Context } from 'hono';
import { z } from 'zod';
import { Fault, FaultMode } from '../kernel/faults';
import { Refusal } from './refusal';

const SECONDS_OF_A_YEAR = 366 * 86_400;
const cents = (what: string) =>
  z
    .int(`${what} is a number, in whole cents.`)
    .positive(`${what} is more than nothing.`)
    .max(100_000_000, `${what} is at most A$1,000,000.`);
const optionalText = (maximum: number) => z.string('is a text').trim().max(maximum, `has at most ${maximum} characters`).optional();

/** A deposit invoice and its payment; everything after `amountCents` makes it something else than the ordinary deposit. */
export const Deposit = z
  .object({
    contactName: z.string('Say who pays: a name.').trim().min(1, 'Say who pays: a name.').max(255, 'A name has at most 255 characters.'),
    email: z.string('An e-mail address looks like mia@example.com.').trim().pipe(z.email('An e-mail address looks like mia@example.com.')),
    phone: optionalText(50),
    amountCents: cents('The amount').default(49_500),
    /** Less than the amount: the invoice is paid in part. */
    paidCents: cents('What is paid').optional(),
    reference: optionalText(255),
    itemCode: optionalText(30),
    currency: z
      .string()
      .regex(/^[A-Z]{3}$/, 'A currency has three capital letters, such as AUD.')
      .optional(),
  })
  .refine(({ amountCents, paidCents }) => paidCents === undefined || paidCents <= amountCents, {
    path: ['paidCents'],
    message: 'Nobody pays more than the amount.',
  });
export type Deposit = z.infer<typeof Deposit>;

export const Text = z.object({
  to: z.string('Name the number that you text.').min(1, 'Name the number that you text.'),
  body: z.string('Write something.').min(1, 'Write something.').max(1600, 'Twilio takes at most 1,600 characters.'),
});

/** `ownerAnswers`: whoever is rung takes the call. */
export const Call = z.object({
  to: z.string('Name the number that you call.').min(1, 'Name the number that you call.'),
  ownerAnswers: z.boolean('is true or false').default(false),
});

export const Reachable = z.object({ reachable: z.boolean('is true or false') });
const usd = z.number('is US dollars').min(-1_000_000).max(1_000_000);
/** What is left in our Twilio account, and what a mobile costs a month. */
export const Money = z.object({ balanceUsd: usd, mobileUsd: usd.nonnegative() });
export const Suspended = z.object({ suspended: z.boolean('is true or false') });

const seconds = z
  .number('is a number of seconds')
  .positive('The clock only goes forward.')
  .max(2 * SECONDS_OF_A_YEAR, 'Two years at a time are enough.');
/** Exactly one of them. */
export const Move = z.union(
  [
    z.strictObject({ advanceSeconds: seconds }),
    z.strictObject({ advanceTo: z.iso.datetime({ offset: true }) }),
    z.strictObject({ untilIdle: z.literal(true), withinSeconds: seconds.optional() }),
  ],
  'Say {"advanceSeconds": 3600}, {"advanceTo": "2026-12-24T00:00:00Z"} or {"untilIdle": true}; seconds are more than 0.',
);

export const Copies = z.object({
  copies: z.int('is a whole number').min(1, 'Send it at least once.').max(1000, 'At most 1,000 times at once.').default(100),
});
export const MailWord = z.object({ decision: z.enum(['was-sent', 'send-again'], 'Say "was-sent" or "send-again".') });
export const ScreeningWord = z.object({ decision: z.enum(['start', 'dismiss'], 'Say "start" or "dismiss".') });

const oneOf = <const T extends readonly string[]>(options: T, what: string) => z.enum(options, `${what} is one of ${options.join(', ')}.`);
export const FaultRequest = Fault.extend({
  vendor: oneOf(Fault.shape.vendor.options, 'The vendor'),
  mode: oneOf(FaultMode.options, 'The mode'),
  call: z.string('A call is a name, or * for any.').trim().min(1, 'A call is a name, or * for any.').max(200).default('*'),
  times: z.int('How often is a whole number.').min(1, 'At least once.').max(1_000_000, 'At most a million times.').default(1),
  slowMs: z
    .int('slowMs is whole milliseconds.')
    .positive('slowMs is more than 0.')
    .max(600_000, 'slowMs is at most 600000.')
    .default(30_000),
});

const MOST_BYTES = 64 * 1024;

/** The JSON body of a request. Throws 415, 413 or 400; `{}` if `isOptional` and there is none. */
export async function read<T extends z.ZodType>(c: Context, schema: T, isOptional = false): Promise<z.infer<T>> {
  const text = await c.req.text();
  if (text.length > MOST_BYTES) throw new Refusal(413, 'At most 64 KB.');
  if (text !== '' || !isOptional) expectJson(c);
  const parsed = schema.safeParse(parseJson(text === '' && isOptional ? '{}' : text));
  if (parsed.success) return parsed.data;
  throw wrong(parsed.error);
}

/** Query parameters of a list. */
const Page = z.object({
  limit: z.coerce.number().int().min(1).max(1000).optional(),
  offset: z.coerce.number().int().min(0).default(0),
});

/** The part of a list that `?limit=&offset=` asks for; all of it by default. Throws 400. */
export function pageOf<T>(c: Context, items: T[]): T[] {
  const parsed = Page.safeParse({ limit: c.req.query('limit'), offset: c.req.query('offset') });
  if (!parsed.success) throw wrong(parsed.error);
  const { limit = items.length, offset } = parsed.data;
  return items.slice(offset, offset + limit);
}

/** JSON cannot be sent across origins without a browser asking first. */
function expectJson(c: Context): void {
  if (!/^application\/json\b/i.test(c.req.header('content-type') ?? ''))
    throw new Refusal(415, 'Send JSON, with the header content-type: application/json.');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Refusal(400, 'The body is not JSON.');
  }
}

/** The first problem of each field. */
function wrong({ issues }: z.ZodError): Refusal {
  const problems = new Map<string, string>();
  for (const { path, message } of issues) if (!problems.has(path.join('.'))) problems.set(path.join('.'), message);
  const sentences = [...problems].map(([field, message]) => (field === '' ? message : `${field}: ${message}`));
  return new Refusal(400, sentences.join(' '), Object.fromEntries(problems));
}
