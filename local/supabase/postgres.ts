import { z } from 'zod';
import type { Sql } from 'postgres';
import type { Database, Session } from './database';
import type { Statement } from './prepared';
import { keepingWarnings } from './quiet';
import { requestContext } from './request-context';
import { postgresFormats } from './value-formats';

/** Connects to a real Postgres server. */
export async function openPostgres(url: string): Promise<Database> {
  const { createPostgresConnection } = await keepingWarnings(() => import('@supabase/lite/postgres'));
  const connection = createPostgresConnection({ url, postgresOptions: { types: postgresFormats, onnotice: () => undefined } });
  const { driver } = connection;
  prepareOnce(driver);
  Object.assign(connection, requestContext(sendIn));
  const sessionOf = (sql: Pick<typeof driver, 'unsafe'>): Session => ({
    query: async (text, parameters = []) => [...(await sql.unsafe(text, parameters))],
    script: async (text) => void (await sql.unsafe(text)),
  });
  return {
    ...sessionOf(driver),
    connection,
    isSingleSession: false,
    atOnce: (last, before = []) => atOnce(driver, [...before, last]),
    transaction: async (work) => {
      await driver.begin((sql) => work(sessionOf(sql)));
    },
    close: () => connection.close(),
  };
}

const BEGIN: Statement = ['begin', []];
const COMMIT: Statement = ['commit', []];

/** postgres.js sends what it is given without waiting for answers. After a failure the rest fails too, and `commit` rolls back. */
async function atOnce(driver: Pick<Sql, 'reserve'>, statements: readonly Statement[]): Promise<unknown[]> {
  const session = await driver.reserve();
  try {
    const all = [BEGIN, ...statements, COMMIT].map(([sql, parameters]) => session.unsafe(sql, [...parameters], { prepare: true }));
    const answers = await Promise.allSettled(all);
    for (const answer of answers) if (answer.status === 'rejected') throw answer.reason;
    const last = answers.at(-2);
    return last?.status === 'fulfilled' ? [...last.value] : [];
  } finally {
    session.release();
  }
}

interface Unsafe {
  unsafe(text: string, parameters?: never[], options?: { prepare?: boolean }): unknown;
}

/** postgres.js asks for the types of a statement that it does not prepare each time, which doubles the way to the server and back. */
function prepareOnce(driver: Unsafe & { reserve(): Promise<Unsafe> }): void {
  const reserve = driver.reserve.bind(driver);
  Object.assign(preparing(driver), { reserve: async () => preparing(await reserve()) });
}

function preparing<T extends Unsafe>(sql: T): T {
  const unsafe = sql.unsafe.bind(sql);
  return Object.assign(sql, {
    unsafe: (text: string, parameters: never[] = [], options = {}) => unsafe(text, parameters, { prepare: true, ...options }),
  });
}

const Executor = z.custom<{ executeQuery(query: unknown): Promise<unknown> }>(
  (value) => typeof value === 'object' && value !== null && 'executeQuery' in value,
);

/** lite's executor is a transaction of kysely, which takes a query that is compiled already. */
function sendIn(executor: unknown) {
  const transaction = Executor.parse(executor);
  return (sql: string, parameters: string[]) =>
    transaction.executeQuery({ sql, parameters, query: { kind: 'RawNode', sqlFragments: [sql], parameters: [] } });
}
