/** The run of a client: its steps, its form, its number and its test. */
import type { OnboardingForm } from '../onboarding-form';
import type { BegunStep, NumberState, StepName } from '../run';
import type { WorkingHours } from '../working-hours';
import type { Money } from './twilio';

/** What an alert says of a run beside its failure. `done` in order; the ceiling is what the operator lets a number cost a month. */
export interface FailedRun {
  invoiceNumber: string;
  done: string[];
  numberState: string | null;
  priceCeiling: Money;
}

/** Reads runs for alerts, without personal data. */
export interface FailedRuns {
  /** Undefined if the execution owns no run: it failed before its claim, or is another machine's. */
  byExecution(executionArn: string): Promise<FailedRun | undefined>;
}

export type Evidence = Record<string, string | number | boolean | null>;

/** `provisioning_runs`, `provisioning_steps`, `clients`, `businesses`, `business_settings`. Every call is one round trip and idempotent. */
export interface Ledger {
  /** One run per invoice: the same execution claiming again gets its own claim back. Creates the client with status `Onboarding`. Throws InvoiceNotScreened. */
  claimInvoice(claim: { invoiceId: string; tenantId: string; executionId: string }): Promise<{ claim: 'yours' | 'taken'; runId: string }>;
  /** Counts the attempt, notes the redrive, and returns what the step needs to know. Throws RunNotFound, and ExecutionMismatch if another execution owns the run. */
  beginStep(attempt: { runId: string; step: StepName; executionId: string; redriveCount: number }): Promise<BegunStep>;
  /** `output`: what the execution's state gets, kept for an execution that is re-issued. */
  finishStep(result: { runId: string; step: StepName; evidence: Evidence; output?: Record<string, string> | undefined }): Promise<void>;
  failStep(failure: { runId: string; step: StepName; error: string; message: string }): Promise<void>;
  /** `businesses` row with id = businessId, membership aside. */
  createBusiness(runId: string): Promise<void>;
  /** Minutes for buffer and duration. */
  configureSettings(settings: { runId: string; workingHours: WorkingHours; travelBuffer: number; jobDuration: number }): Promise<void>;
  /** Demo booking and demo conversation for the first login; a second call makes no second demo, even if the first was deleted. */
  createDemo(runId: string): Promise<void>;
  /** `clients.status` becomes `Live`; the first call's time stays. */
  goLive(runId: string): Promise<{ liveAt: string }>;
  /** Stores the times of the first-week checks ("day 1 check-in scheduled"). ISO 8601 UTC. */
  scheduleChecks(checks: { runId: string; day1At: string; day3At: string; day7At: string }): Promise<void>;
  /** What the first-week checks look at: when a member last viewed the business after going live, and how many real SMS came in. */
  firstWeek(runId: string): Promise<{ viewedAt: string | null; inboundCount: number }>;
  completeRun(runId: string): Promise<void>;
}

/** What an invite's link leads to. `offer`: a form with the contact's e-mail that was sent without an invite. */
export interface Invite {
  state: 'open' | 'closed' | 'expired' | 'unknown';
  runId: string | null;
  /** The form as sent last, to be edited until ProvisionNumber. */
  form: OnboardingForm | null;
  contactName: string | null;
  offer: { onboardingId: string; submittedAt: string } | null;
}

export interface Submitted {
  outcome: 'stored' | 'closed' | 'expired' | 'unknown';
  businessId: string | null;
  runId: string | null;
  /** The open wait that must be woken, if there is one. */
  taskToken: string | null;
}

/** `client_onboarding`, invites and the wait of AwaitOnboarding. Token arguments are SHA-256 hashes in hex. */
export interface Onboardings {
  createInvite(invite: { runId: string; tokenHash: string; expiresAt: Date }): Promise<void>;
  invite(tokenHash: string): Promise<Invite>;
  submit(form: { tokenHash: string; form: OnboardingForm }): Promise<Submitted>;
  /** Stores a form that came without an invite; it is attached to no run. */
  submitUnattached(form: OnboardingForm): Promise<{ businessId: string }>;
  /** "Use the form sent on …": joins an offered form to the invite's run. */
  attach(offer: { tokenHash: string; onboardingId: string }): Promise<Submitted>;
  /** Stores the task token of this attempt; `submitted` if the form is already there. Locks the run against `submit`. */
  openWait(wait: { runId: string; taskToken: string }): Promise<{ submitted: boolean }>;
  /** The wait was answered: nudge need not repeat it. */
  closeWait(wait: { runId: string; taskToken: string }): Promise<void>;
  /** What nudge-onboarding has to do now. `day`: which reminder is due; `offer`: an unattached form waits to be offered. */
  due(): Promise<{
    reminders: { runId: string; day: 1 | 3 | 7; email: string; firstName: string | null; invoiceNumber: string }[];
    offers: { runId: string; onboardingId: string; submittedAt: string; email: string; firstName: string | null }[];
    wakeUps: { runId: string; taskToken: string }[];
  }>;
  /** The contact to send a fresh link to when an old one has expired; undefined if the token is unknown or the run is past the form. */
  contactOf(tokenHash: string): Promise<{ runId: string; email: string; firstName: string | null } | undefined>;
}

/** What the operator lets a purchase cost, in `currency`: at least so much stays in the account (null: it is not looked at), at most so much a month. */
export interface SpendLimits {
  balanceFloorCents: number | null;
  priceCeilingCents: number;
  currency: string;
}

/** `phone_numbers`: who may buy what. */
export interface NumberReservations {
  /** `system_settings`, as they are now. */
  limits(): Promise<SpendLimits>;
  /** One active reservation per run and per number; refuses when the kill switch is on or today's cap is reached. */
  reserve(wish: {
    runId: string;
    e164: string;
  }): Promise<{ outcome: 'reserved' | 'taken' | 'purchases-disabled' | 'daily-cap'; attempt: number }>;
  /** Compare-and-set on the attempt before asking Twilio; false if somebody else moved it. */
  request(order: { runId: string; e164: string; attempt: number }): Promise<boolean>;
  /** The number was sold to somebody else: frees the reservation so that another can be chosen. */
  release(order: { runId: string; e164: string; attempt: number }): Promise<void>;
  record(number: { runId: string; e164: string; sid: string; state: Extract<NumberState, 'owned' | 'configured'> }): Promise<void>;
}

/** The end-to-end test of step 7. */
export interface SystemTests {
  /** The nonce is made by the first call and stays. */
  plan(runId: string, nonce: string): Promise<{ nonce: string; messageSid: string | null }>;
  recordSent(test: { runId: string; messageSid: string }): Promise<void>;
  /** What came of the newest test: null parts are not there yet. */
  result(runId: string): Promise<{ leadId: string | null; inboundBody: string | null; reply: string | null }>;
  /** Makes the user a member of the run's business for the test. Answers the user that an earlier attempt left: delete it. */
  beginIdentity(identity: { runId: string; userId: string }): Promise<string | null>;
  /** Takes membership, progress and trail away. Answers the user to delete; null if there is none. */
  endIdentity(runId: string): Promise<string | null>;
}
