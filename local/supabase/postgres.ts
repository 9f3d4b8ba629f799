import type { Database, Session } from './database';
import { keepingWarnings } from './quiet';
import { postgresFormats } from './value-formats';

/** Connects to a real Postgres server. */
export async function openPostgres(url: string): Promise<Database> {
  const { createPostgresConnection } = await keepingWarnings(() => import('@supabase/lite/postgres'));
  const connection = createPostgresConnection({ url, postgresOptions: { types: postgresFormats, onnotice: () => undefined } });
  const { driver } = connection;
  const sessionOf = (sql: Pick<typeof driver, 'unsafe'>): Session => ({
    query: async (text, parameters = []) => [...(await sql.unsafe(text, parameters))],
    script: async (text) => void (await sql.unsafe(text)),
  });
  return {
    ...sessionOf(driver),
    connection,
    singleSession: false,
    transaction: async (work) => {
      await driver.begin((sql) => work(sessionOf(sql)));
    },
    close: () => connection.close(),
  };
}
