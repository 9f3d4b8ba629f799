/**
 * What the functions need from the outside, by role. One client per port in `clients/`, one fake per port in `test/fakes/`.
 * Every method may throw `TransientError` (try again later) or `TerminalError` (a person must act) and nothing else.
 * Times are `Date` or ISO 8601 UTC, numbers E.164, money in cents. The database clients pass their own clock's time to SQL.
 */
import type { AuditBooks, Findings } from './ports/audits';
import type { EventPublisher, Executions, Notices, Mailer, ReplyWriter } from './ports/aws';
import type { Conversations, TextLog, LateMessages } from './ports/conversations';
import type { FailedRuns, Ledger, Onboardings, NumberReservations, SystemTests } from './ports/ledger';
import type { Identity, Logins } from './ports/logins';
import type { MailLog, NoticeLog } from './ports/mail-log';
import type { Offboardings } from './ports/offboardings';
import type { OwnerAlerts, Calls } from './ports/owner-alerts';
import type { ManualReplies, Invitations, EmailChanges, RateLimits, CalendarFeeds, Retention } from './ports/portal';
import type { Screenings } from './ports/screenings';
import type { Telephony } from './ports/twilio';
import type { Accounting } from './ports/xero';

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
