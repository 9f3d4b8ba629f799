import { z } from 'zod';
import type { Activity } from '../kernel/activity';
import type { Store } from '../kernel/store';
import { Execution } from './execution';
import { HistoryEvent } from './history';
import { type Journal, newDefinition, type StoredDefinition } from './journal';

const History = z.array(HistoryEvent);

const TABLES = `
  create table if not exists step_functions_definitions (id text primary key, text text not null, created_ms integer not null) strict;
  create table if not exists step_functions_executions (id integer primary key, document text not null) strict;
  create table if not exists step_functions_history (
    execution_id integer not null, first_id integer not null, last_id integer not null, events text not null,
    primary key (execution_id, first_id)
  ) strict, without rowid;
`;

/**
 * Keeps everything in the laptop's store. History is appended (one row for the events of one commit), never rewritten; an execution's
 * small document (where it stands, no history) is written once per group commit, in one transaction with its events, so that a kill at
 * any moment leaves both at the same point.
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
      append: db.prepare('insert into step_functions_history (execution_id, first_id, last_id, events) values (?, ?, ?, ?)'),
      events: db.prepare(
        'select events from step_functions_history where execution_id = ? and last_id >= ? and first_id <= ? order by first_id',
      ),
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
    const rows = this.#statements.events.all(execution.id, first, last);
    const stored = rows.flatMap((row) => History.parse(JSON.parse(String(row['events']))));
    const pending = this.#changed.get(execution) ?? [];
    return [...stored, ...pending].filter(({ id }) => id >= first && id <= last);
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
      const [first, last] = [events[0], events.at(-1)];
      if (first && last) this.#statements.append.run(execution.id, first.id, last.id, JSON.stringify(events));
    }
    this.#changed = new Map();
  }
}
