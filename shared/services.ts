/**
 * One lazy factory per role; a function imports the ones it uses and bundles no other vendor. Only this file and tests import clients.
 * What a factory made is kept for five minutes, so that a rotated secret is picked up.
 */
import * as z from 'zod';
import { bedrockReplyWriter } from './clients/bedrock';
import { eventBridgePublisher } from './clients/event-bridge';
import { readSecret } from './clients/secrets-manager';
import { sesMailer } from './clients/ses';
import { snsNotices } from './clients/sns';
import { sfnExecutions } from './clients/step-functions';
import { twilioTelephony } from './clients/twilio';
import { xeroAccounting } from './clients/xero';
import {
  BedrockVariables,
  EventBusVariables,
  MailVariables,
  OperatorVariables,
  TwilioVariables,
  variables,
  XeroVariables,
  XeroWebhookVariables,
} from './config';
import type { Accounting, EventPublisher, Executions, Mailer, Notices, ReplyWriter, Telephony } from './ports';

const KEEP_MS = 5 * 60_000;

/** Makes it at the first call and again when it is older than five minutes; what failed is not kept. */
// @__NO_SIDE_EFFECTS__
function cached<T>(make: () => Promise<T>): () => Promise<T> {
  let kept: { made: Promise<T>; atMs: number } | undefined;
  return () => {
    if (kept && Math.abs(Date.now() - kept.atMs) < KEEP_MS) return kept.made;
    const made = make();
    kept = { made, atMs: Date.now() };
    made.catch(() => {
      if (kept?.made === made) kept = undefined;
    });
    return made;
  };
}

export const accounting = cached(async (): Promise<Accounting> => {
  const { XERO_SECRET_ID, XERO_API_URL, XERO_IDENTITY_URL } = variables(XeroVariables);
  const secret = await readSecret(XERO_SECRET_ID, z.object({ clientId: z.string(), clientSecret: z.string() }));
  return xeroAccounting({ ...secret, apiUrl: XERO_API_URL, identityUrl: XERO_IDENTITY_URL });
});

export const eventPublisher = cached(
  async (): Promise<EventPublisher> => eventBridgePublisher({ busName: variables(EventBusVariables).EVENT_BUS_NAME }),
);

export const executions = cached(async (): Promise<Executions> => sfnExecutions());

export const mailer = cached(async (): Promise<Mailer> => {
  const { BRAND, SES_CONFIGURATION_SET } = variables(MailVariables);
  const { fromEmail, name: fromName, replyTo } = BRAND;
  return sesMailer({ fromEmail, fromName, replyTo, configurationSet: SES_CONFIGURATION_SET });
});

export const notices = cached(async (): Promise<Notices> => snsNotices({ topicArn: variables(OperatorVariables).OPERATOR_TOPIC_ARN }));

/** Without a model every reply is the template's. */
export const replyWriter = cached(async (): Promise<ReplyWriter> => {
  const { BEDROCK_MODEL_ID } = variables(BedrockVariables.partial());
  return BEDROCK_MODEL_ID ? bedrockReplyWriter({ modelId: BEDROCK_MODEL_ID }) : { write: async () => undefined };
});

const TwilioSecret = z.object({ accountSid: z.string(), authToken: z.string() });

export const telephony = cached(async (): Promise<Telephony> => {
  const { TWILIO_SECRET_ID, TWILIO_API_URL } = variables(TwilioVariables);
  return twilioTelephony({ ...(await readSecret(TWILIO_SECRET_ID, TwilioSecret)), apiUrl: TWILIO_API_URL });
});

/** The key that Twilio signs its webhooks with. */
export const twilioAuthToken = cached(async (): Promise<string> => {
  const { authToken } = await readSecret(variables(TwilioVariables).TWILIO_SECRET_ID, TwilioSecret);
  return authToken;
});

/** The key that Xero signs its webhooks with. */
export const xeroWebhookKey = cached(async (): Promise<string> => {
  const { XERO_WEBHOOK_SECRET_ID } = variables(XeroWebhookVariables);
  const { webhookKey } = await readSecret(XERO_WEBHOOK_SECRET_ID, z.object({ webhookKey: z.string().min(1) }));
  return webhookKey;
});
