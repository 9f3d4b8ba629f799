/** Postgres in a thread of its own: jest's modules cannot load WebAssembly by dynamic import. Answers each message {id, statements}. */
import { parentPort, workerData } from 'node:worker_threads';
import { PGlite } from '@electric-sql/pglite';

export interface Order {
  id: number;
  /** Run in one transaction; statements without `parameters` may be scripts. */
  statements: { sql: string; parameters?: unknown[] | undefined }[];
  /** The answer brings the data folder as it is after that. */
  dump?: boolean;
}
export interface Answer {
  id: number;
  /** Of the last statement. */
  rows: Record<string, unknown>[];
  error?: { message: string; code: string | undefined; hint: string | undefined } | undefined;
  tar?: Blob | undefined;
}

const { loadDataDir } = workerData as { loadDataDir: Blob | undefined };
const pg = await PGlite.create(loadDataDir ? { loadDataDir } : {});

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

async function dump(): Promise<Blob> {
  await pg.exec('checkpoint');
  return pg.dumpDataDir('none');
}

async function answer(order: Order): Promise<Answer> {
  try {
    const rows = await run(order);
    return { id: order.id, rows, tar: order.dump ? await dump() : undefined };
  } catch (thrown) {
    const { message, code, hint } = thrown as { message: string; code?: string; hint?: string };
    return { id: order.id, rows: [], error: { message, code, hint } };
  }
}

parentPort?.on('message', (order: Order) => {
  void answer(order).then((answered) => parentPort?.postMessage(answered, []));
});
