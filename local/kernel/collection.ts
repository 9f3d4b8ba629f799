import type { z } from 'zod';
import type { Store } from './store';

/** JSON documents by id, kept in memory and on disk: enough for everything but execution histories. */
export class Collection<T> {
  readonly #store: Store;
  readonly #table: string;
  readonly #documents = new Map<string, T>();

  /** `schema` checks a document that comes back from disk. */
  constructor(store: Store, table: string, schema: z.ZodType<T>) {
    if (!/^[a-z_]+$/.test(table)) throw new Error(`not a table name: ${table}`);
    this.#store = store;
    this.#table = table;
    store.db.exec(`create table if not exists ${table} (id text primary key, document text not null) strict`);
    for (const row of store.db.prepare(`select id, document from ${table} order by rowid`).all())
      this.#documents.set(String(row['id']), schema.parse(JSON.parse(String(row['document']))));
  }

  get(id: string): T | undefined {
    return this.#documents.get(id);
  }

  /** In order of first insertion. */
  all(): T[] {
    return [...this.#documents.values()];
  }

  entries(): [string, T][] {
    return [...this.#documents.entries()];
  }

  /** Visible at once; the promise resolves when it is on disk. Call it again after mutating a document. */
  put(id: string, document: T): Promise<void> {
    this.#documents.set(id, document);
    const text = JSON.stringify(document);
    return this.#store.write((db) =>
      db
        .prepare(`insert into ${this.#table} (id, document) values (?, ?) on conflict (id) do update set document = excluded.document`)
        .run(id, text),
    );
  }

  delete(id: string): Promise<void> {
    this.#documents.delete(id);
    return this.#store.write((db) => db.prepare(`delete from ${this.#table} where id = ?`).run(id));
  }
}
