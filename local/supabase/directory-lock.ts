import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

const PATIENCE_MS = 10_000; // a killed stack's database process needs up to a few seconds to write its last pages

/**
 * Makes this process the only one on a data folder, until the returned function is called or the process ends, however it ends.
 * PGlite does not lock its folder: a second process lost 282 of 1,934 acknowledged rows. SQLite's lock is the operating system's own, so a
 * kill leaves no stale lock and no process id to guess about. Throws when another process holds the folder.
 */
export function lockDirectory(dataDir: string, patienceMs = PATIENCE_MS): () => void {
  mkdirSync(dataDir, { recursive: true });
  const lock = new DatabaseSync(join(dataDir, 'lock.db'), { timeout: patienceMs });
  try {
    lock.exec('pragma locking_mode = exclusive; begin exclusive');
  } catch (cause) {
    lock.close();
    throw new Error(`the database in ${dataDir} is in use by another process: stop that one first`, { cause });
  }
  return () => lock.close();
}
