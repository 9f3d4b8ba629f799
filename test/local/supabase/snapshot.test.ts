import { readdirSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { readSnapshot, snapshotAfter, writeSnapshot } from '../../../local/supabase/snapshot';
import { temporaryFolder } from './rig';

const dumpOf = (content: string) => async () => new Blob([content]);

test('a database is copied only from one that exactly the same texts have made', () => {
  const [one, two] = ['create table one ()', 'create table two ()'];
  expect(snapshotAfter([one, two])).toBe(snapshotAfter([one, two]));
  const others = [[two, one], [one], [one + two], [one, two, ''], [one, `${two} `]].map(snapshotAfter);
  expect(new Set([snapshotAfter([one, two]), ...others]).size).toBe(6);
});

test('what was kept is read again', async () => {
  const cache = join(temporaryFolder(), 'cache');
  expect(readSnapshot(cache, 'empty')).toBeUndefined();
  await writeSnapshot(cache, 'empty', dumpOf('tar'));
  expect(await readSnapshot(cache, 'empty')?.text()).toBe('tar');
  expect(readSnapshot(cache, snapshotAfter(['one']))).toBeUndefined();
});

test('of migrated databases the six newest are kept, and the empty one for ever', async () => {
  const cache = temporaryFolder();
  await writeSnapshot(cache, 'empty', dumpOf('empty'));
  for (let age = 8; age > 0; age -= 1) {
    await writeSnapshot(cache, snapshotAfter([`${age}`]), dumpOf(`${age}`));
    for (const file of readdirSync(cache)) if (file.includes(snapshotAfter([`${age}`]))) utimesSync(join(cache, file), 0, 10_000 - age);
  }
  const kept = [8, 7, 6, 5, 4, 3, 2, 1].filter((age) => readSnapshot(cache, snapshotAfter([`${age}`])));
  expect(kept).toEqual([6, 5, 4, 3, 2, 1]);
  expect(await readSnapshot(cache, 'empty')?.text()).toBe('empty');
});
