import type { messages, PGlite, protocol } from '@electric-sql/pglite';

/** What a session needs to send a statement again: its name, the types of its parameters (OIDs) and its columns. */
interface Prepared {
  name: string;
  types: number[];
  fields: { name: string; dataTypeID: number }[];
}

interface Answer {
  rows: Record<string, unknown>[];
  fields: Prepared['fields'];
  affectedRows: number;
}

/** One statement with `$1` parameters. */
export type Statement = readonly [sql: string, parameters: readonly string[]];

export interface PreparedSession {
  /** Sends a statement whose rows nobody reads together with the next one, which fails if it does; BEGIN always goes so. */
  later: (sql: string, parameters: unknown[]) => Promise<void>;
  /** A transaction in one message. Answers the rows of its last statement; rolls back and throws what Postgres says if one fails. */
  atOnce: (last: Statement, before?: readonly Statement[]) => Promise<Answer['rows']>;
}

/** More than the statements of a process; a list in a filter can make any number. */
const MOST = 1000;

/**
 * Makes `driver.query` prepare each statement once and then send Bind, Execute and Sync as one message. PGlite's own sends Parse, Describe,
 * Bind, Describe, Execute and Sync one by one, and Postgres plans the statement anew: half of a short statement's time.
 */
export async function prepareOnce(driver: PGlite): Promise<PreparedSession> {
  const statements = new Statements(driver, await import('@electric-sql/pglite'));
  const exclusively = <T>(work: () => Promise<T>) => driver._runExclusiveTransaction(() => driver._runExclusiveQuery(work));
  const later = (sql: string, parameters: unknown[]) => exclusively(() => statements.defer(sql, parameters));
  Object.assign(driver, {
    async query(sql: string, parameters: unknown[] = []): Promise<Answer> {
      if (sql !== 'BEGIN') return exclusively(() => statements.query(sql, parameters));
      await later(sql, parameters);
      return { rows: [], fields: [], affectedRows: 0 };
    },
  });
  return { later, atOnce: (last, before) => exclusively(() => statements.atOnce(last, before)) };
}

/** The parts of PGlite's module that speak Postgres' protocol. */
interface Protocol {
  messages: typeof messages;
  protocol: typeof protocol;
}

class Statements {
  readonly #driver: PGlite;
  readonly #protocol: Protocol;
  readonly #known = new Map<string, Prepared>();
  #deferred: Uint8Array[][] = [];
  #made = 0;

  constructor(driver: PGlite, protocol: Protocol) {
    this.#driver = driver;
    this.#protocol = protocol;
  }

  async defer(sql: string, parameters: readonly unknown[]): Promise<void> {
    this.#deferred.push(this.#bound(await this.#prepared(sql), parameters));
  }

  async query(sql: string, parameters: readonly unknown[]): Promise<Answer> {
    const { messages, protocol } = this.#protocol;
    const prepared = await this.#prepared(sql);
    const deferred = this.#deferred;
    this.#deferred = [];
    const message = [...deferred.flat(), ...this.#bound(prepared, parameters), protocol.serialize.sync()];
    let before = deferred.length;
    const rows: Answer['rows'] = [];
    let affectedRows = 0;
    for (const answer of await this.#send(sql, message)) {
      if (answer instanceof messages.DataRowMessage && before === 0) rows.push(rowOf(answer.fields, prepared.fields, this.#driver.parsers));
      if (!(answer instanceof messages.CommandCompleteMessage)) continue;
      if (before === 0) affectedRows = countOf(answer.text);
      before -= 1;
    }
    return { rows, fields: prepared.fields, affectedRows };
  }

  /** What comes before a Sync is one transaction (https://www.postgresql.org/docs/current/protocol-flow.html#PROTOCOL-FLOW-PIPELINING). */
  async atOnce([last, itsParameters]: Statement, before: readonly Statement[] = []): Promise<Answer['rows']> {
    try {
      for (const [sql, parameters] of before) await this.defer(sql, parameters);
      return (await this.query(last, itsParameters)).rows;
    } finally {
      this.#deferred = [];
    }
  }

  async #send(sql: string, message: Uint8Array[]) {
    try {
      return await this.#driver.execProtocolStream(Buffer.concat(message));
    } catch (cause) {
      if (isOutdated(cause)) this.#known.delete(sql); // a table has changed since: the next call prepares it anew
      throw cause;
    }
  }

  async #prepared(sql: string): Promise<Prepared> {
    return this.#known.get(sql) ?? this.#prepare(sql);
  }

  async #prepare(sql: string): Promise<Prepared> {
    const { messages, protocol } = this.#protocol;
    const { serialize } = protocol;
    if (this.#known.size >= MOST && this.#deferred.length === 0) {
      this.#known.clear();
      await this.#driver.execProtocolStream(serialize.query('deallocate all'));
    }
    const name = `s${(this.#made += 1)}`;
    const message = [serialize.parse({ name, text: sql }), serialize.describe({ type: 'S', name }), serialize.sync()];
    const prepared: Prepared = { name, types: [], fields: [] };
    for (const answer of await this.#driver.execProtocolStream(Buffer.concat(message))) {
      if (answer instanceof messages.ParameterDescriptionMessage) prepared.types = answer.dataTypeIDs;
      if (answer instanceof messages.RowDescriptionMessage) prepared.fields = answer.fields;
    }
    this.#known.set(sql, prepared);
    return prepared;
  }

  #bound({ name, types }: Prepared, parameters: readonly unknown[]): Uint8Array[] {
    const { serialize } = this.#protocol.protocol;
    const values = parameters.map((value, index) => asText(value, this.#driver.serializers[types[index] ?? 0]));
    return [serialize.bind({ statement: name, values }), serialize.execute({})];
  }
}

function asText(value: unknown, serializer: PGlite['serializers'][number] | undefined): string | null {
  if (value === null || value === undefined) return null;
  if (serializer) return serializer(value);
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function rowOf(values: (string | null)[], fields: Prepared['fields'], parsers: PGlite['parsers']): Record<string, unknown> {
  const row: Record<string, unknown> = {};
  for (const [index, { name, dataTypeID }] of fields.entries()) {
    const value = values[index] ?? null;
    const parser = parsers[dataTypeID];
    row[name] = value === null || !parser ? value : parser(value, dataTypeID);
  }
  return row;
}

/** `INSERT 0 2`, `UPDATE 1`; statements that only read change nothing. */
function countOf(tag: string): number {
  const [command = '', ...counts] = tag.split(' ');
  return ['INSERT', 'UPDATE', 'DELETE', 'MERGE', 'COPY'].includes(command) ? Number(counts.at(-1)) : 0;
}

const isOutdated = (cause: unknown) =>
  cause instanceof Error && 'code' in cause && cause.code === '0A000' && cause.message.startsWith('cached plan');
