/** The two errors that a client or a step throws on purpose; anything else is a bug. Step Functions sees `name` as the error and retries by it. */

/** What is wrong, as Step Functions, the operator's alert and the runbook name it. Retrying cannot help; a person mends the cause and redrives. */
export const terminalCodes = [
  'BalanceTooLow',
  'BusinessDataMissing',
  'ContactEmailMissing',
  'DailyNumberCapReached',
  'DashboardBroken',
  'EmailAddressRejected',
  'EmailRefused',
  'ExecutionMismatch',
  'InvoiceNotScreened',
  'LoginConflict',
  'NumberMisconfigured',
  'NumberPriceTooHigh',
  'NumberUnavailable',
  'PurchasesDisabled',
  'RegulatoryBundleRequired',
  'ReleaseNotConfirmed',
  'ReplyInappropriate',
  'RunCancelled',
  'RunNotFound',
  'TestSmsRefused',
  'VendorAccountProblem',
  'VendorRequestRejected',
] as const;
export type TerminalCode = (typeof terminalCodes)[number];

/** Retry cannot help. The message is plain English for the operator and carries no personal data. */
export class TerminalError extends Error {
  constructor(code: TerminalCode, message: string) {
    super(message);
    this.name = code;
  }
}

/** `EmailUnconfirmed`: a mail was handed over and nobody knows yet whether it went out; `ReplyPending`: the test SMS has not been answered yet; `StepAtWork`: a step that must not be interrupted has not ended yet. */
export type TransientCode = 'TransientError' | 'EmailUnconfirmed' | 'ReplyPending' | 'StepAtWork';

/** Retry may help: time-out, 429, 5xx, a lost response. `accepted` tells whether the vendor may have done the work. */
export class TransientError extends Error {
  readonly accepted: 'no' | 'unknown';

  constructor(
    message: string,
    { code = 'TransientError', accepted = 'unknown' }: { code?: TransientCode; accepted?: 'no' | 'unknown' } = {},
  ) {
    super(message);
    this.name = code;
    this.accepted = accepted;
  }
}

/** Whether an error's name is one of ours, so that its message is plain English without personal data. */
export function isOurError(name: string): boolean {
  return [...terminalCodes, 'TransientError', 'EmailUnconfirmed', 'ReplyPending', 'StepAtWork'].some((ours) => ours === name);
}

/** What may be logged of something thrown: the name, and the message only of our own errors, because others' can hold credentials or personal data. */
export function describeError(thrown: unknown): { error: string; reason?: string } {
  if (thrown instanceof TerminalError || thrown instanceof TransientError) return { error: thrown.name, reason: thrown.message };
  return { error: thrown instanceof Error ? thrown.name : typeof thrown };
}
