import { DatabaseSync } from 'node:sqlite';

/** A change to the laptop's state; runs inside one transaction with its neighbours. */
export type Change = (db: DatabaseSync) => void;

/** The local stack's own state (not the product's): one SQLite file that survives a kill at any moment. */
export class Store {
  readonly db: DatabaseSync;
  #changes: Change[] = [];
  #commit: Promise<void> | undefined;

  /** `file` is a path, or ':memory:'. */
  constructor(file: string) {
    this.db = new DatabaseSync(file);
    this.db.exec('pragma journal_mode = wal; pragma synchronous = normal;');
  }

  /** Queues `change` for the next group commit; the promise resolves when it is on disk. Acknowledge to a caller only after that. */
  write(change: Change): Promise<void> {
    this.#changes.push(change);
    this.#commit ??= new Promise((resolve, reject) => setImmediate(() => this.#flush(resolve, reject)));
    return this.#commit;
  }

  /** Commits what is queued and closes the file. */
  close(): void {
    this.#flush(
      () => undefined,
      (cause) => {
        throw cause;
      },
    );
    this.db.close();
  }

  #flush(resolve: () => void, reject: (cause: unknown) => void): void {
    const changes = this.#changes.splice(0);
    this.#commit = undefined;
    if (changes.length === 0 || !this.db.isOpen) return resolve();
    this.db.exec('begin');
    try {
      for (const change of changes) change(this.db);
      this.db.exec('commit');
      resolve();
    } catch (cause) {
      this.db.exec('rollback');
      reject(cause);
    }
  }
}
