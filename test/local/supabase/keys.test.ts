import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { keysOf } from '../../../local/supabase/keys';
import { temporaryFolder } from './rig';

test('keys have hosted Supabase’s form and are never the same', () => {
  const [one, other] = [keysOf(undefined), keysOf(undefined)];
  expect(one.publishableKey).toMatch(/^sb_publishable_[\w-]{22}_[\w-]{8}$/);
  expect(one.secretKey).toMatch(/^sb_secret_[\w-]{22}_[\w-]{8}$/);
  expect(new Set([...Object.values(one), ...Object.values(other)]).size).toBe(6);
});

test('a data folder keeps its keys, for its owner alone', () => {
  const dataDir = join(temporaryFolder(), 'new');
  const keys = keysOf(dataDir);
  expect(keysOf(dataDir)).toEqual(keys);
  const file = join(dataDir, 'keys.json');
  expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(keys);
  expect(statSync(file).mode & 0o077).toBe(0);
});
