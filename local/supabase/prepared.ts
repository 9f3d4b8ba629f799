import type { PGlite } from '@electric-sql/pglite';

/** What a session needs to send a statement again: its name and the types of its parameters (OIDs). */
interface Prepared {
  name: string;
  types: number[];
  fields: { name: string; dataTypeID: number }[];
}

/** More than the statements of a process; a list in a filter can make any number. */
const MOST = 1000;

/**
 * Makes `driver.query` prepare each statement once and then send Bind, Execute and Sync as one message. PGlite's own sends Parse, Describe,
 * Bind, Describe, Execute and Sync one by one, and Postgres plans the statement anew: half of a short statement's time.
 */
export async function prepareOnce(driver: PGlite): Promise<void> {
  const { messages, protocol } = await import('@electric-sql/pglite');
  const { serialize } = protocol;
  const known = new Map<string, Prepared>();
  let made = 0;

  const prepare = async (sql: string): Promise<Prepared> => {
    if (known.size >= MOST) {
      known.clear();
      await driver.execProtocolStream(serialize.query('deallocate all'));
    }
    const name = `s${(made += 1)}`;
    const text = joined([serialize.parse({ name, text: sql }), serialize.describe({ type: 'S', name }), serialize.sync()]);
    const prepared: Prepared = { name, types: [], fields: [] };
    for (const answer of await driver.execProtocolStream(text)) {
      if (answer instanceof messages.ParameterDescriptionMessage) prepared.types = answer.dataTypeIDs;
      if (answer instanceof messages.RowDescriptionMessage) prepared.fields = answer.fields;
    }
    known.set(sql, prepared);
    return prepared;
  };

  const run = async (sql: string, parameters: unknown[]) => {
    const { name, types, fields } = known.get(sql) ?? (await prepare(sql));
    const values = parameters.map((value, index) => asText(value, driver.serializers[types[index] ?? 0]));
    const text = joined([serialize.bind({ statement: name, values }), serialize.execute({}), serialize.sync()]);
    const rows: Record<string, unknown>[] = [];
    let affectedRows = 0;
    for (const answer of await driver.execProtocolStream(text)) {
      if (answer instanceof messages.DataRowMessage) rows.push(rowOf(answer.fields, fields, driver.parsers));
      if (answer instanceof messages.CommandCompleteMessage) affectedRows = countOf(answer.text);
    }
    return { rows, fields, affectedRows };
  };

  const query = async (sql: string, parameters: unknown[] = []) => {
    try {
      return await run(sql, parameters);
    } catch (cause) {
      if (isOutdated(cause)) known.delete(sql); // a table has changed since: the next call prepares it anew
      throw cause;
    }
  };
  Object.assign(driver, {
    query: (sql: string, parameters?: unknown[]) =>
      driver._runExclusiveTransaction(() => driver._runExclusiveQuery(() => query(sql, parameters))),
  });
}

type Serializer = PGlite['serializers'][number];

function asText(value: unknown, serializer: Serializer | undefined): string | null {
  if (value === null || value === undefined) return null;
  return serializer ? serializer(value) : String(value);
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

function joined(parts: Uint8Array[]): Uint8Array {
  return Buffer.concat(parts);
}
