/** What a client and a month use: counted where the code says it, assumed where only life can tell. Assumptions are on the careful side. */
import { functionSettings, type FunctionName } from '../function-settings';

/** Milliseconds that Lambda charges for one call: a cold start and the vendors' answers, from the rehearsals, rounded up. */
export const assumedMs: Partial<Record<FunctionName, number>> = {
  'xero-webhook': 400,
  'screen-invoice': 2500,
  'sweep-invoices': 3000,
  'audit-accounts': 4000,
  'provision-number': 6000,
  'verify-system': 2500,
  portal: 900,
  'sms-webhook': 3500,
};
export const assumedMsOfOthers = 1500;

/** Calls of one client from paid to day 7, beside the steps of the machine, which run once each. */
export const callsPerClient: Partial<Record<FunctionName, number>> = {
  // The invoice is drawn up, approved, sent, paid and changed again.
  'xero-webhook': 6,
  'screen-invoice': 6,
  // The form with a typing error, links, password, dashboard, style sheet.
  portal: 40,
  'sms-webhook': 2,
  'verify-system': 4,
  'send-sign-in-link': 1,
  // Five mails tell three things each.
  'record-email-event': 15,
};

/** Calls of a month that come whether there are clients or not. */
export const callsPerMonth: Partial<Record<FunctionName, number>> = {
  'sweep-invoices': 1460,
  'nudge-onboarding': 730,
  'nudge-offboarding': 730,
  'audit-failures': 730,
  'audit-accounts': 730,
  'reconcile-messages': 2920,
  'send-due-alerts': 8760,
};

export const perClient = {
  mails: 6,
  /** Invoice Updated, Deposit Paid and Link Requested. */
  events: 8,
  /** Sent, received, deleted. */
  queueRequests: 20,
  secretCalls: 60,
  /** Kilobytes of logs, the state machine's own among them. */
  logKb: 300,
  /** The test SMS: out of our number and in at the client's, and the answer back. */
  smsOut: 2,
  smsIn: 2,
} as const;

/** An idle queue is still asked: 5 pollers, each every 20 s, long polling. https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html */
export const pollsPerMonthAndQueue = 5 * 3 * 60 * 24 * 30.4;

/** A live client's month: SMS of leads, each with our answer. Replies read about 900 tokens and write 60. */
export const liveClientMonth = { smsIn: 60, smsOut: 60, inputTokens: 60 * 900, outputTokens: 60 * 60 } as const;

/** GB-seconds of one call. */
export function gbSeconds(name: FunctionName): number {
  return (functionSettings[name].memoryMb / 1024) * ((assumedMs[name] ?? assumedMsOfOthers) / 1000);
}
