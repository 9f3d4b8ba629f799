/** One process's part of the simulation: a world, and one seed after the other in it. */
import { freezeTime, START_MS } from '../faults/frozen-time';
import { seeded } from '../faults/random';
import { skipWaits } from '../faults/short-limits';
import { World } from '../faults/world';
import { ownDatabase } from './own-database';
import { type Simulated, Simulation, Switchboard } from './simulation';

export interface Seeds {
  from: number;
  count: number;
  /** Absent: 1 to 8, as each seed draws it. */
  clients: number | undefined;
}

const MOST_CLIENTS = 8;

/** Plays the seeds and hands each over as soon as it is over, on a database of its own: embedded, or on the server of DATABASE_URL. */
export async function playSeeds(
  { from, count, clients }: Seeds,
  { ready, done }: { ready: () => void; done: (simulated: Simulated) => void },
): Promise<void> {
  freezeTime(START_MS);
  skipWaits();
  const board = new Switchboard();
  const serverUrl = process.env['DATABASE_URL'];
  const database = serverUrl ? await ownDatabase(serverUrl) : undefined;
  const world = await World.start({
    asked: board.ask,
    random: () => board.random(),
    databaseUrl: database?.url,
    inProcess: true,
    keepsNothing: true,
  });
  const start = await world.keep();
  await world.rpc('test_unmark', {});
  ready();
  for (let seed = from; seed < from + count; seed += 1) {
    await world.setClock(START_MS);
    done(await new Simulation(world, board, { seed, clients: clients ?? clientsOf(seed) }).run(start));
  }
  await world.close();
  await database?.drop();
}

const clientsOf = (seed: number) => 1 + Math.floor(seeded(seed + 2_000_000_011)() * MOST_CLIENTS);
