/**
 * `npm run simulate -- --seeds N --from S`: plays N seeds from S on; `--clients C` per seed, `--json`, `--trace` (every event of each seed).
 * A seed that fails is printed with the command that replays it exactly; exit code 1. DATABASE_URL takes the place of the embedded database.
 */
import { parseArgs } from 'node:util';
import { World } from '../faults/world';
import { type Simulated, Simulation, Switchboard } from './simulation';

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '10' },
    from: { type: 'string', default: '1' },
    clients: { type: 'string', default: '4' },
    json: { type: 'boolean' },
    trace: { type: 'boolean' },
  },
});

/** A Tuesday morning in Sydney; time stands still but for the kernel's offset. */
const START_MS = Date.UTC(2026, 10, 24, 1);

function freezeTime(): void {
  const RealDate = globalThis.Date;
  globalThis.Date = new Proxy(RealDate, {
    construct: (target, args, newTarget) => Reflect.construct(target, args.length > 0 ? args : [START_MS], newTarget),
    get: (target, key) => (key === 'now' ? () => START_MS : Reflect.get(target, key)),
  });
}

async function main(): Promise<void> {
  freezeTime();
  const board = new Switchboard();
  const databaseUrl = process.env['DATABASE_URL'];
  const world = await World.start({ asked: board.ask, random: () => board.random(), databaseUrl, inProcess: true });
  const start = await world.keep();
  const began = performance.now();
  const cpu = process.cpuUsage();
  const results: Simulated[] = [];
  for (let seed = Number(values.from); seed < Number(values.from) + Number(values.seeds); seed += 1) {
    await world.setClock(START_MS);
    const simulated = await new Simulation(world, board, { seed, clients: Number(values.clients) }).run(start);
    results.push(simulated);
    report(simulated);
  }
  const seconds = (performance.now() - began) / 1000;
  const clients = results.reduce((sum, one) => sum + one.clients, 0);
  const summary = {
    seeds: results.length,
    failed: results.filter(({ problems }) => problems.length > 0).map(({ seed }) => seed),
    clients,
    events: results.reduce((sum, one) => sum + one.events, 0),
    redrives: results.reduce((sum, one) => sum + one.redrives, 0),
    clientsPerMinute: Math.round((clients / seconds) * 60),
    cpuPerClientMs: Math.round((process.cpuUsage(cpu).user + process.cpuUsage(cpu).system) / 1000 / clients),
    database: databaseUrl ? 'DATABASE_URL' : 'embedded',
  };
  process.stdout.write(values.json ? `${JSON.stringify(summary)}\n` : `${words(summary)}\n`, () =>
    process.exit(summary.failed.length > 0 ? 1 : 0),
  );
}

function report({ seed, clients, problems, trace }: Simulated): void {
  if (values.trace) process.stdout.write(`seed ${seed}\n${trace.join('\n')}\n`);
  if (problems.length === 0) return;
  const again = `npm run simulate -- --seeds 1 --from ${seed} --clients ${clients} --trace`;
  process.stderr.write(`seed ${seed} failed: ${problems.join('; ')}\n${trace.slice(-12).join('\n')}\nreplay it: ${again}\n`);
}

function words({
  seeds,
  clients,
  events,
  redrives,
  failed,
  clientsPerMinute,
  database,
}: {
  seeds: number;
  clients: number;
  events: number;
  redrives: number;
  failed: number[];
  clientsPerMinute: number;
  database: string;
}): string {
  return `${seeds} seeds, ${clients} clients, ${events} events, ${redrives} redrives: ${failed.length} failed. ${clientsPerMinute} clients a minute (${database} database).`;
}

void main();
