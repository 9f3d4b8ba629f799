import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

/** Every URL, id and key of a running stack, for tools and scripts: `.local/endpoints.json`. URLs without a trailing slash. */
export const Endpoints = z.object({
  controlRoom: z.url(),
  portal: z.url(),
  xeroWebhook: z.url(),
  smsWebhook: z.url(),
  smsFallback: z.url(),
  voiceWebhook: z.url(),
  stepFunctions: z.url(),
  eventBridge: z.url(),
  eventBusName: z.string(),
  sqs: z.url(),
  sns: z.url(),
  operatorTopicArn: z.string(),
  secretsManager: z.url(),
  bedrock: z.url(),
  ses: z.url(),
  supabase: z.url(),
  twilio: z.url(),
  xero: z.url(),
  xeroIdentity: z.url(),
  stateMachineArn: z.string(),
  keys: z.object({
    xeroWebhookKey: z.string(),
    twilioAccountSid: z.string(),
    twilioAuthToken: z.string(),
    supabasePublishable: z.string(),
    supabaseSecret: z.string(),
  }),
});
export type Endpoints = z.infer<typeof Endpoints>;

const fileIn = (dataDir: string) => join(dataDir, 'endpoints.json');

/** Written whole or not at all: a script may read it at any moment. */
export function writeEndpoints(dataDir: string, endpoints: Endpoints): void {
  writeFileSync(`${fileIn(dataDir)}.new`, `${JSON.stringify(endpoints, null, 2)}\n`, { mode: 0o600 });
  renameSync(`${fileIn(dataDir)}.new`, fileIn(dataDir));
}

/** The endpoints of the stack that runs on this laptop. Throws with what to do if none does. */
export function readEndpoints(dataDir: string): Endpoints {
  try {
    return Endpoints.parse(JSON.parse(readFileSync(fileIn(dataDir), 'utf8')));
  } catch {
    throw new Error('No stack seems to run on this laptop: start it with `npm start -- --serve` first.');
  }
}
