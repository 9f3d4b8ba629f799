/** One laptop stack for the tests of a file: signed requests, forms and texts go in at the front door; ledgers, rows, mails and notices come out. */
import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import {
  DescribeExecutionCommand,
  GetExecutionHistoryCommand,
  type HistoryEvent,
  RedriveExecutionCommand,
  SFNClient,
} from '@aws-sdk/client-sfn';
import { createClient, type SupabaseClient } from '@supabase/supabase-js';
import type { z } from 'zod';
import { Fault } from '../../local/kernel/faults';
import { openKernel } from '../../local/kernel/kernel';
import type { Laptop } from '../../local/laptop';
import { type Stack, startStack } from '../../local/program';
import { Browser, type Page } from '../../local/rehearsal/browser';
import { ClientJourney } from '../../local/rehearsal/client-journey';
import { ControlRoomClient, type Mail } from '../../local/rehearsal/control-room-client';
import { type SampleClient, sampleClient } from '../../local/rehearsal/sample-clients';
import type { RunReport } from '../../shared/run-report';
import { mailIdTag } from '../../shared/mail-tag';
import { signature } from '../../local/xero/webhooks';
import { stages } from '../../infra/stages';

export const tenantId = stages.local.depositRule.tenantIds[0] ?? '';
export const HOUR = 3600;
export const DAY = 86_400;
/** Longer than every retrier of the steps before going live; shorter than the time to the first check. */
const SETUP_SECONDS = 1800;
/** The stack boots in seconds; a cold cache, on a busy machine, takes longer. */
const BOOT_MS = 180_000;

/** A row of the database; the tests know the columns. */
export type Row = Record<string, unknown>;

/** An execution and the run behind it; `runId` is empty before the claim. */
export interface ClientRun {
  executionArn: string;
  status: string;
  /** Where it is or where it stopped; empty after success. */
  state: string;
  runId: string;
  report: RunReport | undefined;
}

export class Pipeline {
  readonly dataDir = mkdtempSync(join(tmpdir(), 'coresentia-pipeline-'));
  #stack: Stack | undefined;
  #sfn: SFNClient | undefined;
  #clients = 0;

  /** Starts the stack, the first time on a Tuesday at 12:00 in Sydney; `firstPort` 0 takes any free ports. */
  async start(firstPort = 0): Promise<void> {
    if (!readdirSync(this.dataDir).includes('state.db')) await beginOnTuesday(this.dataDir);
    this.#stack = await startStack({ dataDir: this.dataDir, cacheDir: '.local/cache', firstPort, vendors: {}, say: () => undefined });
    const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
    this.#sfn = new SFNClient({ endpoint: this.endpoints.stepFunctions, region: 'ap-southeast-2', credentials, maxAttempts: 1 });
  }

  async stop(): Promise<void> {
    this.#sfn?.destroy();
    await this.#stack?.close();
    this.#stack = undefined;
  }

  get laptop(): Laptop {
    return this.#running.laptop;
  }

  get endpoints(): Stack['endpoints'] {
    return this.#running.endpoints;
  }

  get #running(): Stack {
    if (!this.#stack) throw new Error('the stack is not running');
    return this.#stack;
  }

  get room(): ControlRoomClient {
    return new ControlRoomClient(this.endpoints.controlRoom);
  }

  get sfn(): SFNClient {
    if (!this.#sfn) throw new Error('the stack is not running');
    return this.#sfn;
  }

  /** With the secret key: sees and may do everything. */
  get db(): SupabaseClient {
    const { supabase, keys } = this.endpoints;
    return createClient(supabase, keys.supabaseSecret, { auth: { persistSession: false, autoRefreshToken: false } });
  }

  /** The rows of a table whose columns have these values. */
  async rows(table: string, where: Row = {}): Promise<Row[]> {
    const { data, error } = await this.db.from(table).select('*').match(where);
    if (error) throw new Error(`${table}: ${error.message}`);
    return data;
  }

  async arm(fault: z.input<typeof Fault>): Promise<void> {
    await this.laptop.kernel.faults.arm(Fault.parse(fault));
  }

  /** Lets everything go on by itself for up to `seconds` of the laptop's time. */
  async settle(seconds = SETUP_SECONDS): Promise<void> {
    await this.laptop.kernel.untilIdle(seconds);
  }

  /** Moves the clock, and lets what that sets off come to its end. */
  async pass(seconds: number): Promise<void> {
    await this.laptop.kernel.advance(seconds);
    await this.settle();
  }

  /** A client who has not paid yet; `person` and `form` change the sample. */
  client(person: Partial<SampleClient> = {}): ClientJourney {
    const sample = sampleClient(this.#clients++, 'p');
    const form = { ...sample.form, ...(person.email && { email: person.email }), ...person.form };
    return new ClientJourney({ ...sample, ...person, form }, this.room);
  }

  /** A client whose deposit is paid and who has the confirmation. */
  async paid(person: Partial<SampleClient> = {}): Promise<ClientJourney> {
    const client = this.client(person);
    await client.payDeposit();
    await this.settle();
    return client;
  }

  /** A client who is live, or stands where a fault has stopped the run. */
  async onboarded(person: Partial<SampleClient> = {}): Promise<ClientJourney> {
    const client = await this.paid(person);
    await client.fillForm();
    await this.settle();
    // On a machine that is very busy the wake-up's answer may come too late: the next hour's nudge repeats it.
    if ((await this.stands(client)) === 'RUNNING AwaitOnboarding') await this.pass(3600);
    return client;
  }

  /** The client's first execution and, once its first step has claimed one, its run. */
  async run({ invoiceId }: ClientJourney): Promise<ClientRun> {
    const execution = this.laptop.stepFunctions.executions().find(({ input }) => input.includes(invoiceId));
    if (!execution) throw new Error(`no execution has started for ${invoiceId}`);
    const { arn: executionArn, status, currentStates } = execution;
    const [row] = await this.rows('provisioning_runs', { invoice_id: invoiceId });
    const runId = row ? (row['id'] as string) : '';
    const report = runId ? await this.laptop.runs.run(runId) : undefined;
    return { executionArn, status, state: currentStates.join(' '), runId, report };
  }

  /** How many executions this invoice has started, by how they ended or where they are. */
  executions(invoiceId: string): string[] {
    const own = this.laptop.stepFunctions.executions().filter(({ input }) => input.includes(invoiceId));
    return own.map(({ status, currentStates }) => [status, ...currentStates].join(' '));
  }

  /** Status and state at one look, for example `FAILED ProvisionNumber` or `RUNNING WaitForDay1`. */
  async stands(client: ClientJourney): Promise<string> {
    const { status, state } = await this.run(client);
    return `${status} ${state}`.trim();
  }

  async redrive(client: ClientJourney): Promise<void> {
    const { executionArn } = await this.run(client);
    await this.sfn.send(new RedriveExecutionCommand({ executionArn }));
  }

  async describe(client: ClientJourney) {
    const { executionArn } = await this.run(client);
    return this.sfn.send(new DescribeExecutionCommand({ executionArn }));
  }

  async history(executionArn: string): Promise<HistoryEvent[]> {
    const events: HistoryEvent[] = [];
    let nextToken: string | undefined;
    do {
      const page = await this.sfn.send(new GetExecutionHistoryCommand({ executionArn, maxResults: 1000, ...(nextToken && { nextToken }) }));
      events.push(...(page.events ?? []));
      nextToken = page.nextToken;
    } while (nextToken);
    return events;
  }

  /** What the operator was told about an invoice, or anything else that stands in a notice. */
  notices(about: string): { subject: string; body: string }[] {
    const all = this.laptop.aws.topicMessages().map(({ subject = '', message }) => ({ subject, body: message }));
    return all.filter(({ subject, body }) => subject.includes(about) || body.includes(about));
  }

  /** The templates of the mails that SES has really taken for an address, oldest first. */
  async mails(address: string): Promise<string[]> {
    const templates = new Map((await this.rows('email_messages')).map(({ id, template }) => [id, template as string]));
    const sent = this.laptop.aws.mailbox().filter(({ to }) => to.includes(address));
    return sent.map(({ tags }) => templates.get(tags[mailIdTag]) ?? 'unknown to the database');
  }

  /** The newest link to a path of the portal in the mails to an address. */
  async link(address: string, path: string): Promise<string> {
    const found = (await this.room.mailTo(address)).map((mail) => linkIn(mail, path)).find((url) => url !== undefined);
    if (!found) throw new Error(`no mail to ${address} has a link to ${path}`);
    return found;
  }

  /** Numbers that Twilio has sold for a run. */
  purchases(runId: string) {
    return this.laptop.twilio.ledger().filter(({ kind, friendlyName }) => kind === 'purchase' && friendlyName === `run-${runId}`);
  }

  /** Opens a page, without anybody's cookies. */
  async page(url: string): Promise<Page> {
    return new Browser().open(url);
  }

  /** Submits a form of the portal, without anybody's cookies. */
  async submit(url: string, fields: Record<string, string>): Promise<Page> {
    return new Browser().submit(url, fields);
  }

  /** Somebody at the operator's board. Made by hand in the database, as the runbook says: no code can make an operator. */
  async hire(name: string): Promise<Browser> {
    const account = operatorAccount(name);
    const { data, error } = await this.db.auth.admin.createUser({ ...account, email_confirm: true });
    if (error) throw error;
    const stored = await this.db.from('operators').insert({ user_id: data.user.id, name, created_at: new Date().toISOString() });
    if (stored.error) throw new Error(stored.error.message);
    const browser = new Browser();
    await browser.submit(`${this.endpoints.portal}/sign-in`, account);
    return browser;
  }

  /** Whether the client gets to the dashboard with the password of the first sign-in. */
  async canSignIn({ client }: ClientJourney): Promise<boolean> {
    const fields = { email: client.email, password: `${client.form['lastName']} waters the ferns` };
    return (await this.submit(`${this.endpoints.portal}/sign-in`, fields)).url.includes('/dashboard/');
  }

  /** Posts a body to the Xero webhook, signed unless a signature is given. */
  async postWebhook(body: string, init: { signed?: string; method?: string; headers?: Record<string, string> } = {}): Promise<Response> {
    const { signed = signature(body, this.endpoints.keys.xeroWebhookKey), method = 'POST', headers } = init;
    const all = { 'content-type': 'application/json', 'x-xero-signature': signed, ...headers };
    return fetch(this.endpoints.xeroWebhook, { method, headers: all, ...(method === 'POST' && { body }) });
  }

  /** Runs one of the operator's commands against this stack. */
  operator(command: OperatorCommand, ...args: string[]): Promise<{ code: number; out: string }> {
    return runOperator(this.dataDir, command, ...args);
  }

  /** All that the functions have printed. */
  functionLogs(): string {
    const dir = join(this.dataDir, 'logs');
    return readdirSync(dir)
      .map((file) => readFileSync(join(dir, file), 'utf8'))
      .join('\n');
  }
}

/** How somebody who was hired signs in to the board. */
export const operatorAccount = (name: string) => ({ email: `${name.toLowerCase()}@coresentia.example`, password: 'two pairs of eyes' });

type OperatorCommand = 'adopt' | 'audit' | 'move-number' | 're-issue' | 'screen' | 'settle-mail';

/** Runs one of the operator's commands, in a process of its own, against the stack whose data is there. */
export async function runOperator(dataDir: string, command: OperatorCommand, ...args: string[]): Promise<{ code: number; out: string }> {
  const env = { PATH: process.env['PATH'], LOCAL_DATA_DIR: dataDir, OPERATOR: 'Pat' };
  const run = promisify(execFile)(process.execPath, [`dist/infra/operator/${command}.js`, ...args], { env });
  return run.then(
    ({ stdout }) => ({ code: 0, out: stdout }),
    (failed: { code: number; stdout: string; stderr: string }) => ({ code: failed.code, out: failed.stdout + failed.stderr }),
  );
}

/** Gives the tests of a file one stack, with every fault mended between them. */
export function usePipeline(): Pipeline {
  const pipeline = new Pipeline();
  beforeAll(() => pipeline.start(), BOOT_MS);
  afterEach(() => pipeline.laptop.kernel.faults.clear());
  afterAll(async () => {
    await pipeline.stop();
    rmSync(pipeline.dataDir, { recursive: true, force: true });
  }, BOOT_MS);
  return pipeline;
}

/** The body of a webhook that tells of one changed invoice. */
export function webhookBody(invoiceId: string, changes: Row = {}): string {
  const event = {
    resourceUrl: `https://api.xero.com/api.xro/2.0/Invoices/${invoiceId}`,
    resourceId: invoiceId,
    eventDateUtc: new Date().toISOString().replace('Z', ''),
    eventType: 'UPDATE',
    eventCategory: 'INVOICE',
    tenantId,
    tenantType: 'ORGANISATION',
    ...changes,
  };
  return JSON.stringify({ events: [event], firstEventSequence: 1, lastEventSequence: 1, entropy: 'LUWDSUDGSWNZVALZXBEV' });
}

export function linkIn({ text }: Mail, path: string): string | undefined {
  return text.split(/\s+/).find((word) => /^https?:\/\//.test(word) && new URL(word).pathname.startsWith(path));
}

/** Tests must not depend on the day or hour they run at: local time begins on the next Tuesday, 01:00 UTC. */
async function beginOnTuesday(dataDir: string): Promise<void> {
  const kernel = openKernel(dataDir);
  const start = new Date();
  start.setUTCHours(1, 0, 0, 0);
  do start.setTime(start.getTime() + DAY * 1000);
  while (start.getUTCDay() !== 2);
  await kernel.advance((start.getTime() - Date.now()) / 1000);
  await kernel.close();
}
