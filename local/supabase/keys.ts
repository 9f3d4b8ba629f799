import { createHash, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Keys } from './settings';

/** New random keys in hosted Supabase's form: prefix, 22 random characters, 8 characters of checksum. */
export function newKeys(): Keys {
  return { publishableKey: apiKey('sb_publishable_'), secretKey: apiKey('sb_secret_'), jwtSecret: randomBytes(32).toString('base64url') };
}

/** The keys of a data folder, made at its first use and kept in its `keys.json`, readable by its owner alone. Undefined: in memory. */
export function keysOf(dataDir: string | undefined): Keys {
  if (!dataDir) return newKeys();
  const file = join(dataDir, 'keys.json');
  if (existsSync(file)) return Keys.parse(JSON.parse(readFileSync(file, 'utf8')));
  const keys = newKeys();
  mkdirSync(dataDir, { recursive: true });
  writeFileSync(`${file}.new`, JSON.stringify(keys, null, 2), { mode: 0o600 });
  renameSync(`${file}.new`, file); // a kill in between leaves no half file
  return keys;
}

function apiKey(prefix: string): string {
  const body = randomBytes(17).toString('base64url').slice(0, 22);
  return `${prefix}${body}_${createHash('sha256').update(body).digest('base64url').slice(0, 8)}`;
}
