import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Fault, FaultMode } from '../../../local/kernel/faults';
import { lockDirectory } from '../../../local/supabase/directory-lock';
import { failure, MIGRATIONS, must, type Rig, startRig, temporaryFolder } from './rig';

const DAY_S = 86_400;
const PROCESS = resolve('dist/local/supabase/process.js');

describe('beside the kernel', () => {
  let rig: Rig;
  beforeAll(async () => {
    rig = await startRig();
  });
  afterAll(() => rig.stop());

  test('the database’s now() follows the laptop’s clock before anything else happens at the new time', async () => {
    const ahead = async () => Math.abs(Date.parse(must(await rig.secret.rpc('time_now'))) - Date.now());
    expect(await ahead()).toBeLessThan(5000);
    await rig.kernel.advance(3 * DAY_S);
    expect(await ahead()).toBeLessThan(5000);
    const seen: number[] = [];
    rig.kernel.timers.at(Date.now() + DAY_S * 1000, 'work', () => {
      const end = rig.kernel.activity.begin();
      void ahead()
        .then((ms) => seen.push(ms))
        .finally(end);
    });
    await rig.kernel.untilIdle();
    expect(seen[0]).toBeLessThan(5000);
  });

  test('a request counts as activity until it is answered', async () => {
    const { activity } = rig.kernel;
    const begin = activity.begin.bind(activity);
    const begun = new Promise<void>((resolve) => {
      activity.begin = () => {
        resolve();
        return begin();
      };
    });
    const request = rig.secret.rpc('sleep', { seconds: 0.3 }).then(must);
    await begun;
    const startedMs = performance.now();
    await activity.idle();
    expect(performance.now() - startedMs).toBeGreaterThan(200); // less than the 300 ms of the call, more than any scheduling
    await request;
  });

  test('a lost response has had its effect', async () => {
    const insert = () => rig.secret.from('runs').insert({ email: 'fault@example.com' });
    await rig.kernel.faults.arm(fault('insert runs', 'lose-response'));
    expect((await rig.secret.from('runs').select()).error).toBeNull();
    expect(await insert()).toMatchObject({ status: 0, error: expect.anything() });
    expect(await insert()).toMatchObject({ status: 409, error: { code: '23505' } });
  });

  test.each(['refuse', 'slow', 'malformed'] as const)('%s gives the caller no data, once', async (mode) => {
    const select = () => rig.secret.from('profiles').select('email');
    await rig.kernel.faults.arm(fault('select profiles', mode));
    expect((await select()).data).not.toEqual([]);
    expect((await select()).data).toEqual([]);
  });

  test('errors are those of REST and of Auth', async () => {
    const { faults } = rig.kernel;
    await faults.arm(fault('rpc/add_up', 'server-error'));
    expect(failure(await rig.secret.rpc('add_up', { a: 1, b: 1 }))).toEqual({ status: 503, code: 'PGRST002' });
    await faults.arm(fault('auth/admin/users', 'rate-limit'));
    expect(failure(await rig.secret.auth.admin.createUser({ email: 'a@b.co' }))).toEqual({ status: 429, code: 'over_request_rate_limit' });
    await faults.arm({ ...fault('*', 'reject'), code: '40001' });
    expect(failure(await rig.secret.from('runs').select())).toEqual({ status: 400, code: '40001' });
    expect(faults.all()).toEqual([]);
  });
});

const fault = (call: string, mode: FaultMode): Fault => ({ vendor: 'supabase', call, mode, times: 1, slowMs: 20 });

test('data and keys survive a restart, which applies new migrations only', async () => {
  const [dataDir, migrations] = [temporaryFolder(), join(temporaryFolder(), 'migrations')];
  cpSync(MIGRATIONS, migrations, { recursive: true });
  const first = await startRig({ dataDir, migrations });
  must(await first.secret.from('runs').insert({ email: 'kept@example.com' }).select());
  await first.stop();
  writeFileSync(join(migrations, '20260102000000_next.sql'), 'create function public.next() returns int language sql as $$ select 7; $$;');
  const second = await startRig({ dataDir, migrations });
  expect(second.supabase.secretKey).toBe(first.supabase.secretKey);
  expect(must(await second.secret.from('runs').select('email'))).toEqual([{ email: 'kept@example.com' }]);
  expect(must(await second.secret.rpc('next'))).toBe(7);
  await second.stop();
});

test('every acknowledged row survives a kill', async () => {
  const dataDir = temporaryFolder();
  const exits: Error[] = [];
  const killed = await startRig({ dataDir, onExit: (cause) => exits.push(cause) });
  let acknowledged = 0;
  const writing = (async () => {
    for (let index = 0; ; index += 1) {
      const { error } = await killed.secret.from('runs').insert({ email: `row-${index}@example.com` });
      if (error) return;
      acknowledged += 1;
      if (acknowledged === 60) process.kill(killed.supabase.pid, 'SIGKILL');
    }
  })();
  await writing;
  const again = await startRig({ dataDir });
  const { count } = await again.secret.from('runs').select('*', { count: 'exact', head: true });
  expect(count).toBeGreaterThanOrEqual(acknowledged);
  expect(exits).toEqual([expect.objectContaining({ message: "Supabase's process ended with SIGKILL" })]);
  await again.stop();
  await killed.kernel.close();
});

test('a data folder belongs to one process at a time', () => {
  const dataDir = temporaryFolder();
  const unlock = lockDirectory(dataDir);
  expect(() => lockDirectory(dataDir, 0)).toThrow(/in use by another process/);
  unlock();
  lockDirectory(dataDir, 0)();
});

test('a failing migration says which it is and leaves nothing behind', async () => {
  const [dataDir, migrations] = [temporaryFolder(), temporaryFolder()];
  const file = join(migrations, '20260101000000_half.sql');
  writeFileSync(file, 'create table public.half (id int); select 1/0;');
  await expect(startRig({ dataDir, migrations })).rejects.toThrow(/migration 20260101000000_half failed: division by zero/);
  writeFileSync(file, 'create table public.half (id int);');
  const rig = await startRig({ dataDir, migrations });
  expect(must(await rig.secret.from('half').select())).toEqual([]);
  await rig.stop();
});

test('the process ends when its parent is killed', async () => {
  const parent = spawn(process.execPath, ['-e', "console.log(require('child_process').fork(process.argv[1]).pid)", PROCESS], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [output] = await once(parent.stdout, 'data');
  const pid = Number(String(output));
  process.kill(pid, 0); // throws if it does not run
  parent.kill('SIGKILL');
  await expect(ended(pid)).resolves.toBeUndefined();
});

async function ended(pid: number): Promise<void> {
  for (;;) {
    try {
      process.kill(pid, 0);
    } catch {
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
