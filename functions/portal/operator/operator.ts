/** The operator's board, as the signed-in operator: to anybody else every one of these is null or `not-found`. */
import * as z from 'zod';
import { KeptFinding } from '../../../shared/audit/finding';
import type { OnboardingForm } from '../../../shared/onboarding-form';
import { RunReport, RunSummary } from '../../../shared/run-report';
import { changed, isId, type MemberDatabase, MessageId, now, Utc } from '../member/database';
import { Role, Walkthrough } from '../member/frame';
import { Lead } from '../member/leads';
import { feedbackKinds } from '../member/people';
import { FailedRun } from './failed-run';
import { BoardMail, type MailDecision, SettleAnswer } from './mails';
import { offboardingsOf } from './offboarding-data';

/** Whom a run waits for and since when; `sinceMs` counts to now. Null: it is over. `schedule`: the first week's checks. */
export const Standing = z.object({
  waitingFor: z.enum(['operator', 'client', 'machine', 'schedule']).nullable(),
  since: Utc.nullable(),
  sinceMs: z.int(),
  isStuck: z.boolean(),
});
export type Standing = z.infer<typeof Standing>;

/** The SOP's "watch for" of the last 30 days. */
export const Watch = z.object({
  failedSignIns: z.int(),
  bugs: z.int(),
  confusions: z.int(),
  featureRequests: z.int(),
  flaggedReplies: z.int(),
  unread: z.int(),
});
export type Watch = z.infer<typeof Watch>;

export const Board = z.object({
  operatorName: z.string(),
  pageSize: z.int(),
  /** With these words; and how many of them are stuck. */
  total: z.int(),
  stuck: z.int(),
  /** The stuck ones first, else newest first. `oddAnswers` of a form that nobody has looked at; `walkthrough`: the owner's; null while there is none. */
  runs: z.array(
    RunSummary.extend({
      standing: Standing,
      unsettledMails: z.int(),
      oddAnswers: z.int(),
      walkthrough: z.object({ steps: z.int(), done: z.int(), skipped: z.int() }).nullable(),
    }),
  ),
});
export type Board = z.infer<typeof Board>;

export const RunPage = z.object({
  operatorName: z.string(),
  report: RunReport,
  standing: Standing,
  /** Null: adopted, so that no execution can fail. */
  failedRun: FailedRun.nullable(),
  client: z.object({
    name: z.string(),
    firstName: z.string().nullable(),
    email: z.string(),
    phone: z.string().nullable(),
    status: z.string(),
  }),
  /** `form` as it was sent, whatever the form asks today. */
  submission: z
    .object({
      form: z.record(z.string(), z.unknown()),
      submittedAt: Utc,
      updatedAt: Utc.nullable(),
      reviewedAt: Utc.nullable(),
      reviewedBy: z.string().nullable(),
    })
    .nullable(),
  canInvite: z.boolean(),
  canSignIn: z.boolean(),
  /** The address that signs in, whatever the submission says by now. */
  loginEmail: z.string().nullable(),
  mails: z.array(BoardMail),
  walkthroughs: z.array(z.object({ email: z.string().nullable(), role: Role, lastViewedAt: Utc.nullable(), steps: Walkthrough })),
  watch: Watch,
  /** Until when the client lets CoreSentia read its conversations. */
  access: Utc.nullable(),
});
export type RunPage = z.infer<typeof RunPage>;

export const clientStatuses = ['Deposit paid', 'Onboarding', 'Live', 'Suspended', 'Cancelled'] as const;
export const ClientLine = z.object({
  clientId: z.guid(),
  name: z.string(),
  firstName: z.string().nullable(),
  email: z.string(),
  phone: z.string().nullable(),
  status: z.enum(clientStatuses),
  createdAt: Utc,
  liveAt: Utc.nullable(),
  runId: z.guid().nullable(),
  invoiceNumber: z.string().nullable(),
  businessId: z.guid().nullable(),
  businessName: z.string().nullable(),
  phoneNumber: z.string().nullable(),
});
export type ClientLine = z.infer<typeof ClientLine>;

const Clients = z.object({ operatorName: z.string(), total: z.int(), pageSize: z.int(), clients: z.array(ClientLine) });
export type Clients = z.infer<typeof Clients>;

export const feedbackStatuses = ['new', 'seen', 'closed'] as const;
const FeedbackPage = z.object({
  operatorName: z.string(),
  pageSize: z.int(),
  total: z.int(),
  feedback: z.array(
    z.object({
      id: z.guid(),
      kind: z.enum(feedbackKinds),
      body: z.string(),
      page: z.string().nullable(),
      status: z.enum(feedbackStatuses),
      at: Utc,
      businessId: z.guid(),
      businessName: z.string().nullable(),
      runId: z.guid().nullable(),
      from: z.string().nullable(),
      hasMessage: z.boolean(),
    }),
  ),
});
export type FeedbackPage = z.infer<typeof FeedbackPage>;

export const FlaggedMessage = z.object({ feedbackId: z.guid(), comment: z.string(), body: z.string(), at: Utc });
export type FlaggedMessage = z.infer<typeof FlaggedMessage>;
export const OperatorLeads = z.object({ operatorName: z.string(), businessName: z.string().nullable(), leads: z.array(Lead) });
export type OperatorLeads = z.infer<typeof OperatorLeads>;
export const OperatorThread = z.object({
  operatorName: z.string(),
  businessName: z.string().nullable(),
  lead: Lead,
  hasEarlier: z.boolean(),
  /** Oldest first, 50 at most. */
  messages: z.array(z.object({ id: MessageId, direction: z.enum(['inbound', 'outbound']), body: z.string(), at: Utc })),
});
export type OperatorThread = z.infer<typeof OperatorThread>;
export const WatchList = z.object({
  operatorName: z.string(),
  /** With anything to watch; the thirty with the most are shown. */
  total: z.int(),
  businesses: z.array(z.object({ businessId: z.guid(), businessName: z.string(), runId: z.guid().nullable(), watch: Watch })),
});
export type WatchList = z.infer<typeof WatchList>;

export const resendKinds = ['invite', 'reminder', 'sign-in-link'] as const;
export type ResendKind = (typeof resendKinds)[number];
/** `mail`: the one that it waits for a word on, and whom that was for. */
const BoardFinding = KeptFinding.extend({ mail: BoardMail.extend({ to: z.string() }).nullable().default(null) });
export type BoardFinding = z.infer<typeof BoardFinding>;
/** `rounds`: when each audit last came to its end. `open`: the sixty newest of `openTotal`. */
const Audits = z.object({
  operatorName: z.string(),
  openTotal: z.int(),
  open: z.array(BoardFinding),
  resolved: z.array(BoardFinding),
  rounds: z.record(z.string(), Utc),
});
export type Audits = z.infer<typeof Audits>;

const resendProblems = ['form-is-there', 'no-login', 'kind'] as const;
/** `count`: how many times by now, so that each is a mail of its own. */
export interface Resend {
  count: number;
  email: string;
  firstName: string | null;
  userId: string | null;
  invoiceNumber: string;
}
const ResendAnswer = z
  .object({
    outcome: z.enum(['done', 'refused']),
    reason: z.enum(resendProblems).nullable(),
    count: z.int().optional(),
    email: z.string().nullish(),
    firstName: z.string().nullish(),
    userId: z.guid().nullish(),
    invoiceNumber: z.string().optional(),
  })
  .nullable()
  .transform((answer): 'not-found' | (typeof resendProblems)[number] | Resend => {
    if (!answer) return 'not-found';
    if (answer.reason) return answer.reason;
    const { count = 1, email, firstName, userId, invoiceNumber = '' } = answer;
    return { count, email: email ?? '', firstName: firstName ?? null, userId: userId ?? null, invoiceNumber };
  });

const run = (runId: string) => ({ p_run_id: runId, p_now: now() });

export function operatorOf(db: MemberDatabase) {
  return {
    ...offboardingsOf(db),
    /** `page` from 1. */
    board: (wish: { search: string; isStuckOnly: boolean; page: number }) =>
      db.call('operator_board', { p_search: wish.search, p_stuck: wish.isStuckOnly, p_page: wish.page, p_now: now() }, Board.nullable()),
    runPage: async (runId: string): Promise<RunPage | null> =>
      isId(runId) ? db.call('operator_run', run(runId), RunPage.nullable()) : null,
    addNote: (runId: string, text: string) => db.call('operator_note', { ...run(runId), p_text: text }, changed(['length'])),
    /** Notes it in the trail and answers whom to write to; the caller sends. */
    planResend: (runId: string, kind: ResendKind) => db.call('operator_resend', { ...run(runId), p_kind: kind }, ResendAnswer),
    /** The form is all right as it is. */
    approveForm: (runId: string) => db.call('operator_review_form', { ...run(runId), p_form: null }, changed(['no-form', 'form'])),
    correctForm: (runId: string, form: OnboardingForm) =>
      db.call('operator_review_form', { ...run(runId), p_form: form }, changed(['no-form', 'form'])),
    /** Of a run or not; answers who sends it again if it was not sent. */
    settleMail: async (mailId: string, decision: MailDecision): Promise<z.infer<typeof SettleAnswer>> =>
      isId(mailId) ? db.call('operator_settle_mail', { p_mail_id: mailId, p_decision: decision, p_now: now() }, SettleAnswer) : 'not-found',
    /** `page` from 1; null: up to 10,000, for CSV. */
    clients: (wish: { search: string; status: string | null; page: number | null }) =>
      db.call('operator_clients', { p_search: wish.search, p_status: wish.status, p_page: wish.page }, Clients.nullable()),
    feedback: (status: string | null, page: number) =>
      db.call('operator_feedback', { p_status: status, p_page: page }, FeedbackPage.nullable()),
    setFeedback: (feedbackId: string, status: string) =>
      db.call('operator_set_feedback', { p_feedback_id: feedbackId, p_status: status }, changed(['status'])),
    /** In the client's trail. */
    flaggedMessage: (feedbackId: string) =>
      db.call('operator_flagged_message', { p_feedback_id: feedbackId, p_now: now() }, FlaggedMessage.nullable()),
    /** While the client's grant lasts, and in its trail. */
    clientLeads: (businessId: string) => db.call('operator_leads', { p_business_id: businessId, p_now: now() }, OperatorLeads.nullable()),
    /** The newest texts; with `before` (a message's id) those before it. */
    clientThread: ({ businessId, leadId }: { businessId: string; leadId: string }, before: string | null = null) =>
      db.call(
        'operator_thread',
        { p_business_id: businessId, p_lead_id: leadId, p_before: before, p_now: now() },
        OperatorThread.nullable(),
      ),
    audits: () => db.call('operator_audits', { p_now: now() }, Audits.nullable()),
    watchList: () => db.call('operator_watch_list', { p_now: now() }, WatchList.nullable()),
  };
}
export type Operator = ReturnType<typeof operatorOf>;
