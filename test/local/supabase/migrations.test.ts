import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pendingMigrations, readMigrations } from '../../../local/supabase/migrations';
import { temporaryFolder } from './rig';

const one = { version: '20260101000000', name: 'one', sql: 'select 1;' };
const two = { version: '20260102000000', name: 'two', sql: 'select 2;' };

test('the files are read in order, with any line endings', () => {
  const folder = join(temporaryFolder(), 'migrations');
  mkdirSync(folder);
  writeFileSync(join(folder, '20260102000000_two.sql'), 'select 2;');
  writeFileSync(join(folder, '20260101000000_one.sql'), 'select\r\n1;');
  writeFileSync(join(folder, 'README.md'), '');
  expect(readMigrations(folder)).toEqual([{ ...one, sql: 'select\n1;' }, two]);
  writeFileSync(join(folder, 'three.sql'), '');
  expect(() => readMigrations(folder)).toThrow('migration three.sql is not named <14 digits>_<name>.sql');
});

test('what is not applied yet is pending', () => {
  expect(pendingMigrations([one, two], [])).toEqual([one, two]);
  expect(pendingMigrations([one, two], [one])).toEqual([two]);
  expect(pendingMigrations([one, two], [one, two])).toEqual([]);
});

test('a database that these files cannot have made is refused', () => {
  expect(() => pendingMigrations([{ ...one, sql: 'select 9;' }], [one])).toThrow(/20260101000000_one was changed after it was applied/);
  expect(() => pendingMigrations([two], [one])).toThrow(/20260101000000_one was applied to this database, but its file is gone/);
  expect(() => pendingMigrations([one, two], [two])).toThrow(/20260101000000_one is older than 20260102000000/);
});
