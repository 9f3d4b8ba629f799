import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { BASELINE } from './baseline';
import type { Database } from './database';

/** One file of the Supabase CLI's layout: `supabase/migrations/<14 digits>_<name>.sql`. */
export interface Migration {
  version: string;
  name: string;
  sql: string;
}

const Applied = z.object({ version: z.string(), name: z.string().nullable(), sql: z.string().nullable() });
type Applied = z.infer<typeof Applied>;

/** Applies what is new in `folder`, in order, each file in one transaction with its record; then `seed` to a new database. Returns the versions applied. */
export async function migrate(database: Database, folder: string, seed?: string): Promise<string[]> {
  const rows = await database.query(
    "select version, name, array_to_string(statements, ';') as sql from supabase_migrations.schema_migrations order by version",
  );
  const pending = pendingMigrations(readMigrations(folder), z.array(Applied).parse(rows));
  for (const migration of pending) await apply(database, migration);
  if (seed && rows.length === 0) await database.script(readFileSync(seed, 'utf8'));
  return pending.map(({ version }) => version);
}

/** Everything that a new database is made of, packages included: equal texts make equal databases. */
export function ingredients({ migrations, seed }: { migrations: string; seed?: string | undefined }): string[] {
  const files = readMigrations(migrations).flatMap(({ version, name, sql }) => [version, name, sql]);
  return [readFileSync('package-lock.json', 'utf8'), BASELINE, ...files, seed ? readFileSync(seed, 'utf8') : ''];
}

/** The folder's migrations in order. Throws for a .sql file that is not named like one. */
export function readMigrations(folder: string): Migration[] {
  const files = readdirSync(folder)
    .filter((file) => file.endsWith('.sql'))
    .sort();
  return files.map((file) => {
    const [, version, name] = /^(\d{14})_(\w[\w-]*)\.sql$/.exec(file) ?? [];
    if (!version || !name) throw new Error(`migration ${file} is not named <14 digits>_<name>.sql`);
    return { version, name, sql: readFileSync(join(folder, file), 'utf8').replaceAll('\r\n', '\n') };
  });
}

/** What is still to apply. Throws when the database was made by other files than these: it could not be rebuilt from them. */
export function pendingMigrations(files: Migration[], applied: Applied[]): Migration[] {
  const byVersion = new Map(files.map((file) => [file.version, file]));
  for (const { version, name, sql } of applied) {
    const file = byVersion.get(version);
    if (!file) throw new Error(`migration ${version}_${name} was applied to this database, but its file is gone`);
    if (file.sql !== sql)
      throw new Error(
        `migration ${version}_${file.name} was changed after it was applied: restore it and add a new one, or begin with a fresh database`,
      );
  }
  const newest = applied.at(-1)?.version ?? '';
  const pending = files.filter(({ version }) => !applied.some((done) => done.version === version));
  const late = pending.find(({ version }) => version < newest);
  if (late)
    throw new Error(`migration ${late.version}_${late.name} is older than ${newest}, which is already applied: give it a newer number`);
  return pending;
}

async function apply(database: Database, { version, name, sql }: Migration): Promise<void> {
  try {
    await database.transaction(async (transaction) => {
      await transaction.script(sql);
      await transaction.query('insert into supabase_migrations.schema_migrations (version, name, statements) values ($1, $2, array[$3])', [
        version,
        name,
        sql,
      ]);
    });
  } catch (cause) {
    throw new Error(`migration ${version}_${name} failed: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
}
