/** Postgres in a thread of its own: jest's modules cannot load WebAssembly by dynamic import. Answers each message {id, statements}. */
import { parentPort } from 'node:worker_threads';
import { PGlite } from '@electric-sql/pglite';

export interface Order {
  id: number;
  /** Run in one transaction; statements without `parameters` may be scripts. */
  statements: { sql: string; parameters?: unknown[] | undefined }[];
}
export interface Answer {
  id: number;
  /** Of the last statement. */
  rows: Record<string, unknown>[];
  error?: { message: string; code: string | undefined; hint: string | undefined } | undefined;
}

const pg = await PGlite.create();

async function run({ statements }: Order): Promise<Record<string, unknown>[]> {
  return pg.transaction(async (tx) => {
    let rows: Record<string, unknown>[] = [];
    for (const { sql, parameters } of statements) {
      if (parameters) rows = (await tx.query<Record<string, unknown>>(sql, parameters)).rows;
      else await tx.exec(sql);
    }
    return rows;
  });
}

parentPort?.on('message', async (order: Order) => {
  const answer: Answer = { id: order.id, rows: [] };
  try {
    answer.rows = await run(order);
  } catch (thrown) {
    const { message, code, hint } = thrown as { message: string; code?: string; hint?: string };
    answer.error = { message, code, hint };
  }
  parentPort?.postMessage(answer);
});
