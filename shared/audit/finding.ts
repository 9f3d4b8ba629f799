/** What the audits find, and what the operator does about it, in plain English. The same as in docs/runbook.md. Pure. */
import * as z from 'zod';
import { InvoiceNumber } from '../invoice';
import { stageFlag } from '../stage';

export const audits = ['numbers', 'runs', 'mails', 'webhooks', 'deposits'] as const;
export type Audit = (typeof audits)[number];

export const findingKinds = [
  'number-missing',
  'number-misrouted',
  'number-doubled',
  'number-orphaned',
  'number-unrecorded',
  'number-unknown',
  'business-misnumbered',
  'run-failed',
  'run-redrive-ending',
  'run-past-redrive',
  'run-stuck',
  'client-silent',
  'offboarding-stuck',
  'mail-unconfirmed',
  'mail-returned',
  'xero-webhook-silent',
  'text-webhook-silent',
  'payment-unscreened',
  'deposit-without-run',
  'deposit-undecided',
] as const;
export type FindingKind = (typeof findingKinds)[number];

/** `subject` names the thing (a SID, an id, an invoice number), `detail` is one sentence without its full stop; neither holds personal data. */
export interface Finding {
  kind: FindingKind;
  subject: string;
  detail: string;
  runId?: string | undefined;
  invoiceNumber?: string | undefined;
}

/** A finding as it is kept. Times are ISO 8601; `kind` may be an older release's. */
export const KeptFinding = z.object({
  id: z.guid(),
  audit: z.string(),
  kind: z.string(),
  subject: z.string(),
  detail: z.string(),
  runId: z.guid().nullable(),
  invoiceNumber: z.string().nullable(),
  firstSeenAt: z.iso.datetime({ offset: true }),
  lastSeenAt: z.iso.datetime({ offset: true }),
  occurrences: z.int(),
  isAnnounced: z.boolean(),
  resolvedAt: z.iso.datetime({ offset: true }).nullable(),
});
export type KeptFinding = z.infer<typeof KeptFinding>;

interface Advice {
  title: string;
  do: string;
}

const advice: Record<FindingKind, Advice> = {
  'number-missing': {
    title: 'A client’s number is gone from Twilio',
    do: 'Its texts and calls reach nobody. Look for a release at console.twilio.com > Monitor > Audit events; ask Twilio at once, for a number can sometimes be had back.',
  },
  'number-misrouted': {
    title: 'A number does not point where it should',
    do: 'If it points at an older address of ours, nothing is lost yet; else its texts are. npm run audit -- --repair-webhooks{stage} sets what the number must call again, and reads it back.',
  },
  'number-doubled': {
    title: 'Two numbers for one client, or one for two',
    do: 'Find out which one the client has been told; release the other at console.twilio.com (no undo; its month is paid).',
  },
  'number-orphaned': {
    title: 'A number was bought for a run that does not have it',
    do: 'If the run goes on, redrive it: it takes the number over. Else release the number at console.twilio.com (no undo); until then it costs about US$8.25 a month.',
  },
  'number-unrecorded': {
    title: 'A number is bought and not recorded',
    do: 'Redrive the run at ProvisionNumber: it finds the number by its tag, records it and buys nothing.',
  },
  'number-unknown': {
    title: 'A number of the account belongs to nobody here',
    do: 'A client set up by hand: adopt it (docs/runbook.md). Bought by mistake: release it at console.twilio.com (no undo).',
  },
  'business-misnumbered': {
    title: 'A business names a number that its run does not have',
    do: 'Compare businesses.phone_number with phone_numbers in Supabase and correct the business: leads are told that number.',
  },
  'run-failed': { title: 'A run has stood failed for two days', do: 'Its alert said what to do; then redrive it. The client waits.' },
  'run-redrive-ending': { title: 'A failed run can be redriven for a few more days only', do: 'Mend the cause and redrive it now.' },
  'run-past-redrive': {
    title: 'A failed run can’t be redriven any more',
    do: 'npm run re-issue -- {invoice}{stage} starts a new execution that skips what is done.',
  },
  'run-stuck': {
    title: 'A run stands still',
    do: 'Open its execution in Step Functions. If it has ended, redrive it; if it runs, look at the log of the step’s function.',
  },
  'client-silent': { title: 'A client has not sent the form', do: 'All reminders are out. Call the client; the board sends a fresh link.' },
  'offboarding-stuck': {
    title: 'An offboarding stands still',
    do: 'Look at its page on the board and at its execution. Mend the cause and redrive; after 14 days press “Start it again” on the board.',
  },
  'mail-unconfirmed': {
    title: 'Nobody knows whether a mail went out',
    do: 'Ask whoever it was for, or look in SES. Then say so on the board under Audits, or npm run settle-mail -- {mail} --was-sent{stage} (or --send-again; --never-sent if nobody sends it again). Redrive if an execution has failed for it.',
  },
  'mail-returned': {
    title: 'A mail did not arrive, and the address is still the same',
    do: 'Get the right address, correct it in Supabase (clients, and the form on the board), and send again from the board. After a complaint call first.',
  },
  'xero-webhook-silent': {
    title: 'Xero’s webhook is silent',
    do: 'Payments are found by the sweep meanwhile. developer.xero.com > My Apps > Webhooks: mend the cause and press Enable.',
  },
  'text-webhook-silent': {
    title: 'A number’s texts come late, by the reconciliation alone',
    do: 'Leads wait up to a quarter of an hour. Look at the number’s webhook at console.twilio.com and at the log of sms-webhook.',
  },
  'payment-unscreened': {
    title: 'A paid invoice has not been screened for hours',
    do: 'Look at screen-invoice-dlq and the log of screen-invoice; the sweep offers the invoice again every half hour.',
  },
  'deposit-without-run': {
    title: 'A paid deposit has started no run',
    do: 'Look at deposit-paid-dlq, then npm run screen -- {invoice} --start{stage}.',
  },
  'deposit-undecided': {
    title: 'A paid invoice waits for your word',
    do: 'npm run screen -- {invoice}{stage} tells why. Then --start or --dismiss.',
  },
};

/** For a kind that this release does not know, the runbook. `{…}` is filled in as far as the finding knows it. */
export function adviceFor(
  { kind, subject, invoiceNumber }: { kind: string; subject: string; invoiceNumber?: string | null | undefined },
  stage: string,
): Advice {
  if (!isKind(kind)) return { title: kind, do: 'See docs/runbook.md.' };
  const { title, do: action } = advice[kind];
  const [first = ''] = subject.split(' ');
  const invoice = invoiceNumber ?? InvoiceNumber.safeParse(first).data ?? 'INV-…';
  return { title, do: action.replace('{invoice}', invoice).replace('{mail}', first).replace('{stage}', stageFlag(stage)) };
}

function isKind(kind: string): kind is FindingKind {
  return Object.hasOwn(advice, kind);
}
