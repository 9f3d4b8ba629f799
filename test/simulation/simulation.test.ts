/**
 * Seeds of the simulation on the real SQL: duplicates, any order, delays, outages, crashes, restarts, jumps of the clock, operators who redrive, forms early,
 * late and twice, with the invariants checked after every event. `npm run simulate -- --seeds 2000` plays more.
 */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Simulated } from './simulation';

interface Summary {
  seeds: number;
  failed: number[];
  together: number;
  events: number;
  database: string;
}

const SEEDS = 20;

async function simulate(...args: string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, ['dist/test/simulation/simulate.js', ...args], { maxBuffer: 2 ** 26 });
  return stdout;
}

/** The trace of seed 3, played in one process after the seeds from `from` on. */
async function toldAfter(from: number): Promise<string[] | undefined> {
  const lines = (await simulate('--alone', '--from', String(from), '--seeds', String(4 - from), '--clients', '2')).split('\n');
  const played = lines.filter((line) => line.startsWith('{')).map((line) => JSON.parse(line) as Simulated);
  return played.find(({ seed }) => seed === 3)?.trace;
}

test('no seed loses or doubles anything', async () => {
  const summary = JSON.parse(await simulate('--seeds', String(SEEDS), '--json')) as Summary;
  expect(summary).toMatchObject({ seeds: SEEDS, failed: [], database: process.env['DATABASE_URL'] ? 'DATABASE_URL' : 'embedded' });
  expect(summary.together).toBeGreaterThan(SEEDS / 2);
  expect(summary.events).toBeGreaterThan(SEEDS * 50);
}, 600_000);

test('the same seed is the same story, whatever was played before it', async () => {
  const [alone, afterAnother] = await Promise.all([toldAfter(3), toldAfter(2)]);
  expect(alone?.length).toBeGreaterThan(100);
  expect(afterAnother).toEqual(alone);
}, 600_000);
