/**
 * What the functions need from the outside, by role. One client per port in `clients/`, one fake per port in `test/fakes/`.
 * Every method may throw `TransientError` (try again later) or `TerminalError` (a person must act) and nothing else.
 * Times are `Date` or ISO 8601 UTC, numbers E.164, money in cents. The database clients pass their own clock's time to SQL.
 */
import type { Audit, Finding, KeptFinding } from './audit/finding';
import type { Announcement, Conversation, LeadFacts, Question, Span } from './conversation/facts';
import type { InvoiceUpdated, LeadCaptured, NewsReason, OurEvent } from './events';
import type { Invoice } from './invoice';
import type { Decision, Offboarding, OffboardingStep } from './offboarding';
import type { OnboardingForm } from './onboarding-form';
import type { BegunStep, NumberState, StepName } from './run';
import type { WorkingHours } from './working-hours';

/** Xero. */
export interface Accounting {
  /** Undefined if Xero does not know the invoice. */
  getInvoice(tenantId: string, invoiceId: string): Promise<Invoice | undefined>;
  /** Paid and part-paid invoices that changed since `since`, all pages. */
  paidInvoicesSince(tenantId: string, since: Date): Promise<Invoice[]>;
}

/** EventBridge, our bus. Throws `TransientError` if any entry was not accepted. */
export interface EventPublisher {
  publish(events: readonly OurEvent[]): Promise<void>;
}

/** Step Functions, as the functions use it. */
export interface Executions {
  /** Wakes a callback Task. `gone`: the token's attempt is over (timed out, redriven, already answered). */
  sendTaskSuccess(taskToken: string, output: Record<string, string>): Promise<'accepted' | 'gone'>;
  /** How it ended last and where, read from the history; undefined if it never failed. */
  lastFailure(executionArn: string): Promise<Failure | undefined>;
  /** What failed, timed out or was stopped since then and stands so still, all pages. */
  failedSince(stateMachineArn: string, since: Date): Promise<FailedExecution[]>;
  /** Ends a running execution; a function that it has called goes on to its own end. What is over already, or gone, stays as it is. */
  stop(executionArn: string, cause: string): Promise<void>;
  /** Goes on where the execution stopped. `running`: it does already; `too-late`: over for more than 14 days, or for good. */
  redrive(executionArn: string): Promise<'redriven' | 'running' | 'too-late'>;
}

/** `cause` is the error's message; `eventId` numbers this end within the execution. */
export interface Failure {
  state: string;
  error: string;
  cause: string;
  eventId: number;
}

export interface FailedExecution {
  executionArn: string;
  status: 'FAILED' | 'TIMED_OUT' | 'ABORTED';
  endedAt: Date;
}

/** What an alert says of a run beside its failure. `done` in order; the ceiling is what the operator lets a number cost a month. */
export interface FailedRun {
  invoiceNumber: string;
  done: string[];
  numberState: string | null;
  priceCeiling: Money;
}

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

/** Reads runs for alerts, without personal data. */
export interface FailedRuns {
  /** Undefined if the execution owns no run: it failed before its claim, or is another machine's. */
  byExecution(executionArn: string): Promise<FailedRun | undefined>;
}

/** SNS: tells the operator. Subject up to 100 characters, plain English, no personal data. */
export interface Notices {
  publish(notice: { subject: string; body: string }): Promise<void>;
}

/** SES. Throws `TransientError` with `accepted: 'no'` only if SES proved that it did not take the mail; `EmailAddressRejected` and `EmailRefused` are terminal. */
export interface Mailer {
  send(mail: { mailId: string; to: string; subject: string; html: string; text: string }): Promise<{ messageId: string }>;
}

/** Supabase Auth's admin side. */
export interface Identity {
  /** Creates a confirmed user without a password. */
  createUser(email: string): Promise<{ userId: string } | 'exists'>;
  /** A short-lived credential that signs this existing user in once, through `verifyOtp`; a newer one kills the older. */
  signInToken(email: string): Promise<{ tokenHash: string; type: string }>;
  /** Sets a confirmed new address; sessions go on. */
  changeEmail(userId: string, email: string): Promise<'changed' | 'taken'>;
  /** Gone is gone: deleting nobody is no error. */
  deleteUser(userId: string): Promise<void>;
  /** No sign-in and no renewed session any more; a session's token lives for an hour at most. Gone is gone. */
  blockSignIn(userId: string): Promise<void>;
  /** Undoes `blockSignIn`; whoever was never blocked stays as it is. */
  allowSignIn(userId: string): Promise<void>;
}

/** A number that our Twilio account holds. Absent URLs are empty strings. */
export interface OwnedNumber {
  sid: string;
  e164: string;
  tag: string;
  smsUrl: string;
  smsMethod: string;
  smsFallbackUrl: string;
  voiceUrl: string;
  statusCallback: string;
}
/** `statusCallback` hears how each call ended. */
export interface NumberWebhooks {
  smsUrl: string;
  smsFallbackUrl: string;
  voiceUrl: string;
  statusCallback: string;
}

export type NumberKind = 'mobile' | 'local';

/** `currency`: ISO code. */
export interface Money {
  amountCents: number;
  currency: string;
}

/** Twilio, the side that we call. */
export interface Telephony {
  /** Every number of the account, all pages. */
  ownedNumbers(): Promise<OwnedNumber[]>;
  /** What the account has left to spend. Throws BalanceTooLow if Twilio names no balance, as of a subaccount. */
  balance(): Promise<Money>;
  /** What an Australian number costs us each month. Throws NumberPriceTooHigh if Twilio names no price. */
  monthlyPrice(kind: NumberKind): Promise<Money>;
  /** The number bought for a run carries the run's tag as FriendlyName. */
  findByTag(tag: string): Promise<OwnedNumber | undefined>;
  findByNumber(e164: string): Promise<OwnedNumber | undefined>;
  /** Australian numbers for sale that do SMS, best first. */
  searchAvailable(kind: NumberKind): Promise<string[]>;
  /** Buys exactly this number. `taken`: somebody else has it. Throws RegulatoryBundleRequired and VendorAccountProblem among others. */
  buy(order: {
    e164: string;
    tag: string;
    webhooks: NumberWebhooks;
    bundleSid?: string | undefined;
    addressSid?: string | undefined;
  }): Promise<OwnedNumber | 'taken'>;
  fetchNumber(sid: string): Promise<OwnedNumber>;
  configure(sid: string, webhooks: NumberWebhooks): Promise<OwnedNumber>;
  /** Gives the number back for good. `gone`: it is no longer in our account. */
  release(sid: string): Promise<'released' | 'gone'>;
  sendSms(message: { from: string; to: string; body: string }): Promise<{ messageSid: string }>;
  /** A message that we sent from `from` to `to` with exactly this body: was the response to `sendSms` lost? */
  findSent(message: { from: string; to: string; body: string }): Promise<{ messageSid: string } | undefined>;
  /**
   * Like `sendSms`; `statusUrl` hears what becomes of it. `refused`: Twilio's error code if it will not text this recipient at all
   * (21610: opted out, 21614: a landline).
   */
  sendText(text: { from: string; to: string; body: string; statusUrl: string }): Promise<{ messageSid: string } | { refused: number }>;
  /** An inbound message; undefined if Twilio does not know it, or it is none. */
  fetchReceived(messageSid: string): Promise<ReceivedText | undefined>;
  /** What came in for one of our numbers since then, oldest first, all pages. */
  received(query: { to: string; since: Date }): Promise<ReceivedText[]>;
  /** What we have sent to a phone since then, oldest first. */
  sentSince(query: { from: string; to: string; since: Date }): Promise<{ messageSid: string; body: string }[]>;
}

/** An inbound SMS in Twilio's log. */
export interface ReceivedText {
  messageSid: string;
  from: string;
  to: string;
  body: string;
  mediaCount: number;
  sentAt: Date;
}

/** Bedrock: the wording of a reply. Undefined if the model is off, slow, refuses or talks nonsense. */
export interface ReplyWriter {
  write(request: {
    system: string;
    messages: { role: 'user' | 'assistant'; text: string }[];
    timeoutMs: number;
  }): Promise<string | undefined>;
}

export type Verdict = 'deposit' | 'near-miss' | 'not-a-deposit' | 'ask-operator' | 'dismissed';

/** `screened_invoices`: what screening decided, so that a thousand copies of an event cost one call to Xero. */
export interface Screenings {
  /**
   * `fetch`: it is yours, ask Xero (a lease of 60 s); `announce`: already judged a deposit, publish it again; `done`: nothing to do;
   * `busy`: another copy is at it. An event newer than the last verdict (other than deposit and dismissed) is fetched again.
   * `via`: an event that came by the webhook proves that the webhook works, which is noted.
   */
  claim(event: {
    invoiceId: string;
    updatedUtc: string;
    via?: InvoiceUpdated['via'];
  }): Promise<{ outcome: 'fetch' | 'announce' | 'done' | 'busy'; invoiceNumber: string | null }>;
  /** Stores verdict and contact. A deposit of a contact that already has a run or a business becomes `ask-operator`. */
  record(judged: { invoice: Invoice; verdict: Verdict; reasons: string[] }): Promise<{ verdict: Verdict; reasons: string[] }>;
  /** `Deposit Paid` is on the bus. */
  announced(invoiceId: string): Promise<void>;
  /** Those of the invoices that still need screening: no verdict for this version, or a deposit without a run. */
  unsettled(invoices: { invoiceId: string; updatedUtc: string }[]): Promise<string[]>;
  byNumber(invoiceNumber: string): Promise<{ invoiceId: string; tenantId: string; verdict: Verdict; reasons: string[] } | undefined>;
  /** The operator's word: `start` makes it a deposit. `by` names the operator. */
  decide(decision: { invoiceId: string; decision: 'start' | 'dismiss'; by: string }): Promise<void>;
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

/** `email_messages`: claim, send, record. `key` is unique: run + template, for ever. */
export interface MailLog {
  /**
   * `claimed`: send it; `sent`: it went out; `unconfirmed`: an earlier attempt claimed it and never told (throw EmailUnconfirmed).
   */
  claim(mail: { key: string; template: string; runId: string | null; to: string }): Promise<{
    outcome: 'claimed' | 'sent' | 'unconfirmed';
    mailId: string;
  }>;
  recordSent(mail: { mailId: string; messageId: string }): Promise<void>;
  /** SES proved that it did not take it: it may be claimed again. */
  release(mailId: string): Promise<void>;
  /** An SES event. `unknown`: no such mail of ours. */
  recordEvent(event: {
    mailId: string;
    kind: 'sent' | 'delivered' | 'bounced' | 'complained' | 'rejected';
    messageId: string;
    at: string;
  }): Promise<'recorded' | 'unknown'>;
  /** The operator's word on an unconfirmed mail. Answers how many mails it settled. */
  settle(word: { invoiceNumber: string; template: string; decision: 'was-sent' | 'send-again'; by: string }): Promise<number>;
}

/** Notices that were sent, so that each is sent once; a claim that never got `recordSent` can be claimed again after 30 seconds. */
export interface NoticeLog {
  claim(key: string): Promise<'claimed' | 'sent' | 'busy'>;
  recordSent(key: string): Promise<void>;
  /** The attempt failed: the next one may claim it at once. */
  release(key: string): Promise<void>;
  /** Those of the keys that were never sent. */
  unsent(keys: string[]): Promise<string[]>;
}

/** Logins, memberships and our own sign-in links. */
export interface Logins {
  /** Decided once, before Auth is touched: does a person with this e-mail already sign in here? */
  plan(login: { runId: string; email: string }): Promise<{ userId: string | null; existedBefore: boolean }>;
  /** The user becomes the owner of the run's business. */
  record(login: { runId: string; userId: string }): Promise<void>;
  /** `tokenHash`: SHA-256 in hex; older links of the user stay until used or expired. */
  createLink(link: { userId: string; tokenHash: string; expiresAt: Date }): Promise<void>;
  /** Looks without burning. */
  link(tokenHash: string): Promise<{ state: 'open' | 'used' | 'expired' | 'unknown'; userId: string | null; email: string | null }>;
  /** Burns the link: of any number of simultaneous claims one gets `claimed`. */
  claimLink(
    tokenHash: string,
  ): Promise<{ outcome: 'claimed' | 'used' | 'expired' | 'unknown'; userId: string | null; email: string | null }>;
  userIdOf(email: string): Promise<string | undefined>;
  emailOf(userId: string): Promise<string | undefined>;
}

/** An inbound SMS after it has been stored. */
export type Received =
  | { outcome: 'unknown-number' }
  /**
   * Nothing to answer: repeated and already answered, opted out, our own number without a test, a newer message, a person at work.
   * `quiet`: a real lead that the machine does not answer now. `isUnsent`: the answer is recorded, and nobody knows that it went out.
   */
  | { outcome: 'silent'; quiet?: QuietLead | undefined; isUnsent?: boolean | undefined }
  /** Nobody reads this number's texts: it is in quarantine, or its business is suspended. */
  | { outcome: 'closed'; reason: ClosedReason }
  | ({ outcome: 'reply'; businessId: string; leadId: string; isTest: boolean; announced: Announcement[] } & Conversation);

/** `isByHand`: nobody answers this lead unless a person does; `announced`: what the owner knows and need not hear again. */
export interface QuietLead {
  businessId: string;
  leadId: string;
  isByHand: boolean;
  announced: Announcement[];
}

/** `quarantined`: the number's business has left; `suspended`: it is not served now. */
export type ClosedReason = 'quarantined' | 'suspended';

/** `opt-out`: asks in its own words to be left alone; `machine`: an automatic answer. Twilio's keywords are recognised by the database. */
export type MessageKind = 'text' | 'opt-out' | 'machine';

/** What a message led to; stored as a whole or not at all. */
export interface Turn {
  inReplyTo: string;
  /** Null: the conversation moves on and nothing is sent. */
  body: string | null;
  /** What the lead has told by now; null leaves what is known. */
  facts?: Partial<LeadFacts>;
  flags?: ('urgent' | 'person' | 'spam')[];
  asked?: Question | null;
  offered?: string[];
  /** The time to book, and the words for when it has gone meanwhile. */
  booking?: (Span & { title: string; ifTaken: { body: string; asked: Question | null; offered: string[] } }) | undefined;
  /** `Lead Captured` was published for these. */
  announced?: Announcement[];
}

/** `body`: what is to be sent, null for nothing. The other outcomes send nothing: somebody or something else came first. */
export type Recorded =
  | { outcome: 'recorded'; body: string | null; isBooked: boolean }
  | { outcome: 'repeated' | 'opted-out' | 'taken-over' | 'superseded' };

/** `leads`, `messages`, `consent_log`, and the bookings that leads make. */
export interface Conversations {
  /** Stores lead and message once per MessageSid, before anything is answered, and tells everything that a reply needs. */
  receive(message: {
    messageSid: string;
    from: string;
    to: string;
    body: string;
    mediaCount: number;
    kind?: MessageKind;
  }): Promise<Received>;
  /** Stores the reply to a message with all that goes with it, once. */
  recordReply(turn: Turn): Promise<Recorded>;
  /** `Lead Captured` was published although there is no reply to record. */
  recordAnnounced(announced: { leadId: string; kinds: Announcement[] }): Promise<void>;
  /** Leads of the last two days whose `Lead Captured` a crash may have swallowed. */
  unannounced(): Promise<LeadCaptured[]>;
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

/** Texts that a person writes to a lead by hand: claim, send, record. */
export interface ManualReplies {
  /** `claimed`: send it; `unconfirmed`: an earlier claim never told, look it up and don't send it; `failed`: the lead has opted out since. Null: no such text. */
  claim(
    messageId: string,
  ): Promise<{ outcome: 'claimed' | 'unconfirmed' | 'sent' | 'failed'; from: string; to: string; body: string } | null>;
  /** `failed`: Twilio refused it; `unknown`: nobody knows. The SID comes with `sent`. */
  record(result: { messageId: string; status: 'sent' | 'failed' | 'unknown'; messageSid: string | null }): Promise<void>;
}

/** Invitations to a business. Token arguments are SHA-256 hashes in hex. */
export interface Invitations {
  /** Looks without burning. */
  find(tokenHash: string): Promise<{
    state: 'open' | 'used' | 'expired' | 'unknown';
    email: string | null;
    businessId: string | null;
    businessName: string | null;
  }>;
  /** Burns it and makes the user a member. `mismatch`: the user has another address than the invited one. */
  accept(invitation: {
    tokenHash: string;
    userId: string;
  }): Promise<{ outcome: 'accepted' | 'mismatch' | 'used' | 'expired' | 'unknown'; businessId: string | null }>;
}

/** A changed sign-in e-mail: a link to the old address and one to the new, applied when both were used. */
export interface EmailChanges {
  /** Looks without burning. `side`: which address the link was sent to. */
  find(tokenHash: string): Promise<{ state: 'open' | 'used' | 'expired' | 'unknown'; side: 'old' | 'new' | null; newEmail: string | null }>;
  /** `waiting`: the other address has not answered; `ready`: change the login, then say `applied`. `ready` comes again until then. */
  confirm(
    tokenHash: string,
  ): Promise<
    { outcome: 'ready'; changeId: string; userId: string; newEmail: string } | { outcome: 'waiting' | 'used' | 'expired' | 'unknown' }
  >;
  applied(changeId: string): Promise<void>;
}

/** Guards around sign-in. `key` must hold hashes, never an address. */
export interface RateLimits {
  hit(hit: { key: string; limit: number; windowSeconds: number }): Promise<{ allowed: boolean; retryAfterSeconds: number }>;
  /** Counts for the operator's watch list; an unknown address leaves nothing. */
  signInFailed(email: string): Promise<void>;
}

/** What a subscribed calendar gets; null: no such feed. */
export interface CalendarFeeds {
  find(tokenHash: string): Promise<{
    businessName: string;
    bookings: {
      id: string;
      title: string;
      startsAt: string;
      endsAt: string;
      status: 'booked' | 'done' | 'cancelled';
      isDemo: boolean;
      revision: number;
      changedAt: string;
    }[];
  } | null>;
}

/** Data that is older than a business keeps it. */
export interface Retention {
  /** At most `limit` leads with all their texts, the oldest first; answers how many went. */
  purgeLeads(limit: number): Promise<number>;
  /** Counters, old invitations, old e-mail changes. */
  purgeLeftovers(): Promise<void>;
}

/** What Twilio says of an outbound message. https://www.twilio.com/docs/messaging/guides/outbound-message-status-in-status-callbacks */
export type TextStatus = 'queued' | 'sending' | 'sent' | 'delivered' | 'undelivered' | 'failed';

/** What became of texts. `ref` names one of ours: `reply:<MessageSid of what it answers>`, `message:<id>`, `alert:<id>`. */
export interface TextLog {
  /** A later status never gives way to an earlier one. `messageSid` is null if Twilio refused it. `unknown`: no such text of ours. */
  recordStatus(report: {
    ref: string;
    messageSid: string | null;
    status: TextStatus;
    errorCode: number | null;
  }): Promise<'recorded' | 'unknown'>;
  /** Twilio proved that it did not take it: it may be claimed again. */
  release(ref: string): Promise<void>;
}

/** Messages that Twilio has and no webhook has brought. */
export interface LateMessages {
  /** The lead has written again since. */
  hasNewer(message: { messageSid: string; from: string; to: string; sentAt: Date }): Promise<boolean>;
  /** It is shown when it was sent. False if the webhook had stored it in time. */
  markRecovered(message: { messageSid: string; sentAt: Date }): Promise<boolean>;
  /**
   * Ends the doubt whether an answer went out: `sent` is what has gone to the lead since, oldest first, and one of it is the answer. Without any, the recorded
   * reply counts as failed. `isSuperseded`: the lead has written again, so that only the recorded words are the answer to this.
   */
  settleReply(reply: { inReplyTo: string; sent: { messageSid: string; body: string }[]; isSuperseded: boolean }): Promise<void>;
  /** The recorded reply that nobody has sent: of any number of simultaneous claims one gets it, and none if the lead has opted out or talks to a person. */
  claimReply(inReplyTo: string): Promise<{ ref: string; body: string } | undefined>;
  /** Every number that a business has, with the time from which to compare; the one longest not looked at first. */
  numbers(): Promise<{ e164: string; since: Date }[]>;
  recordReconciled(number: { e164: string; at: Date }): Promise<void>;
  /** Those that are not stored, not answered, or whose answer nobody knows to have gone out. */
  unsettled(messageSids: string[]): Promise<string[]>;
}

/** An alert to a business's owner. `smsTo` and `emailTo` are the ways it must still go; `email` is there if the text fails. */
export interface DueAlert {
  alertId: string;
  runId: string | null;
  businessId: string;
  businessName: string;
  /** The business's number, which the text comes from. */
  from: string | null;
  leadId: string;
  urgent: boolean;
  reason: NewsReason;
  firstName: string | null;
  /** The owner has texted STOP to that number. */
  stopped: boolean;
  email: string | null;
  smsTo: string | null;
  emailTo: string | null;
}

/** `owner_alerts`. */
export interface OwnerAlerts {
  /** IANA name; undefined if nobody knows. */
  timeZone(businessId: string): Promise<string | undefined>;
  /** The alert's id, the same for a repeated event; undefined if the owner need not be told. */
  plan(alert: LeadCaptured & { dueAt: Date }): Promise<string | undefined>;
  /** What is due and not done; with an id, that one alert if it is. */
  due(alertId?: string): Promise<DueAlert[]>;
  /** False if somebody has claimed the text before. */
  claimSms(alertId: string): Promise<boolean>;
  recordEmailed(alertId: string): Promise<void>;
  finish(alertId: string): Promise<void>;
}

/** Calls to a business's number. */
export interface Calls {
  /** `ring`: try the owner first; `speak`: nobody can be rung; `closed`: the business is not served now. `ringPhone` is E.164. */
  receive(call: {
    callSid: string;
    from: string;
    to: string;
    forwarded: boolean;
  }): Promise<
    | { outcome: 'unknown-number' }
    | { outcome: 'closed'; reason: ClosedReason }
    | { outcome: 'ring'; businessName: string; ringPhone: string; ringSeconds: number }
    | { outcome: 'speak'; businessName: string }
  >;
  /** The first word on how a call ended stays. Undefined: no such call. */
  end(call: { callSid: string; answered: boolean }): Promise<'open' | 'answered' | 'missed' | undefined>;
  /** Undefined if the call was not missed. `to` is null if the caller withheld the number. */
  missed(callSid: string): Promise<{ businessName: string; from: string; to: string | null } | undefined>;
  /** Notes why the caller gets no text. */
  skipText(call: { callSid: string; reason: string }): Promise<void>;
  /** Stores lead and text and claims the sending; undefined if this caller must not be texted, or was already today. */
  claimText(text: { callSid: string; body: string }): Promise<{ ref: string } | undefined>;
}

/** `offboardings`: a client leaves, and may come back until the number is released. Every call is one round trip and idempotent. */
export interface Offboardings {
  /** Counts the attempt. The first step claims the offboarding for its execution; `taken`: another one has it. Throws ExecutionMismatch in the other steps. */
  beginStep(attempt: {
    offboardingId: string;
    step: OffboardingStep;
    executionId: string;
    redriveCount: number;
  }): Promise<{ claim: 'yours'; offboarding: Offboarding } | { claim: 'taken' }>;
  finishStep(result: { offboardingId: string; step: OffboardingStep; evidence: Evidence }): Promise<void>;
  failStep(failure: { offboardingId: string; step: OffboardingStep; error: string; message: string }): Promise<void>;
  /** The run begins no step any more. Answers the step whose attempt may still be at work. */
  cancelRun(offboardingId: string): Promise<StepName | null>;
  suspendBusiness(offboardingId: string): Promise<void>;
  /** Ends memberships, invitations, links and calendar address. Answers the ids of the people who sign in nowhere else. */
  endMemberships(offboardingId: string): Promise<string[]>;
  /** Answers from when on the number may be released, ISO 8601 UTC. */
  quarantineNumber(offboardingId: string): Promise<{ releaseAfter: string }>;
  /** Stores the task token of this attempt; answers what was decided already. Locks against the decision. */
  openWait(wait: { offboardingId: string; taskToken: string }): Promise<{ decision: Decision | null }>;
  closeWait(wait: { offboardingId: string; taskToken: string }): Promise<void>;
  /** Throws ReleaseNotConfirmed unless a second person has confirmed it. */
  checkRelease(offboardingId: string): Promise<void>;
  recordReleased(offboardingId: string): Promise<void>;
  complete(offboardingId: string): Promise<void>;
  /** Statuses, number and memberships as before. Answers the ids of the people who may sign in again. Throws ReleaseNotConfirmed if nobody has undone it. */
  restoreBusiness(offboardingId: string): Promise<string[]>;
  /** Lets the run begin steps again; true if it was stopped half way. */
  resumeRun(offboardingId: string): Promise<boolean>;
  completeUndo(offboardingId: string): Promise<void>;
  /** What nudge-offboarding has to do now. `week`: the weeks since the quarantine was over. */
  due(): Promise<{
    starts: string[];
    wakeUps: { offboardingId: string; taskToken: string; decision: Decision }[];
    releases: { offboardingId: string; invoiceNumber: string; week: number }[];
  }>;
  /** Whose execution it is: an offboarding's own, or a provisioning that an offboarding has stopped. */
  ofExecution(executionId: string): Promise<{ kind: 'offboarding' | 'stopped'; invoiceNumber: string } | null>;
}

/** Every role, for `Pick<Services, …>`. */
export interface Services {
  accounting: Accounting;
  auditBooks: AuditBooks;
  calls: Calls;
  calendarFeeds: CalendarFeeds;
  conversations: Conversations;
  emailChanges: EmailChanges;
  eventPublisher: EventPublisher;
  executions: Executions;
  failedRuns: FailedRuns;
  findings: Findings;
  identity: Identity;
  lateMessages: LateMessages;
  invitations: Invitations;
  ledger: Ledger;
  logins: Logins;
  mailer: Mailer;
  mailLog: MailLog;
  manualReplies: ManualReplies;
  noticeLog: NoticeLog;
  notices: Notices;
  numberReservations: NumberReservations;
  offboardings: Offboardings;
  onboardings: Onboardings;
  ownerAlerts: OwnerAlerts;
  rateLimits: RateLimits;
  replyWriter: ReplyWriter;
  retention: Retention;
  screenings: Screenings;
  systemTests: SystemTests;
  telephony: Telephony;
  textLog: TextLog;
}
