/**
 * `npm run simulate -- --seeds N --from S`: plays N seeds from S on; `--clients C` in each (otherwise 1 to 8, as the seed draws it), `--json`, `--trace`
 * (every event of each seed). Two processes share the seeds. A seed that fails is printed with the command that replays it exactly; exit code 1.
 * DATABASE_URL names a server on which each process makes a database for itself, in place of the embedded one.
 */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { playSeeds, type Seeds } from './play-seeds';
import type { Simulated } from './simulation';

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '20' },
    from: { type: 'string', default: '1' },
    clients: { type: 'string' },
    json: { type: 'boolean' },
    trace: { type: 'boolean' },
    /** This is one of the processes that share the seeds. */
    alone: { type: 'boolean' },
  },
});

const PROCESSES = 2;
/** What a process keeps of earlier seeds (executions, mails) slows the later ones, and starting one takes some seconds. */
const LONGEST_BATCH = 100;
const TELL_EVERY_MS = 10_000;
const warnings = ['ExperimentalWarning', 'TimeoutOverflowWarning', 'MaxListenersExceededWarning'];
const quiet = warnings.map((name) => `--disable-warning=${name}`).join(' ');
const clients = values.clients === undefined ? undefined : Number(values.clients);

type Batch = Pick<Seeds, 'from' | 'count'>;
interface Told {
  /** A world stands; its first seed begins. */
  ready: () => void;
  done: (simulated: Simulated) => void;
}
const READY = 'ready';

/** Plays a batch in a process of its own; throws when that process ends early. */
async function playBatch({ from, count }: Batch, { ready, done }: Told): Promise<void> {
  const args = ['--alone', '--seeds', String(count), '--from', String(from), ...(clients ? ['--clients', String(clients)] : [])];
  const child = spawn(process.execPath, [process.argv[1]!, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, NODE_OPTIONS: `${quiet} --max-semi-space-size=64` }, // much is made and thrown away
  });
  let left = count;
  for await (const line of createInterface(child.stdout)) {
    if (line === READY) ready();
    if (!line.startsWith('{"seed"')) continue;
    left -= 1;
    done(JSON.parse(line) as Simulated);
  }
  if (left > 0) throw new Error(`a process ended with ${left} of the ${count} seeds from ${from} unplayed`);
}

async function playAlone(seeds: Seeds): Promise<never> {
  await playSeeds(seeds, {
    ready: () => process.stdout.write(`${READY}\n`),
    done: (simulated) => process.stdout.write(`${JSON.stringify(simulated)}\n`),
  });
  await new Promise((written) => process.stdout.write('', written));
  process.exit(0);
}

function batchesOf(seeds: number, from: number): Batch[] {
  const size = Math.min(LONGEST_BATCH, Math.ceil(seeds / PROCESSES));
  return Array.from({ length: Math.ceil(seeds / size) }, (_, index) => ({
    from: from + index * size,
    count: Math.min(size, seeds - index * size),
  }));
}

async function main(): Promise<void> {
  const seeds = Number(values.seeds);
  const from = Number(values.from);
  if (values.alone) return playAlone({ from, count: seeds, clients });
  let began = 0;
  const results: Simulated[] = [];
  let toldMs = performance.now();
  const ready = () => (began ||= performance.now());
  const done = (simulated: Simulated) => {
    results.push({ ...simulated, trace: values.trace ? simulated.trace : [] });
    complain(simulated);
    if (performance.now() < toldMs + TELL_EVERY_MS && results.length < seeds) return;
    toldMs = performance.now();
    process.stderr.write(`${words(summary(results, toldMs - began))}\n`);
  };
  const batches = batchesOf(seeds, from);
  const worker = async () => {
    for (let batch = batches.shift(); batch; batch = batches.shift()) await playBatch(batch, { ready, done });
  };
  await Promise.all(Array.from({ length: PROCESSES }, worker));
  const total = summary(results, performance.now() - began);
  for (const { seed, trace } of results.toSorted((a, b) => a.seed - b.seed))
    if (values.trace) process.stdout.write(`seed ${seed}\n${trace.join('\n')}\n`);
  process.stdout.write(values.json ? `${JSON.stringify(total)}\n` : `${words(total)}\n`);
  process.exitCode = total.failed.length > 0 ? 1 : 0;
}

function complain({ seed, clients: count, problems, trace }: Simulated): void {
  if (problems.length === 0) return;
  const again = `npm run simulate -- --seeds 1 --from ${seed} --clients ${count} --trace`;
  process.stderr.write(`seed ${seed} failed: ${problems.join('; ')}\n${trace.slice(-12).join('\n')}\nreplay it: ${again}\n`);
}

function summary(results: Simulated[], ms: number) {
  const sum = (of: (one: Simulated) => number) => results.reduce((total, one) => total + of(one), 0);
  return {
    seeds: results.length,
    failed: results.flatMap(({ seed, problems }) => (problems.length > 0 ? [seed] : [])).toSorted((a, b) => a - b),
    clients: sum((one) => one.clients),
    together: results.filter((one) => one.clients > 1).length,
    events: sum(({ events }) => events),
    redrives: sum(({ redrives }) => redrives),
    seconds: Math.round(ms / 1000),
    clientsPerMinute: Math.round((sum((one) => one.clients) / ms) * 60_000),
    database: process.env['DATABASE_URL'] ? 'DATABASE_URL' : 'embedded',
  };
}

function words({
  seeds,
  clients: count,
  together,
  events,
  redrives,
  failed,
  seconds,
  clientsPerMinute,
  database,
}: ReturnType<typeof summary>) {
  return `${seeds} seeds (${together} with several clients at once), ${count} clients, ${events} events, ${redrives} redrives: ${failed.length} failed. ${seconds} s, ${clientsPerMinute} clients a minute (${database} database).`;
}

void main();
