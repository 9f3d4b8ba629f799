import type { PGlite } from '@electric-sql/pglite';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Database, Session } from './database';
import { lockDirectory } from './directory-lock';
import { ingredients } from './migrations';
import { prepareOnce } from './prepared';
import { keepingWarnings } from './quiet';
import { requestContext } from './request-context';
import type { Settings } from './settings';
import { readSnapshot, snapshotAfter, writeSnapshot } from './snapshot';
import { pgliteFormats } from './value-formats';

/** Opens the embedded Postgres in `dataDir`, or in memory. Throws when another process has that folder. */
export async function openPglite(settings: Pick<Settings, 'dataDir' | 'cacheDir' | 'migrations' | 'seed'>): Promise<Database> {
  const { dataDir, cacheDir } = settings;
  const unlock = dataDir ? lockDirectory(dataDir) : () => undefined;
  try {
    const folder = dataDir ? folderOf(dataDir) : undefined;
    const isNew = !(folder && existsSync(folder));
    const migrated = snapshotAfter(ingredients(settings));
    const finished = cacheDir && isNew ? readSnapshot(cacheDir, migrated) : undefined;
    const snapshot = finished ?? (cacheDir && isNew ? readSnapshot(cacheDir, 'empty') : undefined);
    const { createPgliteConnection } = await keepingWarnings(() => import('@supabase/lite/pglite'));
    const connection = await createPgliteConnection({
      ...(folder && { url: folder }),
      pgliteOptions: { ...pgliteFormats, ...(snapshot && { loadDataDir: snapshot }) },
    });
    const { driver } = connection;
    await driver.waitReady;
    forgetRowArrays(driver.parsers);
    const prepared = await prepareOnce(driver);
    Object.assign(
      connection,
      requestContext(() => prepared.later),
    );
    if (isNew && cacheDir && !snapshot) await writeSnapshot(cacheDir, 'empty', () => dumpOf(driver));
    if (isNew && dataDir) writeFileSync(join(dataDir, INITIALISED), '');
    return {
      ...sessionOf(driver),
      connection,
      isSingleSession: true,
      atOnce: prepared.atOnce,
      ...(isNew && cacheDir && !finished && { keep: () => writeSnapshot(cacheDir, migrated, () => dumpOf(driver)) }),
      transaction: (work) => driver.transaction((transaction) => work(sessionOf(transaction))),
      async close() {
        await connection.close();
        unlock();
      },
    };
  } catch (cause) {
    unlock();
    throw cause;
  }
}

const INITIALISED = 'initialised';

/** A folder whose initialisation was cut short holds nothing that anybody was told is stored. */
function folderOf(dataDir: string): string {
  const folder = join(dataDir, 'postgres');
  if (!existsSync(join(dataDir, INITIALISED))) rmSync(folder, { recursive: true, force: true });
  return folder;
}

/** The first OID of what initdb and migrations make: before it come the types that are built in. */
const FIRST_MADE_OID = 10_000;

/** PGlite copies its parsers at every statement, and two in three are for arrays of some table's rows, which nobody reads. */
function forgetRowArrays(parsers: Record<number, unknown>): void {
  for (const oid of Object.keys(parsers)) if (Number(oid) >= FIRST_MADE_OID) Reflect.deleteProperty(parsers, oid);
}

async function dumpOf(driver: Pick<PGlite, 'exec' | 'dumpDataDir'>): Promise<Blob> {
  await driver.exec('checkpoint'); // else unpacking it recovers as after a crash
  return driver.dumpDataDir('none'); // compressing costs 0.3 s at each end for 36 MB of disk
}

interface PgliteSession {
  query(sql: string, parameters?: unknown[]): Promise<{ rows: unknown[] }>;
  exec(sql: string): Promise<unknown>;
}

const sessionOf = (pglite: PgliteSession): Session => ({
  query: async (sql, parameters) => (await pglite.query(sql, parameters)).rows,
  script: async (sql) => void (await pglite.exec(sql)),
});
