/**
 * Seeds of the simulation on the real SQL: duplicates, any order, delays, outages, crashes, restarts, jumps of the clock, operators who redrive, forms early,
 * late and twice, with the invariants checked after every event. `npm run simulate -- --seeds 1000` plays more.
 */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

interface Summary {
  seeds: number;
  failed: number[];
  clients: number;
  events: number;
  database: string;
}

async function simulate(...args: string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, ['dist/test/simulation/simulate.js', ...args], { maxBuffer: 2 ** 26 });
  return stdout;
}

/** The trace of the last seed. */
const told = async (...args: string[]) =>
  (await simulate(...args, '--clients', '2', '--trace')).split('seed 3\n').at(1)?.split('\n').slice(0, -2);

test('no seed loses or doubles anything', async () => {
  const summary = JSON.parse(await simulate('--seeds', '4', '--clients', '3', '--json')) as Summary;
  expect(summary).toMatchObject({ seeds: 4, clients: 12, failed: [], database: expect.stringContaining('embedded') });
  expect(summary.events).toBeGreaterThan(400);
}, 600_000);

test('the same seed is the same story, whatever was played before it', async () => {
  const [alone, afterAnother] = [await told('--seeds', '1', '--from', '3'), await told('--seeds', '2', '--from', '2')];
  expect(alone?.length).toBeGreaterThan(100);
  expect(afterAnother).toEqual(alone);
}, 600_000);
