/** A stack that is stopped or killed at any moment goes on where it was. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { GetExecutionHistoryCommand, ListExecutionsCommand, RedriveExecutionCommand, SFNClient } from '@aws-sdk/client-sfn';
import { createClient } from '@supabase/supabase-js';
import { type Endpoints, readEndpoints } from '../../local/endpoints';
import { Browser } from '../../local/rehearsal/browser';
import { ClientJourney } from '../../local/rehearsal/client-journey';
import { ControlRoomClient } from '../../local/rehearsal/control-room-client';
import { sampleClient } from '../../local/rehearsal/sample-clients';
import { DAY, Pipeline, runOperator } from './stack';

/** The first of twenty free ports: numbers and mails keep the addresses that they were given, so a stack comes back to its ports. */
async function freePorts(): Promise<number> {
  for (let first = 21_000; first < 60_000; first += 20) {
    const free = await Promise.all(Array.from({ length: 20 }, (_, index) => isFree(first + index)));
    if (free.every(Boolean)) return first;
  }
  throw new Error('no twenty free ports in a row');
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  const tried = Promise.race([once(server, 'listening').then(() => true), once(server, 'error').then(() => false)]);
  server.listen(port, '127.0.0.1');
  const free = await tried;
  if (free) await new Promise((closed) => server.close(closed));
  return free;
}

test('a stack that is stopped in the middle of everything goes on where it was', async () => {
  const pipeline = new Pipeline();
  const port = await freePorts();
  const restart = async () => {
    await pipeline.stop();
    await pipeline.start(port);
  };
  try {
    await pipeline.start(port);
    const client = pipeline.client();
    await client.payDeposit();
    await restart(); // the webhook is on its way
    await pipeline.settle();
    expect(await pipeline.stands(client)).toBe('RUNNING AwaitOnboarding');
    await client.fillForm();
    await restart(); // the steps are running
    await pipeline.settle();
    expect(await pipeline.stands(client)).toBe('RUNNING WaitForDay1');
    await client.signIn();
    await client.beTexted();
    await restart(); // the text is on its way
    await pipeline.pass(2 * DAY);
    await restart(); // day 1 is over, day 3 is awaited
    await pipeline.settle(8 * DAY);
    const { status, runId } = await pipeline.run(client);
    expect(status).toBe('SUCCEEDED');
    expect(pipeline.purchases(runId)).toHaveLength(1);
    expect(await pipeline.mails(client.client.email)).toEqual(['confirmation', 'welcome', 'lead-alert', 'follow-up']);
    expect(pipeline.laptop.twilio.phone(client.client.lead.phone).filter(({ direction }) => direction === 'received')).toHaveLength(1);
    expect(pipeline.notices(client.invoiceNumber)).toEqual([]);
  } finally {
    await pipeline.stop();
    rmSync(pipeline.dataDir, { recursive: true, force: true });
  }
}, 240_000);

/** `npm start -- --serve` in a process of its own, which can be killed. */
class KillableStack {
  readonly dataDir = mkdtempSync(join(tmpdir(), 'coresentia-killed-'));
  readonly #port: number;
  #child: ChildProcess | undefined;

  constructor(port: number) {
    this.#port = port;
  }

  async start(): Promise<void> {
    const args = ['dist/local/start.js', '--serve', '--data', this.dataDir, '--port', String(this.#port)];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    this.#child = child;
    let said = '';
    await new Promise<void>((resolve, reject) => {
      const hear = (chunk: Buffer) => {
        said += chunk.toString();
        if (said.includes('everything is up')) resolve();
      };
      child.stdout.on('data', hear);
      child.stderr.on('data', hear);
      child.once('exit', () => reject(new Error(`the stack ended: ${said}`)));
    });
  }

  async end(signal: 'SIGKILL' | 'SIGINT'): Promise<void> {
    const child = this.#child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill(signal);
    await exited;
  }

  get endpoints(): Endpoints {
    return readEndpoints(this.dataDir);
  }
}

/** A repeatable stream of numbers from 0 to 1 (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Plays one client and the operator, a small step at a time, so that a stack that dies under it only costs the step. */
class Player {
  readonly #stack: KillableStack;
  readonly client: ClientJourney;
  readonly #sfn: SFNClient;
  #isIn = false;

  constructor(stack: KillableStack) {
    this.#stack = stack;
    const { controlRoom, stepFunctions } = stack.endpoints; // they stay the same
    this.client = new ClientJourney(sampleClient(0, 'k'), new ControlRoomClient(controlRoom));
    const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
    this.#sfn = new SFNClient({ endpoint: stepFunctions, region: 'ap-southeast-2', credentials, maxAttempts: 1 });
  }

  get room(): ControlRoomClient {
    return new ControlRoomClient(this.#stack.endpoints.controlRoom);
  }

  async rows(table: string): Promise<Record<string, unknown>[]> {
    const { supabase, keys } = this.#stack.endpoints;
    const { data, error } = await createClient(supabase, keys.supabaseSecret, { auth: { persistSession: false } })
      .from(table)
      .select('*');
    if (error) throw new Error(error.message);
    return data;
  }

  /** True when the run is complete. Throws if the stack dies meanwhile. */
  async step(): Promise<boolean> {
    const { executions = [] } = await this.#sfn.send(new ListExecutionsCommand({ stateMachineArn: this.#stack.endpoints.stateMachineArn }));
    const [execution] = executions;
    if (!execution) await this.#pass(1800);
    else if (execution.status === 'SUCCEEDED') return true;
    else if (execution.status === 'FAILED') await this.#mend(execution.executionArn ?? '');
    else await this.#goOn(execution.executionArn ?? '');
    return false;
  }

  close(): void {
    this.#sfn.destroy();
  }

  async #goOn(executionArn: string): Promise<void> {
    const state = await this.#state(executionArn);
    const [run] = await this.rows('provisioning_runs');
    if (state === 'AwaitOnboarding' && run?.['business_id'] === null) await this.client.fillForm();
    else if (state === 'WaitForDay1' && !this.#isIn) await this.#getIn();
    else if (state?.startsWith('Wait')) await this.room.untilIdle(5 * DAY);
    else await this.#pass(3600); // schedules too: nudge-onboarding repeats a wake-up that died with the stack
  }

  async #pass(advanceSeconds: number): Promise<void> {
    const headers = { 'content-type': 'application/json' };
    const url = `${this.#stack.endpoints.controlRoom}/api/clock`;
    const answer = await fetch(url, { method: 'POST', headers, body: JSON.stringify({ advanceSeconds }) });
    if (!answer.ok) throw new Error(`the clock did not move: ${answer.status}`);
  }

  async #state(executionArn: string): Promise<string | undefined> {
    const { events = [] } = await this.#sfn.send(new GetExecutionHistoryCommand({ executionArn, reverseOrder: true, maxResults: 100 }));
    return events.find(({ stateEnteredEventDetails }) => stateEnteredEventDetails)?.stateEnteredEventDetails?.name;
  }

  /** A link that a dead stack burnt is renewed, as its page says. */
  async #getIn(): Promise<void> {
    if (!this.client.number) {
      await this.client.signIn().catch(async () => {
        await new Browser().submit(`${this.#stack.endpoints.portal}/sign-in/link`, { email: this.client.client.email });
        await this.room.untilIdle(60);
        await this.client.signIn();
      });
    }
    const { phone } = this.client.client.lead;
    if ((await this.room.phone(phone)).length === 0) await this.client.beTexted();
    this.#isIn = true;
  }

  /** What a person must do after a kill at the worst moment: say whether a mail went out, and redrive. */
  async #mend(executionArn: string): Promise<void> {
    for (const mail of await this.rows('email_messages'))
      if (mail['status'] === 'unknown') {
        const came = (await this.room.mailTo(this.client.client.email)).some(({ id }) => id === mail['message_id']);
        await runOperator(
          this.#stack.dataDir,
          'settle-mail',
          this.client.invoiceNumber,
          String(mail['template']),
          came ? '--was-sent' : '--send-again',
        );
      }
    await this.#sfn.send(new RedriveExecutionCommand({ executionArn }));
  }
}

/** More of it: `KILLS=40 KILL_SEED=7 npx jest test/pipeline/restart`. */
const kill = { times: Number(process.env['KILLS'] ?? 4), seed: Number(process.env['KILL_SEED'] ?? 20261122) };
const playMs = 30_000 * kill.times;
const limitMs = 180_000 + playMs;

test(
  'a stack that is killed at random moments goes on: one number, each mail once',
  async () => {
    const stack = new KillableStack(await freePorts());
    const random = seeded(kill.seed);
    let player: Player | undefined;
    try {
      await stack.start();
      player = new Player(stack);
      await player.client.payDeposit();
      let kills = 0;
      const killer = (async () => {
        for (; kills < kill.times; kills += 1) {
          await wait(50 + random() * 2500);
          await stack.end('SIGKILL');
          await stack.start();
        }
      })();
      let isDone = false;
      const until = performance.now() + playMs;
      while (!isDone && performance.now() < until) isDone = await player.step().catch(() => wait(100, false));
      await killer;
      expect(kills).toBe(kill.times);
      while (!isDone && performance.now() < until) isDone = await player.step().catch(() => wait(100, false));
      expect(isDone).toBe(true);
      expect(await player.rows('provisioning_runs')).toEqual([expect.objectContaining({ status: 'completed' })]);
      expect(await player.room.numbers()).toHaveLength(1);
      const subjects = (await player.room.mailTo(player.client.client.email)).map(({ subject }) => subject);
      for (const words of ['set up', 'Live', 'going']) expect(subjects.filter((subject) => subject.includes(words))).toHaveLength(1);
      expect(await player.rows('businesses')).toHaveLength(1);
      const answers = (await player.room.phone(player.client.client.lead.phone)).filter(({ direction }) => direction === 'received');
      expect(answers).toHaveLength(1);
    } finally {
      player?.close();
      await stack.end('SIGINT');
      rmSync(stack.dataDir, { recursive: true, force: true });
    }
    expect(existsSync(stack.dataDir)).toBe(false);
  },
  limitMs,
);
