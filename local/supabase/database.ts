import type { Connection } from '@supabase/lite';
import { asPostgrestError } from './database-errors';
import { openPglite } from './pglite';
import { openPostgres } from './postgres';
import type { Statement } from './prepared';
import { expectedError } from './quiet';
import type { Settings } from './settings';

/** Statements in one session. Rows are unknown: parse them. */
export interface Session {
  /** One statement with `$1` parameters. */
  query(sql: string, parameters?: (string | number | boolean | null)[]): Promise<unknown[]>;
  /** Any number of statements without parameters. */
  script(sql: string): Promise<void>;
}

/** Postgres behind the embedded Supabase: PGlite, or a real server. */
export interface Database extends Session {
  /** The same database as lite sees it. */
  connection: Connection;
  /** Everything runs in a single session, so requests must not overlap. */
  isSingleSession: boolean;
  /** A transaction in one message. Answers the rows of its last statement; rolls back and throws what Postgres says if one fails. */
  atOnce: (last: Statement, before?: readonly Statement[]) => Promise<unknown[]>;
  transaction(work: (session: Session) => Promise<void>): Promise<void>;
  /** Of a new database that the next one like it may be copied from: to be called when it is migrated and nobody has used it yet. */
  keep?: () => Promise<void>;
  close(): Promise<void>;
}

/** Opens the database that `settings` name and mends what lite gets wrong about any. */
export async function openDatabase(settings: Settings): Promise<Database> {
  const database = settings.databaseUrl ? await openPostgres(settings.databaseUrl) : await openPglite(settings);
  database.connection.normalizeDbError = (cause) => expectedError(asPostgrestError(cause));
  // Any other state makes lite GRANT ALL on all tables at the first request, which undoes REVOKEs; the baseline has made the grants.
  Reflect.set(database.connection, 'rlsState', 'active');
  return database;
}
