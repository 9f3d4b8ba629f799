/** What the audits compare and find. */
import type { Audit, Finding, KeptFinding } from '../audit/finding';
import type { StepName } from '../run';

/** The database's side of the numbers. `since`: when it was asked for or chosen; `runId` is null for what no run has bought. */
export interface NumberBook {
  numbers: { runId: string | null; e164: string; sid: string | null; state: string; since: string }[];
  businesses: { businessId: string; runId: string | null; e164: string }[];
}

/** A run that has stood for a while: half an hour, or a week for the client. */
export interface AuditedRun {
  runId: string;
  invoiceNumber: string;
  step: StepName;
  waitingFor: 'operator' | 'client' | 'machine';
  since: string;
}

/** An offboarding that is not over and waits for no decision. `step` is null before it has begun; `since`: when anything last happened. */
export interface AuditedOffboarding {
  offboardingId: string;
  runId: string;
  invoiceNumber: string;
  step: string | null;
  isFailed: boolean;
  since: string;
}

export interface AuditedMail {
  mailId: string;
  template: string;
  runId: string | null;
  invoiceNumber: string | null;
  status: 'unknown' | 'bounced' | 'rejected' | 'complained';
  since: string;
}

/** What only the repair paths have found since each webhook was last heard. */
export interface HeardWebhooks {
  lastXeroWebhookAt: string | null;
  missedInvoices: { count: number; firstAt: string | null };
  missedTexts: { sid: string; runId: string; count: number; firstAt: string }[];
}

/** A paid invoice that has no run, judged at `since`. */
export interface ScreenedDeposit {
  invoiceId: string;
  invoiceNumber: string;
  verdict: 'deposit' | 'ask-operator' | 'near-miss';
  since: string;
}

/** What the audits compare: ids, SIDs and times, no personal data beside the numbers. */
export interface AuditBooks {
  numbers(): Promise<NumberBook>;
  runs(): Promise<AuditedRun[]>;
  offboardings(): Promise<AuditedOffboarding[]>;
  mails(): Promise<AuditedMail[]>;
  webhooks(): Promise<HeardWebhooks>;
  deposits(): Promise<ScreenedDeposit[]>;
  /** A person has pointed a number at us again: for the run's trail. */
  recordRepair(repair: { sid: string; by: string }): Promise<void>;
}

/** `audit_findings`. */
export interface Findings {
  /** All that an audit has found this time: the others of this audit are resolved. */
  record(audit: Audit, found: readonly Finding[]): Promise<void>;
  /** Oldest first. */
  open(): Promise<KeptFinding[]>;
  announced(ids: string[]): Promise<void>;
}
