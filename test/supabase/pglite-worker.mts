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

async function answer(order: Order): Promise<Answer> {
  try {
    return { id: order.id, rows: await run(order) };
  } catch (thrown) {
    const { message, code, hint } = thrown as { message: string; code?: string; hint?: string };
    return { id: order.id, rows: [], error: { message, code, hint } };
  }
}

parentPort?.on('message', (order: Order) => {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
  void answer(order).then((answered) => parentPort?.postMessage(answered));
});
