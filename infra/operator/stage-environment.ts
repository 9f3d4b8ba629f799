/** Lets an operator's command use the same services as the functions, against a stage on AWS or the stack on this laptop. */
import { type Endpoints, readEndpoints } from '../../local/endpoints';
import { clockOffset, installClock } from '../../local/kernel/clock';
import { z } from 'zod';
import { secretIdOf } from '../../shared/secrets';
import { type StageSettings, stageOf } from '../stages';

type Laptop = Omit<Endpoints, 'controlRoom'>;

/** Where the stage's vendors answer, and what is settled about it. URLs without a trailing slash. */
export interface Places {
  settings: StageSettings;
  supabaseUrl: string;
  publishableKey: string;
  xeroApiUrl: string;
  xeroIdentityUrl: string;
  twilioApiUrl: string;
  /** Of the laptop's stack; undefined on AWS. */
  laptop: Laptop | undefined;
}

/** Sets the environment that `shared/services.ts` reads. AWS credentials of a real stage come from the operator's own profile. */
export async function useStage(name: string): Promise<Places> {
  const settings = stageOf(name);
  const { stage } = settings;
  const laptop = stage === 'local' ? await useLaptop() : undefined;
  const places = placesOf(settings, laptop);
  Object.assign(process.env, {
    AWS_REGION: 'ap-southeast-2',
    SUPABASE_URL: places.supabaseUrl,
    SUPABASE_SECRET_ID: secretIdOf(stage, 'supabase'),
    XERO_SECRET_ID: secretIdOf(stage, 'xero'),
    XERO_API_URL: places.xeroApiUrl,
    XERO_IDENTITY_URL: places.xeroIdentityUrl,
    TWILIO_SECRET_ID: secretIdOf(stage, 'twilio'),
    TWILIO_API_URL: places.twilioApiUrl,
    EVENT_BUS_NAME: `coresentia-${stage}`,
  });
  return places;
}

/** `laptop`: what a running stack says of itself. */
export function placesOf(settings: StageSettings, laptop: Laptop | undefined): Places {
  const { supabase, xeroApiUrl, xeroIdentityUrl, twilioApiUrl } = settings;
  return {
    settings,
    laptop,
    supabaseUrl: laptop?.supabase ?? supabase.url,
    publishableKey: laptop?.keys.supabasePublishable ?? supabase.publishableKey,
    xeroApiUrl: laptop?.xero ?? xeroApiUrl ?? 'https://api.xero.com',
    xeroIdentityUrl: laptop?.xeroIdentity ?? xeroIdentityUrl ?? 'https://identity.xero.com',
    twilioApiUrl: laptop?.twilio ?? twilioApiUrl ?? 'https://api.twilio.com',
  };
}

/** `LOCAL_DATA_DIR` names another stack's folder than that of `npm start`. */
async function useLaptop(): Promise<Endpoints> {
  const endpoints = readEndpoints(process.env['LOCAL_DATA_DIR'] ?? '.local');
  Object.assign(process.env, laptopVariables(endpoints));
  const clock = z.object({ offsetSeconds: z.number() }).parse(await (await fetch(`${endpoints.controlRoom}/api/clock`)).json());
  installClock(clockOffset(clock.offsetSeconds * 1000));
  return endpoints;
}

/** Points AWS clients at the laptop. */
export function laptopVariables(endpoints: Laptop): Record<string, string> {
  return {
    AWS_REGION: 'ap-southeast-2',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_ENDPOINT_URL_EVENTBRIDGE: endpoints.eventBridge,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: endpoints.secretsManager,
    AWS_ENDPOINT_URL_SFN: endpoints.stepFunctions,
    AWS_ENDPOINT_URL_SQS: endpoints.sqs,
    AWS_ENDPOINT_URL_SNS: endpoints.sns,
    AWS_ENDPOINT_URL_SESV2: endpoints.ses,
    AWS_ENDPOINT_URL_BEDROCK_RUNTIME: endpoints.bedrock,
  };
}

/** Who runs the command, for the audit trail. */
export function operatorName(): string {
  return process.env['OPERATOR'] ?? process.env['USER'] ?? process.env['LOGNAME'] ?? 'operator';
}
