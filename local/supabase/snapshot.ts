import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { z } from 'zod';

/**
 * A newly initialised, empty data folder as a tar file. Initialising (Postgres' initdb as WebAssembly) takes 3.6 s, unpacking 0.6 s;
 * migrations are not in it because they take little and change often.
 */
export function readSnapshot(cacheDir: string): Blob | undefined {
  const file = snapshotFile(cacheDir);
  return existsSync(file) ? new Blob([readFileSync(file)]) : undefined;
}

/** Keeps the state of `database`, which nothing was written to yet. Safe when several processes do it at once. */
export async function writeSnapshot(cacheDir: string, database: { dumpDataDir(compression: 'none'): Promise<Blob> }): Promise<void> {
  const tar = await database.dumpDataDir('none'); // compressing costs 0.3 s at each end for 36 MB of disk
  mkdirSync(cacheDir, { recursive: true });
  const file = snapshotFile(cacheDir);
  writeFileSync(`${file}.${process.pid}`, await tar.bytes());
  renameSync(`${file}.${process.pid}`, file);
}

/** Another PGlite may lay its files out differently. */
function snapshotFile(cacheDir: string): string {
  const manifest = join(dirname(require.resolve('@electric-sql/pglite')), '../package.json');
  const { version } = z.object({ version: z.string() }).parse(JSON.parse(readFileSync(manifest, 'utf8')));
  return join(cacheDir, `pglite-${version}.tar`);
}
