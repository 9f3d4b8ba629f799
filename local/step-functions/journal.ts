import { createHash } from 'node:crypto';
import type { Activity } from '../kernel/activity';
import type { Store } from '../kernel/store';
import { Execution } from './execution';
import { HistoryEvent } from './history';

/** A definition as it was loaded once. */
export interface StoredDefinition {
  id: string;
  text: string;
  createdMs: number;
}

/** Where executions, histories and definitions are kept. */
export interface Journal {
  /** Stores a definition under its content hash, unless it is there. */
  define(definition: unknown): StoredDefinition;
  definition(id: string): StoredDefinition | undefined;
  /** All executions in the order they were started, as they were at the last commit. */
  load(): Execution[];
  /** Notes that the execution has changed. */
  touch(execution: Execution): void;
  append(execution: Execution, event: HistoryEvent): void;
  /** Resolves when everything noted so far is on disk. */
  committed(): Promise<void>;
  /** Events with ids from `first` to `last`, ascending. */
  events(execution: Execution, first: number, last: number): HistoryEvent[];
}

function newDefinition(definition: unknown): StoredDefinition {
  const text = JSON.stringify(definition, undefined, 2);
  return { id: createHash('sha256').update(text).digest('hex'), text, createdMs: Date.now() };
}

/** Keeps everything in this process only. */
export class MemoryJournal implements Journal {
  readonly #definitions = new Map<string, StoredDefinition>();
  readonly #histories = new Map<number, HistoryEvent[]>();
  readonly #done = Promise.resolve();

  define(definition: unknown): StoredDefinition {
    const made = newDefinition(definition);
    const stored = this.#definitions.get(made.id) ?? made;
    this.#definitions.set(stored.id, stored);
    return stored;
  }

  definition(id: string): StoredDefinition | undefined {
    return this.#definitions.get(id);
  }

  load(): Execution[] {
    return [];
  }

  touch(): void {}

  append(execution: Execution, event: HistoryEvent): void {
    const history = this.#histories.get(execution.id);
    if (history) history.push(event);
    else this.#histories.set(execution.id, [event]);
  }

  committed(): Promise<void> {
    return this.#done;
  }

  events(execution: Execution, first: number, last: number): HistoryEvent[] {
    return this.#histories.get(execution.id)?.slice(first - 1, last) ?? [];
  }
}

const TABLES = `
  create table if not exists step_functions_definitions (id text primary key, text text not null, created_ms integer not null) strict;
  create table if not exists step_functions_executions (id integer primary key, document text not null) strict;
  create table if not exists step_functions_events (
    execution_id integer not null, id integer not null, document text not null, primary key (execution_id, id)
  ) strict, without rowid;
`;

/**
 * Keeps everything in the laptop's store. History is appended, never rewritten; an execution's small document (where it stands, no history)
 * is written once per group commit, in one transaction with its events, so that a kill at any moment leaves both at the same point.
 */
export class StoreJournal implements Journal {
  readonly #store: Store;
  readonly #activity: Activity;
  #changed = new Map<Execution, HistoryEvent[]>();
  #commit: Promise<void> = Promise.resolve();
  readonly #statements;

  constructor(store: Store, activity: Activity) {
    this.#store = store;
    this.#activity = activity;
    const { db } = store;
    db.exec(TABLES);
    this.#statements = {
      define: db.prepare('insert into step_functions_definitions (id, text, created_ms) values (?, ?, ?) on conflict do nothing'),
      definition: db.prepare('select id, text, created_ms from step_functions_definitions where id = ?'),
      load: db.prepare('select document from step_functions_executions order by id'),
      save: db.prepare(
        'insert into step_functions_executions (id, document) values (?, ?) on conflict (id) do update set document = excluded.document',
      ),
      append: db.prepare('insert into step_functions_events (execution_id, id, document) values (?, ?, ?)'),
      events: db.prepare('select document from step_functions_events where execution_id = ? and id between ? and ? order by id'),
    };
  }

  define(definition: unknown): StoredDefinition {
    const made = newDefinition(definition);
    this.#statements.define.run(made.id, made.text, made.createdMs);
    return this.definition(made.id) ?? made;
  }

  definition(id: string): StoredDefinition | undefined {
    const row = this.#statements.definition.get(id);
    return row && { id, text: String(row['text']), createdMs: Number(row['created_ms']) };
  }

  load(): Execution[] {
    return this.#statements.load.all().map((row) => Execution.parse(JSON.parse(String(row['document']))));
  }

  touch(execution: Execution): void {
    this.#pending(execution);
  }

  append(execution: Execution, event: HistoryEvent): void {
    this.#pending(execution).push(event);
  }

  committed(): Promise<void> {
    return this.#commit;
  }

  events(execution: Execution, first: number, last: number): HistoryEvent[] {
    const stored = this.#statements.events.all(execution.id, first, last).map((row) => HistoryEvent.parse(JSON.parse(String(row['document']))));
    const pending = this.#changed.get(execution)?.filter(({ id }) => id >= first && id <= last) ?? [];
    return [...stored, ...pending];
  }

  /** The execution's events that wait for the next commit, which the first of them asks for. */
  #pending(execution: Execution): HistoryEvent[] {
    if (this.#changed.size === 0) this.#commit = this.#activity.during(() => this.#store.write(() => this.#flush()));
    const events = this.#changed.get(execution) ?? [];
    this.#changed.set(execution, events);
    return events;
  }

  #flush(): void {
    for (const [execution, events] of this.#changed) {
      this.#statements.save.run(execution.id, JSON.stringify(execution));
      for (const event of events) this.#statements.append.run(execution.id, event.id, JSON.stringify(event));
    }
    this.#changed = new Map();
  }
}
