import { createHash } from 'node:crypto';
import type { Execution } from './execution';
import type { HistoryEvent } from './history';

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

/** A definition that is stored for the first time. */
export function newDefinition(definition: unknown): StoredDefinition {
  const text = JSON.stringify(definition, undefined, 2);
  return { id: createHash('sha256').update(text).digest('hex'), text, createdMs: Date.now() };
}
