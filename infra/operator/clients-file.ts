/** The file of clients that were set up by hand: one row each. Pure. docs/runbook.md says what each column is. */
import * as z from 'zod';
import type { HandMadeClient } from '../../shared/adoption';
import { OnboardingForm } from '../../shared/onboarding-form';
import { australianMobile, E164 } from '../../shared/phone';
import { timeZoneOf } from '../../shared/time-zone';
import { parseCsv } from './csv';
import { typedHours } from './typed-hours';

const required = [
  'business_name',
  'first_name',
  'last_name',
  'email',
  'mobile',
  'phone_number',
  'services',
  'suburb',
  'state',
  'postcode',
  'xero_contact_id',
  'live_at',
] as const;
const optional = ['time_zone', 'working_hours', 'invoice_number', 'business_id', 'current_booking_process', 'goals', 'notes'] as const;

/** `row` counts as a spreadsheet does, the header being 1. `problems` are empty if the row can be adopted. */
export interface FileRow {
  row: number;
  name: string;
  problems: string[];
  client: HandMadeClient | undefined;
  /** E.164. */
  e164: string;
}

const notRecorded = 'Not recorded: the client was set up by hand';
/** As people type it, or in E.164. */
const phone = z.string().transform((typed, context) => {
  const plain = E164.safeParse(typed.replaceAll(/[\s()-]/g, ''));
  return plain.data ?? australianMobile(typed) ?? refuse(context, 'is no phone number');
});
const orNull = z.string().transform((text) => text || null);

function refuse(context: z.RefinementCtx, message: string): never {
  context.addIssue({ code: 'custom', message });
  return z.NEVER;
}

const { businessName, firstName, lastName, email, services, suburb, state, postcode, timeZone } = OnboardingForm.shape;
const Row = z.object({
  business_name: businessName,
  first_name: firstName,
  last_name: lastName,
  email,
  mobile: phone,
  phone_number: phone,
  services,
  suburb,
  state: z.string().toUpperCase().pipe(state),
  postcode,
  xero_contact_id: z.guid(),
  live_at: z.union([z.iso.date().transform((day) => `${day}T00:00:00Z`), z.iso.datetime({ offset: true })]),
  time_zone: z.union([z.literal('').transform(() => undefined), timeZone]),
  working_hours: z
    .string()
    .transform((text, context) =>
      text ? (typedHours(text) ?? refuse(context, 'write it like mon-fri 09:00-17:00; sat 09:00-13:00')) : null,
    ),
  invoice_number: orNull,
  business_id: z.union([z.literal('').transform(() => null), z.guid()]),
  current_booking_process: z.string().transform((text) => text || notRecorded),
  goals: z.string().transform((text) => text || notRecorded),
  notes: orNull,
});

/** Every row with what is wrong with it. Throws if the file's header is not as it must be. */
export function readClients(text: string, now: Date): FileRow[] {
  const [header = [], ...rows] = parseCsv(text);
  const columns = header.map((name) => name.trim().toLowerCase());
  checkHeader(columns);
  const seen = new Map<string, number>();
  return rows.map((fields, index) => {
    const row = index + 2;
    const typed = Object.fromEntries(
      optional.map((name) => [name, '']).concat(columns.map((name, at) => [name, (fields[at] ?? '').trim()])),
    );
    const read = Row.safeParse(typed);
    const base = { row, name: typed['business_name'] ?? '', client: undefined, e164: '' };
    if (fields.length > columns.length) return { ...base, problems: [`has ${fields.length} fields and the header ${columns.length}`] };
    if (!read.success) return { ...base, problems: read.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`) };
    const client = clientOf(read.data);
    const problems = [
      ...repeated(read.data, { row, seen }),
      ...(Date.parse(client.liveAt) > now.getTime() ? ['live_at: lies in the future'] : []),
    ];
    return { ...base, problems, client, e164: read.data.phone_number };
  });
}

function checkHeader(columns: string[]): void {
  const known: readonly string[] = [...required, ...optional];
  const missing = required.filter((name) => !columns.includes(name));
  const unknown = columns.filter((name) => !known.includes(name));
  const twice = columns.filter((name, index) => columns.indexOf(name) !== index);
  const problems = Object.entries({ lacks: missing, 'does not know': unknown, 'has twice': twice }).filter(([, names]) => names.length > 0);
  if (problems.length > 0) throw new Error(`The header ${problems.map(([what, names]) => `${what} ${names.join(', ')}`).join('; ')}.`);
}

function repeated(
  { phone_number, xero_contact_id }: z.infer<typeof Row>,
  { row, seen }: { row: number; seen: Map<string, number> },
): string[] {
  return [phone_number, xero_contact_id.toLowerCase()].flatMap((key) => {
    const earlier = seen.get(key);
    seen.set(key, earlier ?? row);
    return earlier ? [`row ${earlier} has ${key} as well`] : [];
  });
}

function clientOf(row: z.infer<typeof Row>): HandMadeClient {
  const zone = row.time_zone ?? timeZoneOf(row.state, row.postcode);
  const { state, postcode, suburb, services, email, mobile, goals } = row;
  const names = { businessName: row.business_name, firstName: row.first_name };
  return {
    ...names,
    contactId: row.xero_contact_id,
    email,
    mobile,
    liveAt: new Date(row.live_at).toISOString(),
    timeZone: zone,
    workingHours: row.working_hours,
    form: {
      ...names,
      lastName: row.last_name,
      email,
      mobile,
      services,
      currentBookingProcess: row.current_booking_process,
      goals,
      suburb,
      state,
      postcode,
      timeZone: zone,
    },
    invoiceNumber: row.invoice_number,
    businessId: row.business_id,
    notes: row.notes,
  };
}
