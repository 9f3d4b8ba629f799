/** The whole stack on a laptop: the real handlers, state machine and SDK clients against local endpoints, wired by the synthesised CDK app. */
import { join, resolve } from 'node:path';
import { nameIn } from '../infra/names';
import { stages } from '../infra/stages';
import { database, supabaseClient } from '../shared/clients/supabase/database';
import { supabaseRunReader } from '../shared/clients/supabase/run-reader';
import type { RunReader } from '../shared/run-report';
import { type Aws, startAws } from './aws/aws';
import { localCredentials } from './credentials';
import type { Endpoints } from './endpoints';
import { type Kernel, openKernel } from './kernel/kernel';
import { endpointsOf, machinesOf, type SupabaseAccess, secretsOf, vendorVariables } from './laptop-wiring';
import { openFunctionUrls } from './lambda/function-urls';
import { type StepFunctions, startStepFunctions } from './step-functions/server';
import { startSupabase } from './supabase/server';
import { synthesisedTemplate } from './synthesised-template';
import { builtBundles } from './template/bundles';
import { readTemplate } from './template/template';
import { startTwilio, type Twilio } from './twilio/server';
import type { VendorSettings } from './vendors';
import { startXero, type Xero } from './xero/server';

export interface LaptopOptions {
  /** Folder of all local state; undefined keeps everything in memory. */
  dataDir: string | undefined;
  /** Folder of what only saves time: the synthesised template, the database's snapshots, compiled code. */
  cacheDir: string;
  /** The first of the ports that the parts take one after another; 0 takes any free ones. */
  firstPort: number;
  vendors: VendorSettings;
  /** Told what is being started. */
  say: (line: string) => void;
}

/** A running stack. */
export interface Laptop {
  kernel: Kernel;
  xero: Xero;
  twilio: Twilio;
  aws: Aws;
  stepFunctions: StepFunctions;
  runs: RunReader;
  endpoints: Omit<Endpoints, 'controlRoom'>;
  close(): Promise<void>;
}

const stage = stages.local;
/** With their places in the row of ports: what came later takes a later one. */
const functionsWithUrl = ['portal', 'xero-webhook', 'sms-webhook', 'sms-fallback', 'voice-webhook', 'record-message-status'] as const;
const portOf = (index: number) => (index < 5 ? 1 + index : 6 + index);
const deployedName = (name: string) => nameIn(stage.stage, name);

/** Starts every part; all of them are ready when it resolves. */
export async function startLaptop(options: LaptopOptions): Promise<Laptop> {
  process.env['TZ'] = 'UTC'; // as on Lambda; worker threads take it from here
  const { dataDir, cacheDir, say, vendors } = options;
  const port = (index: number) => (options.firstPort === 0 ? 0 : options.firstPort + index);
  const kernel = openKernel(dataDir);
  const credentials = await localCredentials(kernel);
  say('database, CDK app');
  const ports = Object.fromEntries(functionsWithUrl.map((name, index) => [deployedName(name), port(portOf(index))]));
  const functionUrls = await openFunctionUrls(kernel, { names: Object.keys(ports), ports });
  const urlOf = (name: (typeof functionsWithUrl)[number]) => functionUrls.url(deployedName(name)).replace(/\/$/, '');
  const [supabase, template] = await Promise.all([
    openSupabase(kernel, { ...options, port: port(10), siteUrl: urlOf('portal') }),
    synthesisedTemplate(cacheDir),
  ]);
  say('Xero, Twilio');
  const xero = await startXero(kernel, {
    port: port(8),
    clientId: credentials.xeroClientId,
    clientSecret: credentials.xeroClientSecret,
    webhookKey: credentials.xeroWebhookKey,
    tenantId: stage.depositRule.tenantIds[0] ?? '',
    webhookUrl: () => `${urlOf('xero-webhook')}/api/xero/webhook`,
  });
  const { testNumber, bundleSid = '', addressSid = '' } = stage.twilio;
  const twilio = await startTwilio(kernel, {
    port: port(9),
    accountSid: credentials.twilioAccountSid,
    authToken: credentials.twilioAuthToken,
    testNumber,
    bundleSid,
    addressSid,
  });
  say('Lambda, EventBridge, SQS, SNS, SES, Secrets Manager, Bedrock');
  const model = readTemplate(template, {
    functionUrl: (name) => functionUrls.url(name),
    bundleFile: builtBundles('dist/functions'),
    overrides: { SUPABASE_URL: supabase.url, SUPABASE_PUBLISHABLE_KEY: supabase.publishableKey },
  });
  const unlisted = Object.keys(ports).filter((name) => !model.functionUrls.includes(name));
  if (unlisted.length > 0) throw new Error(`the CDK app gives no function URL to ${unlisted.join(', ')}`);
  // Lambda and Step Functions call each other. Nothing starts an execution before `aws.start()`, but Step Functions goes on with those of before while
  // it starts: an instance that began then would look for it at AWS for as long as it lives.
  let stepFunctions: StepFunctions | undefined;
  const ready = Promise.withResolvers<void>();
  const aws = await startAws(kernel, {
    model,
    functionUrls,
    startExecution: async (stateMachineArn, input) => {
      await stepFunctions?.startExecution({ stateMachineArn, input });
    },
    endpoints: () => vendorVariables(vendors, { xero, twilio, stepFunctions }),
    ready: ready.promise,
    secrets: secretsOf(vendors, credentials, supabase),
    identities: [stage.brand.fromEmail],
    port: port(7),
    logDir: dataDir && join(dataDir, 'logs'),
    compileCache: resolve(cacheDir, 'node'),
  });
  say('Step Functions');
  const started = await startStepFunctions(kernel, {
    port: port(6),
    stateMachines: machinesOf(model),
    invoke: aws.invoke,
    emit: aws.emit,
  });
  stepFunctions = started;
  ready.resolve();
  await aws.start();
  return {
    kernel,
    xero,
    twilio,
    aws,
    stepFunctions: started,
    runs: supabaseRunReader(database(supabaseClient(supabase))),
    endpoints: endpointsOf({ aws, xero, twilio, supabase, model, credentials, vendors, urlOf, stepFunctions: started }),
    async close() {
      await Promise.all([xero.close(), twilio.close()]);
      await aws.close();
      await started.close();
      await supabase.close();
      await kernel.close();
    },
  };
}

interface SupabaseNeeds extends Pick<LaptopOptions, 'dataDir' | 'cacheDir' | 'vendors'> {
  port: number;
  siteUrl: string;
}

/** The embedded one, or the one that the environment names. */
async function openSupabase(kernel: Kernel, needs: SupabaseNeeds): Promise<SupabaseAccess & { close(): Promise<void> }> {
  const { dataDir, cacheDir, vendors, port, siteUrl } = needs;
  const { SUPABASE_URL: url, SUPABASE_PUBLISHABLE_KEY: publishableKey, SUPABASE_SECRET_KEY: secretKey } = vendors;
  if (url && publishableKey && secretKey) return { url, publishableKey, secretKey, close: async () => undefined };
  return startSupabase(kernel, {
    port,
    siteUrl,
    cacheDir,
    migrations: 'supabase/migrations',
    seed: 'supabase/seed.sql',
    dataDir: dataDir && join(dataDir, 'supabase'),
    databaseUrl: vendors.DATABASE_URL,
  });
}
