import type { Execution } from './execution';
import type { HistoryEvent } from './history';
import { type Journal, newDefinition, type StoredDefinition } from './journal';

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
