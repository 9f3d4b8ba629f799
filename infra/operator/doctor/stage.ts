/** The doctor's checks of one stage, joined to the real vendors or the laptop's. */
import { readdirSync } from 'node:fs';
import { promises as dns } from 'node:dns';
import * as z from 'zod';
import { publicUrlOf } from '../../public-url';
import { type Ask, askAt } from '../ask';
import { askAws } from '../aws';
import { type FunctionAddress, functionAddress } from '../function-address';
import { readSecrets } from '../read-secrets';
import type { Places } from '../stage-environment';
import { askSupabase, askTwilio, askXero, askXeroToken } from '../vendors';
import { addressChecks } from './addresses';
import { awsChecks } from './aws';
import { type Check, Unanswered } from './check';
import { mailDnsChecks } from './mail-dns';
import { identityOf, sesChecks } from './ses';
import { supabaseChecks } from './supabase';
import { twilioChecks } from './twilio';
import { xeroChecks } from './xero';

/** Every check of the stage, in the order of the report. */
export function checksOf(places: Places): Check[] {
  const { settings, laptop } = places;
  const { stage, brand } = settings;
  const onLaptop = laptop !== undefined;
  const aws = askAws(process.env);
  const url = functionAddress(places, aws);
  const ses = { ask: aws, fromEmail: brand.fromEmail, configurationSet: `coresentia-${stage}`, onLaptop };
  const { reservedConcurrency, bedrockModelId } = settings;
  return [
    ...xeroOf(places, url),
    ...twilioChecks({
      accountSid: async () => (await readSecrets(stage).twilio()).accountSid,
      ask: async (host) => askTwilio(places.twilioApiUrl, await readSecrets(stage).twilio(), host),
      settings: settings.twilio,
      smsWebhookUrl: async () => `${await url('sms-webhook')}/api/sms/webhook`,
    }),
    ...supabaseOf(places),
    ...sesChecks(ses),
    ...mailDnsChecks({ dns, identity: () => identityOf(ses), fromEmail: brand.fromEmail, replyTo: brand.replyTo, onLaptop }),
    ...addressChecks({
      dns,
      onLaptop,
      urls: { 'portal address': publicUrlOf(settings) ?? brand.websiteUrl, 'Supabase address': places.supabaseUrl },
    }),
    ...awsChecks({ ask: aws, stage, bedrockModelId, onLaptop, reservesConcurrency: reservedConcurrency !== undefined }),
  ];
}

function xeroOf(places: Places, url: FunctionAddress): Check[] {
  const { settings, xeroIdentityUrl, xeroApiUrl, supabaseUrl } = places;
  const { stage, depositRule } = settings;
  return xeroChecks({
    token: async () => askXeroToken(xeroIdentityUrl, await readSecrets(stage).xero()),
    api: (accessToken) => askXero(xeroApiUrl, accessToken),
    webhookKey: () => readSecrets(stage).xeroWebhook(),
    webhook: async () => askAt(`${await url('xero-webhook')}/api/xero/webhook`),
    lastWebhookAt: async () => lastWebhookAt(askSupabase(supabaseUrl, (await readSecrets(stage).supabase()).secretKey)),
    tenantIds: depositRule.tenantIds,
    now: new Date(),
  });
}

async function lastWebhookAt(ask: Ask): Promise<Date | null> {
  const question = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' } as const;
  const answer = await ask('/rest/v1/rpc/deployment_state', question);
  const state = z.object({ lastWebhookAt: z.coerce.date().nullable() }).safeParse(answer.body);
  if (answer.status !== 200 || !state.success) throw new Unanswered('Supabase', answer, 'See the lines about Supabase.');
  return state.data.lastWebhookAt;
}

function supabaseOf(places: Places): Check[] {
  const { settings, supabaseUrl, publishableKey, laptop } = places;
  const token = process.env['SUPABASE_ACCESS_TOKEN'];
  const reference = new URL(supabaseUrl).hostname.split('.')[0];
  return supabaseChecks({
    secret: async () => askSupabase(supabaseUrl, (await readSecrets(settings.stage).supabase()).secretKey),
    visitor: askSupabase(supabaseUrl, publishableKey),
    management: token ? askAt(`https://api.supabase.com/v1/projects/${reference}`, { authorization: `Bearer ${token}` }) : undefined,
    migrations: readdirSync('supabase/migrations')
      .flatMap((file) => /^\d{14}/.exec(file)?.[0] ?? [])
      .sort(),
    portalUrl: publicUrlOf(settings) ?? settings.brand.websiteUrl,
    onLaptop: laptop !== undefined,
  });
}
