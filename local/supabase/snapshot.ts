import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { z } from 'zod';

/**
 * A new data folder as a tar file. Initialising (Postgres' initdb as WebAssembly) takes 3.6 s and our migrations 2.4 s more; unpacking
 * takes 0.6 s. So two are kept: one as initdb leaves it, and one that went through exactly these migrations.
 */
export type Snapshot = 'empty' | `migrated-${string}`;

/** The snapshot of a database that `scripts` have made, in this order. */
export function snapshotAfter(scripts: string[]): Snapshot {
  const hash = createHash('sha256');
  for (const script of scripts) hash.update(script).update('\0');
  return `migrated-${hash.digest('hex').slice(0, 16)}`;
}

export function readSnapshot(cacheDir: string, snapshot: Snapshot): Blob | undefined {
  const file = snapshotFile(cacheDir, snapshot);
  return existsSync(file) ? new Blob([readFileSync(file)]) : undefined;
}

/** Keeps what `dump` gives of a database that nobody has used yet. Safe when several processes do it at once. */
export async function writeSnapshot(cacheDir: string, snapshot: Snapshot, dump: () => Promise<Blob>): Promise<void> {
  const tar = await dump();
  mkdirSync(cacheDir, { recursive: true });
  const file = snapshotFile(cacheDir, snapshot);
  writeFileSync(`${file}.${process.pid}`, await tar.bytes());
  renameSync(`${file}.${process.pid}`, file);
  if (snapshot !== 'empty') removeOldest(cacheDir);
}

/** The stack's, those of our tests, and some from before the last change. */
const MOST_MIGRATED = 6;

function removeOldest(cacheDir: string): void {
  const files = readdirSync(cacheDir).filter((name) => /^pglite-.*-migrated-\w+\.tar$/.test(name));
  const byAge = files.map((name) => join(cacheDir, name)).sort((a, b) => modifiedMs(b) - modifiedMs(a));
  for (const file of byAge.slice(MOST_MIGRATED)) rmSync(file, { force: true });
}

/** Another process may have removed it meanwhile. */
const modifiedMs = (file: string) => statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;

/** Another PGlite may lay its files out differently. */
function snapshotFile(cacheDir: string, snapshot: Snapshot): string {
  const manifest = join(dirname(require.resolve('@electric-sql/pglite')), '../package.json');
  const { version } = z.object({ version: z.string() }).parse(JSON.parse(readFileSync(manifest, 'utf8')));
  return join(cacheDir, `pglite-${version}-${snapshot}.tar`);
}
