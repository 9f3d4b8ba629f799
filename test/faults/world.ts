/** The real database, functions, state machine and vendors' emulators around one process, in which one function runs at a time. */
import { copyFileSync, cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient, type SupabaseClient } from '@supabase/supabase-js';
import { Hono } from 'hono';
import { nameIn } from '../../infra/names';
import { stages } from '../../infra/stages';
import { endpointVariables, serveAws } from '../../local/aws/server';
import { bedrockRoutes } from '../../local/bedrock/bedrock';
import { putEventsRoutes } from '../../local/event-bus/put-events';
import { type Kernel, openKernel } from '../../local/kernel/kernel';
import { ACCOUNT, type BusEvent, type Invocation, REGION } from '../../local/kernel/wiring';
import { environmentOf } from '../../local/lambda/environment';
import { type FunctionUrls, openFunctionUrls } from '../../local/lambda/function-urls';
import { secretsRoutes } from '../../local/secrets/secrets';
import { createSes } from '../../local/ses/ses';
import { type StateMachine, startStepFunctions, type StepFunctions } from '../../local/step-functions/server';
import { type Supabase, startSupabase } from '../../local/supabase/server';
import { ONLOOKER_HEADER } from '../../local/supabase/settings';
import { synthesisedTemplate } from '../../local/synthesised-template';
import { builtBundles } from '../../local/template/bundles';
import type { StackModel } from '../../local/template/model';
import { functionUrlNames, readTemplate } from '../../local/template/template';
import { createTopics } from '../../local/topics/topics';
import { startTwilio, type Twilio } from '../../local/twilio/server';
import { startXero, type Xero } from '../../local/xero/server';
import type { Kept } from '../privacy/scan';
import { withoutTaskTokens } from '../privacy/secrets';
import { Functions, type Version } from './functions';
import { type Call, type Shot, Wire } from './wire';

const stage = stages.local;
const credentials = {
  xero: { clientId: 'XERO-CLIENT', clientSecret: 'xero-client-secret' },
  webhookKey: 'xero-webhook-key',
  twilio: { accountSid: 'AC00000000000000000000000000000001', authToken: 'twilio-auth-token' },
};

/** Rows by table (`public.clients`), as `test_snapshot` gives them. */
export type Rows = Record<string, Record<string, unknown>[]>;

/** One invocation of a function and what it called. `crashed`: a shot killed it. */
export interface Ran {
  invocation: Invocation;
  calls: Call[];
  crashed: boolean;
}

export interface Run {
  event: unknown;
  version?: Version;
  shots?: readonly Shot[];
  /** At this call (from 0) the function is held while `meanwhile` runs other functions, with `within`. */
  hold?: { at: number; meanwhile: () => Promise<void> };
  /** Runs at once, because the function that runs is held. */
  within?: boolean;
}

export interface WorldOptions {
  cacheDir?: string;
  databaseUrl?: string | undefined;
  /** The database runs in this process, where a call takes half the time; only one world at a time. */
  inProcess?: boolean;
  /** Nobody searches what AWS would keep, so it is not kept. */
  keepsNothing?: boolean;
  /** The state machines beside the product's own. */
  stateMachines?: StateMachine[];
  random?: () => number;
  /** Answers whom somebody outside a test asks: the state machine, or a browser or Twilio through a function URL. Absent: the function runs. */
  asked?: (name: string, event: unknown) => Promise<Invocation>;
}

/** Texts without what differs each time, once each. */
class Keep {
  readonly #texts = new Map<string, Kept>();
  readonly #keepsNothing: boolean;

  constructor({ keepsNothing = false }: Pick<WorldOptions, 'keepsNothing'>) {
    this.#keepsNothing = keepsNothing;
  }

  add(where: string, text: string): true {
    if (this.#keepsNothing) return true;
    const plain = text.replace(/[0-9a-f]{8}-[0-9a-f-]{27}|\d{4}-\d\d-\d\dT[\d:.]+Z|(?:SM|PN)[0-9a-f]{32}|"\w+Ms":[\d.]+/g, '–');
    const key = `${where} ${plain}`;
    if (!this.#texts.has(key)) this.#texts.set(key, { where, text: withoutTaskTokens(text) });
    return true;
  }

  all(): Kept[] {
    return [...this.#texts.values()];
  }
}

/** `function` names are short: `provision-number`. */
export class World {
  readonly events: BusEvent[] = [];
  /** What AWS would keep of invocations and events: log lines, events, payloads and answers. */
  readonly kept: Keep;
  readonly kernel: Kernel;
  readonly wire: Wire;
  readonly model: StackModel;
  readonly supabase: Supabase;
  readonly xero: Xero;
  readonly twilio: Twilio;
  readonly ses: ReturnType<typeof createSes>;
  readonly topics: ReturnType<typeof createTopics>;
  stepFunctions: StepFunctions;
  readonly urls: FunctionUrls;
  readonly db: SupabaseClient;
  readonly functions: Functions;
  readonly keys = credentials;
  readonly #close: () => Promise<void>;
  readonly #startStepFunctions: (port: number) => Promise<StepFunctions>;
  /** Functions that fail whoever asks through a URL. */
  readonly absent = new Set<string>();
  /** Told of each invocation at its turn, with what it came to. */
  recorder: ((name: string, event: unknown) => Promise<(ran: Ran) => void>) | undefined;
  #turn: Promise<unknown> = Promise.resolve();
  #latest = 0;
  /** Names of the functions that run; all but the last wait for another one. */
  readonly #running: string[] = [];
  readonly #write = process.stdout.write.bind(process.stdout);

  private constructor(parts: Parts) {
    Object.assign(this, parts);
    ({
      kernel: this.kernel,
      wire: this.wire,
      model: this.model,
      supabase: this.supabase,
      xero: this.xero,
      twilio: this.twilio,
      ses: this.ses,
      topics: this.topics,
      stepFunctions: this.stepFunctions,
      urls: this.urls,
      functions: this.functions,
      events: this.events,
      kept: this.kept,
      close: this.#close,
      startStepFunctions: this.#startStepFunctions,
    } = parts);
    this.db = createClient(parts.supabase.url, parts.supabase.secretKey, {
      auth: { persistSession: false, autoRefreshToken: false },
      db: { retry: false },
      global: { headers: { [ONLOOKER_HEADER]: 'test' } },
    });
  }

  static async start(options: WorldOptions = {}): Promise<World> {
    const parts = await startParts(options, (name, event) => world.#asked(name, event, options.asked));
    const world: World = new World(parts);
    return world;
  }

  async close(): Promise<void> {
    await this.stepFunctions.close();
    await this.#close();
  }

  /** Runs one function, after those that were asked for before. */
  run(name: string, run: Run): Promise<Ran> {
    if (run.within) return this.#run(name, run);
    const ran = this.#turn.then(() => this.#run(name, run));
    this.#turn = ran.catch(() => undefined);
    return ran;
  }

  async #run(name: string, { event, version = 'today', shots = [], hold }: Run): Promise<Ran> {
    const isLooking = this.#looks(name);
    const record = isLooking ? undefined : await this.recorder?.(name, event);
    this.#running.push(name);
    this.#listen();
    const hasUrl = this.model.functionUrls.includes(nameIn(stage.stage, name)); // of whom AWS keeps neither request nor answer
    if (!hasUrl) this.kept.add(`the payload of ${name}, in its queue or dead-letter queue`, JSON.stringify(event));
    let meanwhile: Promise<void> | undefined;
    const wired = this.wire.begin(shots, hold && { at: hold.at, held: () => (meanwhile = hold.meanwhile()) });
    try {
      const invocation = await this.functions.run(nameIn(stage.stage, name), event, version);
      await meanwhile; // a function that makes calls side by side may end while one of them is held
      const { calls, crashed } = this.wire.end(wired);
      const dead: Invocation = { error: { errorType: 'Runtime.ExitError', errorMessage: 'Runtime exited with error: exit status 137' } };
      const result = { invocation: crashed ? dead : invocation, calls, crashed };
      record?.(result);
      if (!hasUrl) this.kept.add(`the answer of ${name}`, JSON.stringify(invocation));
      if (process.env['TRACE'])
        process.stderr.write(
          `${Math.round(performance.now())} ${name}: ${'error' in result.invocation ? `${result.invocation.error.errorType} ${result.invocation.error.errorMessage}` : 'done'} [${calls.join(', ')}]\n`,
        );
      return result;
    } finally {
      this.#running.splice(this.#running.indexOf(name), 1);
      if (this.#running.length === 0) process.stdout.write = this.#write;
    }
  }

  /** The state machine's process ends and starts again from what it has stored. */
  async restartStepFunctions(): Promise<void> {
    await this.stepFunctions.close();
    this.stepFunctions = await this.#startStepFunctions(this.stepFunctions.port);
  }

  async snapshot(): Promise<Rows> {
    return this.rpc('test_snapshot', {});
  }

  /** Keeps the state of the database; answers the number to rewind to. */
  async keep(): Promise<number> {
    return this.rpc('test_keep', {});
  }

  async rewind(kept: number): Promise<void> {
    await this.rpc('test_rewind', { p_kept: kept });
  }

  /** The tables that were written to since `rewind`. */
  async changes(): Promise<Rows> {
    return this.rpc('test_changes', {});
  }

  async rpc<T>(name: string, args: Record<string, unknown>): Promise<T> {
    const { data, error } = await this.db.rpc(name, args);
    if (error) throw new Error(`${name}: ${error.message}`);
    return data as T;
  }

  /**
   * Sets the clock, back too: a prepared state belongs to its time. The database's own clock goes back only if sessions are looked at (SQL is told the
   * time, Auth is not): Postgres sets its timers again and again when time runs backwards.
   */
  async setClock(atMs: number, { sessions = false }: { sessions?: boolean } = {}): Promise<void> {
    Atomics.add(this.kernel.offset, 0, BigInt(Math.round(atMs - Date.now())));
    const offset = Number(Atomics.load(this.kernel.offset, 0));
    this.#latest = Math.max(this.#latest, offset);
    await this.supabase.setOffset(sessions ? offset : this.#latest);
  }

  /** Somebody outside a test asks: the state machine, or a browser or Twilio through a function URL. */
  async #asked(name: string, event: unknown, other: WorldOptions['asked']): Promise<Invocation> {
    if (this.absent.has(shortName(name))) return { error: { errorType: 'Absent', errorMessage: 'this function is not there' } };
    if (this.#looks(shortName(name))) return (await this.run(shortName(name), { event, within: true })).invocation;
    if (other) return other(shortName(name), event);
    if (name === 'callback') return { payload: {} }; // a machine of the tests that waits for a token
    return (await this.run(shortName(name), { event })).invocation;
  }

  /** VerifySystem looks at the portal while it runs; nobody else waits for another function. */
  #looks(name: string): boolean {
    return name === 'portal' && this.#running.at(-1) === 'verify-system';
  }

  /** What functions log is kept, not printed. */
  #listen(): void {
    process.stdout.write = (text: string | Uint8Array) => this.kept.add(`the log of ${this.#running.at(-1)}`, String(text));
  }
}

export const shortName = (name: string) => name.split(':').at(-1)!.replace(nameIn(stage.stage, ''), '');

interface Parts
  extends Pick<
    World,
    | 'kernel'
    | 'wire'
    | 'model'
    | 'supabase'
    | 'xero'
    | 'twilio'
    | 'ses'
    | 'topics'
    | 'stepFunctions'
    | 'urls'
    | 'functions'
    | 'events'
    | 'kept'
  > {
  close: () => Promise<void>;
  startStepFunctions: (port: number) => Promise<StepFunctions>;
}

async function startParts(options: WorldOptions, invoke: (name: string, event: unknown) => Promise<Invocation>): Promise<Parts> {
  const base = openKernel(undefined);
  const wire = new Wire(base);
  const kernel: Kernel = { ...base, faults: wire };
  const events: BusEvent[] = [];
  let sequence = 0;
  const envelope = () => ({
    version: '0' as const,
    id: `event-${(sequence += 1)}`,
    account: ACCOUNT,
    time: new Date().toISOString().replace(/\.\d+Z$/, 'Z'),
    region: REGION,
  });
  const kept = new Keep(options);
  const put = (event: BusEvent) => {
    events.push(event);
    // SES's own events name people; nobody keeps them, and a rule takes the names out before anybody is told (what is told is kept).
    if (event.source !== 'aws.ses') kept.add(`an event ${event['detail-type']} of ${event.source}`, JSON.stringify(event));
  };
  const emit = async (_bus: string, event: Pick<BusEvent, 'source' | 'detail-type' | 'detail'> & { resources?: string[] }) =>
    put({ ...envelope(), resources: [], ...event });
  const folder = migrations();
  const template = await synthesisedTemplate(options.cacheDir ?? '.local/cache');
  const urls = await openFunctionUrls(kernel, { names: functionUrlNames(template) });
  const start = options.inProcess ? (await import('./supabase-here')).startSupabaseHere : startSupabase; // Jest cannot load lite
  const supabase = await start(kernel, {
    port: 0,
    migrations: folder,
    seed: 'supabase/seed.sql',
    cacheDir: options.cacheDir ?? '.local/cache',
    databaseUrl: options.databaseUrl,
    siteUrl: urls.url(nameIn(stage.stage, 'portal')).replace(/\/$/, ''),
  });
  rmSync(folder, { recursive: true });
  const xero = await startXero(kernel, {
    port: 0,
    ...credentials.xero,
    webhookKey: credentials.webhookKey,
    tenantId: stage.depositRule.tenantIds[0]!,
    webhookUrl: () => '', // the tests deliver
    limits: false,
  });
  await xero.validateWebhook(); // fails, so Xero stops to send and to try again
  const { testNumber, bundleSid = '', addressSid = '' } = stage.twilio;
  const twilio = await startTwilio(kernel, { port: 0, ...credentials.twilio, testNumber, bundleSid, addressSid });
  const model = readTemplate(template, {
    functionUrl: (name) => urls.url(name),
    bundleFile: builtBundles('dist/functions'),
    overrides: { SUPABASE_URL: supabase.url, SUPABASE_PUBLISHABLE_KEY: supabase.publishableKey },
  });
  const ses = createSes(kernel, {
    configurationSets: model.configurationSets,
    identities: [...model.emailIdentities, stage.brand.fromEmail],
    emit,
  });
  const topics = createTopics(kernel, { topics: model.topics });
  const aws = await serveAws(kernel, 0, {
    eventbridge: putEventsRoutes(kernel, {
      knows: () => true,
      ruleArn: () => undefined,
      put: async (_bus, event) => put(event),
      envelope,
    }),
    sqs: new Hono(),
    sns: topics.routes,
    secretsmanager: secretsRoutes(kernel, {
      secrets: {
        'coresentia/local/xero': JSON.stringify(credentials.xero),
        'coresentia/local/xero-webhook': JSON.stringify({ webhookKey: credentials.webhookKey }),
        'coresentia/local/twilio': JSON.stringify(credentials.twilio),
        'coresentia/local/supabase': JSON.stringify({ secretKey: supabase.secretKey }),
      },
    }),
    ses: ses.routes,
    bedrock: bedrockRoutes(kernel),
  });
  const machines = model.stateMachines.map(({ name, arn, definition }) => ({ name, arn, definition: JSON.parse(definition) as unknown }));
  const engine = (port: number) =>
    startStepFunctions(kernel, {
      port,
      stateMachines: [...machines, ...(options.stateMachines ?? [])],
      invoke,
      emit,
      ...(options.random && { random: options.random }),
    });
  const stepFunctions = await engine(0);
  Object.assign(process.env, allVariables(model), {
    ...endpointVariables(aws.urls),
    AWS_ENDPOINT_URL_SFN: stepFunctions.url,
    XERO_API_URL: xero.url,
    XERO_IDENTITY_URL: xero.identityUrl,
    TWILIO_API_URL: twilio.url,
  });
  urls.connect(invoke);
  return {
    kernel,
    wire,
    model,
    supabase,
    xero,
    twilio,
    ses,
    topics,
    stepFunctions,
    urls,
    events,
    kept,
    functions: new Functions(model.functions),
    startStepFunctions: engine,
    async close() {
      await Promise.all([urls.close(), xero.close(), twilio.close(), aws.close()]);
      await supabase.close();
      await kernel.close();
    },
  };
}

/** The product's migrations, and beside them what only these tests need. */
function migrations(): string {
  const folder = mkdtempSync(join(tmpdir(), 'coresentia-migrations-'));
  cpSync('supabase/migrations', folder, { recursive: true });
  copyFileSync('test/faults/rewind.sql', join(folder, '99999999999998_rewind.sql'));
  copyFileSync('test/simulation/invariants.sql', join(folder, '99999999999999_invariants.sql'));
  return folder;
}

/** One process has one environment: variables of the same name must say the same to every function. */
function allVariables(model: StackModel): Record<string, string> {
  const all: Record<string, string> = {};
  for (const fn of model.functions)
    for (const [name, value] of Object.entries(environmentOf(fn, {}))) {
      const isOwn = /^(AWS_LAMBDA|LAMBDA_|_HANDLER)/.test(name);
      if (!isOwn && all[name] !== undefined && all[name] !== value) throw new Error(`${name} differs between functions`);
      all[name] = value;
    }
  return all;
}
