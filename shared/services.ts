/**
 * One lazy factory per role; a function imports the ones it uses and bundles no other vendor. Only this file and tests import clients.
 * A secret is kept for five minutes, so that a rotated one is picked up, and what was made with it for as long as it reads the same; the rest for good.
 */
import type { Adoptions } from './adoption';
import { bedrockReplyWriter } from './clients/bedrock';
import { eventBridgePublisher } from './clients/event-bridge';
import { type ReadSecret, secretsManager } from './clients/secrets-manager';
import { sesMailer } from './clients/ses';
import { snsNotices } from './clients/sns';
import { sfnExecutions } from './clients/step-functions';
import { supabaseAdoptions } from './clients/supabase/adoptions';
import { supabaseAuditBooks, supabaseFindings } from './clients/supabase/audits';
import { supabaseCalls } from './clients/supabase/calls';
import { supabaseConversations } from './clients/supabase/conversations';
import { database, supabaseClient } from './clients/supabase/database';
import { supabaseFailedRuns } from './clients/supabase/failed-runs';
import { supabaseIdentity } from './clients/supabase/identity';
import { supabaseLateMessages } from './clients/supabase/late-messages';
import { supabaseLedger } from './clients/supabase/ledger';
import { supabaseLogins } from './clients/supabase/logins';
import { CLAIM_LIMIT_MS, supabaseMailLog } from './clients/supabase/mail-log';
import { supabaseNoticeLog } from './clients/supabase/notice-log';
import { supabaseNumberReservations } from './clients/supabase/number-reservations';
import { supabaseOffboardings } from './clients/supabase/offboardings';
import { supabaseOnboardings } from './clients/supabase/onboardings';
import { supabaseOwnerAlerts } from './clients/supabase/owner-alerts';
import {
  supabaseCalendarFeeds,
  supabaseEmailChanges,
  supabaseInvitations,
  supabaseManualReplies,
  supabaseRateLimits,
  supabaseRetention,
} from './clients/supabase/portal';
import { supabaseReissues } from './clients/supabase/reissues';
import { supabaseRunReader } from './clients/supabase/run-reader';
import { supabaseScreenings } from './clients/supabase/screenings';
import { supabaseSystemTests } from './clients/supabase/system-tests';
import { supabaseTextLog } from './clients/supabase/text-log';
import { twilioTelephony } from './clients/twilio';
import { xeroAccounting } from './clients/xero';
import {
  BedrockVariables,
  EventBusVariables,
  MailVariables,
  OperatorVariables,
  SmsStatusVariables,
  SupabaseVariables,
  TestNumberVariables,
  TwilioVariables,
  variables,
  XeroVariables,
  XeroWebhookVariables,
} from './config';
import type { AuditBooks, Findings } from './ports/audits';
import type { EventPublisher, Executions, Mailer, Notices, ReplyWriter } from './ports/aws';
import type { Conversations, LateMessages, TextLog } from './ports/conversations';
import type { FailedRuns, Ledger, NumberReservations, Onboardings, SystemTests } from './ports/ledger';
import type { Identity, Logins } from './ports/logins';
import type { MailLog, NoticeLog } from './ports/mail-log';
import type { Offboardings } from './ports/offboardings';
import type { Calls, OwnerAlerts } from './ports/owner-alerts';
import type { CalendarFeeds, EmailChanges, Invitations, ManualReplies, RateLimits, Retention } from './ports/portal';
import type { Screenings } from './ports/screenings';
import type { Telephony } from './ports/twilio';
import type { Accounting } from './ports/xero';
import type { Reissues } from './reissue';
import type { RunReader } from './run-report';
import { secretSchemas } from './secrets';
import type { TestSettings } from './test-sms';

const KEEP_MS = 5 * 60_000;

/** Makes it from a secret. Reads that at the first call and again when it is older than five minutes; what failed is not kept. */
// @__NO_SIDE_EFFECTS__
function withSecret<S, T>(read: () => Promise<S>, make: (secret: S) => T): () => Promise<T> {
  let kept: { made: Promise<T>; atMs: number } | undefined;
  let latest: { text: string; made: T } | undefined;
  const remake = async (): Promise<T> => {
    const secret = await read();
    const text = JSON.stringify(secret);
    latest = latest?.text === text ? latest : { text, made: make(secret) };
    return latest.made;
  };
  return () => {
    if (kept && Math.abs(Date.now() - kept.atMs) < KEEP_MS) return kept.made;
    const made = remake();
    kept = { made, atMs: Date.now() };
    made.catch(() => {
      if (kept?.made === made) kept = undefined;
    });
    return made;
  };
}

/** Makes it at the first call. */
// @__NO_SIDE_EFFECTS__
function once<T>(make: () => T): () => Promise<T> {
  let made: T | undefined;
  return async () => (made ??= make());
}

const secrets = once(secretsManager);
const readSecret: ReadSecret = async (secretId, schema) => (await secrets())(secretId, schema);

const xeroSecret = () => readSecret(variables(XeroVariables).XERO_SECRET_ID, secretSchemas.xero);
export const accounting = withSecret(xeroSecret, (secret): Accounting => {
  const { XERO_API_URL, XERO_IDENTITY_URL } = variables(XeroVariables);
  return xeroAccounting({ ...secret, apiUrl: XERO_API_URL, identityUrl: XERO_IDENTITY_URL });
});

export const eventPublisher = once((): EventPublisher => eventBridgePublisher({ busName: variables(EventBusVariables).EVENT_BUS_NAME }));

export const executions = once((): Executions => sfnExecutions());

export const mailer = once((): Mailer => {
  const { BRAND, SES_CONFIGURATION_SET } = variables(MailVariables);
  const { fromEmail, name: fromName, replyTo } = BRAND;
  return sesMailer({ fromEmail, fromName, replyTo, configurationSet: SES_CONFIGURATION_SET });
});

export const notices = once((): Notices => snsNotices({ topicArn: variables(OperatorVariables).OPERATOR_TOPIC_ARN }));

/** Without a model every reply is the template's. */
export const replyWriter = once((): ReplyWriter => {
  const { BEDROCK_MODEL_ID } = variables(BedrockVariables.partial());
  return BEDROCK_MODEL_ID ? bedrockReplyWriter({ modelId: BEDROCK_MODEL_ID }) : { write: async () => undefined };
});

const twilioSecret = () => readSecret(variables(TwilioVariables).TWILIO_SECRET_ID, secretSchemas.twilio);
export const telephony = withSecret(
  twilioSecret,
  (secret): Telephony => twilioTelephony({ ...secret, apiUrl: variables(TwilioVariables).TWILIO_API_URL }),
);

/** Our own number that the tests come from. */
export const testSettings = async (): Promise<TestSettings> => ({ testNumber: variables(TestNumberVariables).TEST_NUMBER });

/** Where Twilio reports what becomes of a text. */
export const smsStatusUrl = async (): Promise<string> => variables(SmsStatusVariables).SMS_STATUS_URL;

/** The key that Twilio signs its webhooks with. */
export const twilioAuthToken = withSecret(twilioSecret, ({ authToken }) => authToken);

/** The key that Xero signs its webhooks with. */
export const xeroWebhookKey = withSecret(
  () => readSecret(variables(XeroWebhookVariables).XERO_WEBHOOK_SECRET_ID, secretSchemas['xero-webhook']),
  ({ webhookKey }) => webhookKey,
);

/** Acts with the secret key, past every row-level rule: the functions' own, never a visitor's. */
const supabase = withSecret(
  () => readSecret(variables(SupabaseVariables).SUPABASE_SECRET_ID, secretSchemas.supabase),
  ({ secretKey }) => supabaseClient({ url: variables(SupabaseVariables).SUPABASE_URL, secretKey }),
);
const db = async () => database(await supabase());

export const adoptions = async (): Promise<Adoptions> => supabaseAdoptions(await db());
export const auditBooks = async (): Promise<AuditBooks> => supabaseAuditBooks(await db());
export const calls = async (): Promise<Calls> => supabaseCalls(await db());
export const calendarFeeds = async (): Promise<CalendarFeeds> => supabaseCalendarFeeds(await db());
export const conversations = async (): Promise<Conversations> => supabaseConversations(await db());
export const emailChanges = async (): Promise<EmailChanges> => supabaseEmailChanges(await db());
export const failedRuns = async (): Promise<FailedRuns> => supabaseFailedRuns(await db());
export const findings = async (): Promise<Findings> => supabaseFindings(await db());
export const identity = async (): Promise<Identity> => supabaseIdentity(await supabase());
export const lateMessages = async (): Promise<LateMessages> => supabaseLateMessages(await db());
export const invitations = async (): Promise<Invitations> => supabaseInvitations(await db());
export const ledger = async (): Promise<Ledger> => supabaseLedger(await db());
export const logins = async (): Promise<Logins> => supabaseLogins(await db());
export const mailLog = async (): Promise<MailLog> => {
  const client = await supabase();
  return supabaseMailLog(database(client), database(client, CLAIM_LIMIT_MS));
};
export const manualReplies = async (): Promise<ManualReplies> => supabaseManualReplies(await db());
export const noticeLog = async (): Promise<NoticeLog> => supabaseNoticeLog(await db());
export const numberReservations = async (): Promise<NumberReservations> => supabaseNumberReservations(await db());
export const offboardings = async (): Promise<Offboardings> => supabaseOffboardings(await db());
export const onboardings = async (): Promise<Onboardings> => supabaseOnboardings(await db());
export const ownerAlerts = async (): Promise<OwnerAlerts> => supabaseOwnerAlerts(await db());
export const rateLimits = async (): Promise<RateLimits> => supabaseRateLimits(await db());
export const reissues = async (): Promise<Reissues> => supabaseReissues(await db());
export const retention = async (): Promise<Retention> => supabaseRetention(await db());
export const runReader = async (): Promise<RunReader> => supabaseRunReader(await db());
export const screenings = async (): Promise<Screenings> => supabaseScreenings(await db());
export const systemTests = async (): Promise<SystemTests> => supabaseSystemTests(await db());
export const textLog = async (): Promise<TextLog> => supabaseTextLog(await db());
