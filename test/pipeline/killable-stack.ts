/** A stack in a process of its own, which is killed at random moments, and what people do to one that dies under them. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { RedriveExecutionCommand, SFNClient } from '@aws-sdk/client-sfn';
import { createClient } from '@supabase/supabase-js';
import { type Endpoints, readEndpoints } from '../../local/endpoints';
import type { ClientJourney } from '../../local/rehearsal/client-journey';
import { ControlRoomClient } from '../../local/rehearsal/control-room-client';
import { seeded } from '../faults/random';
import { type Row, runOperator } from './stack';

/** More of it: `KILLS=40 KILL_SEED=7 npx jest test/pipeline/restart`. */
export const kill = { times: Number(process.env['KILLS'] ?? 4), seed: Number(process.env['KILL_SEED'] ?? 20261122) };

/** Below the ports that the system lends to outgoing connections; each process looks from another one on. */
const [lowest, blocks, size] = [21_000, 580, 20];

/** The first of twenty free ports: numbers and mails keep the addresses that they were given, so a stack comes back to its ports. */
export async function freePorts(): Promise<number> {
  for (let block = 0; block < blocks; block += 1) {
    const first = lowest + ((process.pid + block) % blocks) * size;
    const free = await Promise.all(Array.from({ length: size }, (_, index) => isFree(first + index)));
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

/** `npm start -- --serve` in a process of its own, which can be killed. */
export class KillableStack {
  readonly dataDir: string;
  readonly #port: number;
  #child: ChildProcess | undefined;
  #sfn: SFNClient | undefined;

  constructor(dataDir: string, port: number) {
    this.dataDir = dataDir;
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

  async kill(): Promise<void> {
    await this.#end('SIGKILL');
  }

  /** As Ctrl-C does. */
  async close(): Promise<void> {
    this.#sfn?.destroy();
    this.#sfn = undefined;
    await this.#end('SIGINT');
  }

  async #end(signal: 'SIGKILL' | 'SIGINT'): Promise<void> {
    const child = this.#child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill(signal);
    await exited;
  }

  get endpoints(): Endpoints {
    return readEndpoints(this.dataDir);
  }

  get room(): ControlRoomClient {
    return new ControlRoomClient(this.endpoints.controlRoom);
  }

  /** With the secret key: sees everything. */
  async rows(table: string): Promise<Row[]> {
    const { supabase, keys } = this.endpoints;
    const { data, error } = await createClient(supabase, keys.supabaseSecret, { auth: { persistSession: false } })
      .from(table)
      .select('*');
    if (error) throw new Error(error.message);
    return data;
  }

  get sfn(): SFNClient {
    const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
    const { stepFunctions: endpoint } = this.endpoints;
    return (this.#sfn ??= new SFNClient({ endpoint, region: 'ap-southeast-2', credentials, maxAttempts: 1 }));
  }
}

/** What a person must do after a kill at the worst moment: say of each mail to the client whether it went out, and redrive. */
export async function mend(stack: KillableStack, { executionArn, client }: { executionArn: string; client: ClientJourney }): Promise<void> {
  const { invoiceNumber } = client;
  const { email } = client.client;
  const [mails, mailbox] = [await stack.rows('email_messages'), await stack.room.mailTo(email)];
  for (const mail of mails.filter((row) => row['status'] === 'unknown' && row['to_address'] === email)) {
    const word = mailbox.some(({ id }) => id === mail['message_id']) ? '--was-sent' : '--send-again';
    await runOperator(stack.dataDir, 'settle-mail', invoiceNumber, String(mail['template']), word);
  }
  await stack.sfn.send(new RedriveExecutionCommand({ executionArn }));
}

/** Draws the moments of the kills. */
export const random = seeded(kill.seed);

/**
 * Plays small steps until one says that all is done, while the stack dies at each of the moments, one after the other, and comes back.
 * A death only costs the step. Throws what the last step threw if it is not done within `limitMs`.
 */
export async function playUnderFire(
  stack: KillableStack,
  play: { moments: (() => Promise<void>)[]; limitMs: number; step: () => Promise<boolean> },
): Promise<void> {
  await Promise.all([killAt(play.moments, stack), playOn(play.step, performance.now() + play.limitMs)]);
}

async function killAt(moments: (() => Promise<void>)[], stack: KillableStack): Promise<void> {
  for (const moment of moments) {
    await moment();
    await stack.kill();
    await stack.start();
  }
}

async function playOn(step: () => Promise<boolean>, until: number): Promise<void> {
  let cause: unknown;
  const isDone = () =>
    step().catch((error: unknown) => {
      cause = error;
      return wait(100, false);
    });
  while (!(await isDone())) if (performance.now() > until) throw new Error('it did not come to its end', { cause });
}
