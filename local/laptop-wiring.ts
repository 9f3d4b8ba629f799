/** What the parts of the stack are told about each other: ports, variables, secrets, addresses. */
import { z } from 'zod';
import type { Aws } from './aws/aws';
import type { LocalCredentials } from './credentials';
import type { Endpoints } from './endpoints';
import type { StepFunctions } from './step-functions/server';
import type { Supabase } from './supabase/server';
import type { StackModel } from './template/model';
import type { Twilio } from './twilio/server';
import type { VendorSettings } from './vendors';
import type { Xero } from './xero/server';

/** Where Supabase is, and the keys to it. */
export type SupabaseAccess = Pick<Supabase, 'url' | 'publishableKey' | 'secretKey'>;

/** Variables of every function that the template does not hold: where the vendors are. What the environment sets wins. */
export function vendorVariables(
  vendors: VendorSettings,
  { xero, twilio, stepFunctions }: { xero: Xero; twilio: Twilio; stepFunctions: StepFunctions | undefined },
): Record<string, string> {
  const own = {
    XERO_API_URL: xero.url,
    XERO_IDENTITY_URL: xero.identityUrl,
    TWILIO_API_URL: twilio.url,
    AWS_ENDPOINT_URL_SFN: stepFunctions?.url,
  };
  const given = Object.entries(vendors).filter(
    ([name]) => name === 'XERO_API_URL' || /^(XERO_IDENTITY|TWILIO_API|AWS_ENDPOINT)_URL/.test(name),
  );
  const all = Object.entries({ ...own, ...Object.fromEntries(given) });
  return Object.fromEntries(all.flatMap(([name, value]) => (value ? [[name, value]] : [])));
}

/** The texts of the secrets by name. Real credentials go into a secret only beside the real vendor's URL, local ones only without it. */
export function secretsOf(vendors: VendorSettings, local: LocalCredentials, supabase: SupabaseAccess): Record<string, string> {
  const { XERO_API_URL, XERO_CLIENT_ID, XERO_CLIENT_SECRET, XERO_WEBHOOK_KEY, TWILIO_API_URL, TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN } =
    vendors;
  const secrets = {
    xero: XERO_API_URL
      ? { clientId: XERO_CLIENT_ID, clientSecret: XERO_CLIENT_SECRET }
      : { clientId: local.xeroClientId, clientSecret: local.xeroClientSecret },
    'xero-webhook': { webhookKey: XERO_API_URL ? XERO_WEBHOOK_KEY : local.xeroWebhookKey },
    twilio: TWILIO_API_URL
      ? { accountSid: TWILIO_ACCOUNT_SID, authToken: TWILIO_AUTH_TOKEN }
      : { accountSid: local.twilioAccountSid, authToken: local.twilioAuthToken },
    supabase: { secretKey: supabase.secretKey },
  };
  return Object.fromEntries(Object.entries(secrets).map(([name, value]) => [`coresentia/local/${name}`, JSON.stringify(value)]));
}

/** State machines with their definitions parsed. */
export function machinesOf(model: StackModel): { name: string; arn: string; definition: unknown }[] {
  return model.stateMachines.map(({ name, arn, definition }) => ({ name, arn, definition: z.unknown().parse(JSON.parse(definition)) }));
}

interface Running {
  stepFunctions: StepFunctions;
  aws: Aws;
  xero: Xero;
  twilio: Twilio;
  supabase: SupabaseAccess;
  model: StackModel;
  credentials: LocalCredentials;
  vendors: VendorSettings;
  urlOf: (name: 'portal' | 'xero-webhook' | 'sms-webhook' | 'sms-fallback' | 'voice-webhook') => string;
}

/** What `.local/endpoints.json` says of a running stack. */
export function endpointsOf(running: Running): Omit<Endpoints, 'controlRoom'> {
  const { aws, xero, twilio, supabase, model, credentials, vendors, urlOf } = running;
  return {
    portal: urlOf('portal'),
    xeroWebhook: `${urlOf('xero-webhook')}/api/xero/webhook`,
    smsWebhook: `${urlOf('sms-webhook')}/api/sms/webhook`,
    smsFallback: `${urlOf('sms-fallback')}/api/sms/fallback`,
    voiceWebhook: `${urlOf('voice-webhook')}/api/voice/webhook`,
    stepFunctions: vendors.AWS_ENDPOINT_URL_SFN ?? running.stepFunctions.url,
    eventBridge: vendors.AWS_ENDPOINT_URL_EVENTBRIDGE ?? aws.urls.eventbridge,
    eventBusName: first(model.buses, 'event bus').name,
    sqs: aws.urls.sqs,
    sns: vendors.AWS_ENDPOINT_URL_SNS ?? aws.urls.sns,
    operatorTopicArn: first(model.topics, 'topic').arn,
    secretsManager: vendors.AWS_ENDPOINT_URL_SECRETS_MANAGER ?? aws.urls.secretsmanager,
    bedrock: vendors.AWS_ENDPOINT_URL_BEDROCK_RUNTIME ?? aws.urls.bedrock,
    ses: vendors.AWS_ENDPOINT_URL_SES ?? aws.urls.ses,
    supabase: supabase.url,
    twilio: vendors.TWILIO_API_URL ?? twilio.url,
    xero: vendors.XERO_API_URL ?? xero.url,
    xeroIdentity: vendors.XERO_IDENTITY_URL ?? xero.identityUrl,
    stateMachineArn: first(
      model.stateMachines.filter(({ name }) => name.endsWith('-provisioning')),
      'state machine',
    ).arn,
    keys: {
      xeroWebhookKey: (vendors.XERO_API_URL && vendors.XERO_WEBHOOK_KEY) || credentials.xeroWebhookKey,
      twilioAccountSid: (vendors.TWILIO_API_URL && vendors.TWILIO_ACCOUNT_SID) || credentials.twilioAccountSid,
      twilioAuthToken: (vendors.TWILIO_API_URL && vendors.TWILIO_AUTH_TOKEN) || credentials.twilioAuthToken,
      supabasePublishable: supabase.publishableKey,
      supabaseSecret: supabase.secretKey,
    },
  };
}

function first<T>(items: T[], what: string): T {
  const [item] = items;
  if (!item) throw new Error(`the CDK app has no ${what}`);
  return item;
}
