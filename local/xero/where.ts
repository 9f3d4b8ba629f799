/** A value that a `where` filter or an `order` compares: dates are milliseconds. */
export type Value = string | number | boolean | null;

/** One row as a filter sees it: Xero's field names to values; undefined means that the field does not exist. */
export type Row = (field: string) => Value | undefined;

type Predicate = (row: Row) => boolean;

/** Xero cannot read the filter; `message` is what it answers. */
export class QueryError extends Error {
  override readonly name = 'QueryError';
}

const TOKEN = /\s*(?:(AND|OR|&&|\|\||==|!=|>=|<=|=|>|<|\(|\)|,)|"([^"]*)"|(-?\d+(?:\.\d+)?)|([A-Za-z][\w.]*))/iy;
interface Token {
  kind: 'symbol' | 'text' | 'number' | 'word';
  text: string;
}

/** Reads a `where` filter: comparisons, AND, OR, parentheses, DateTime(…), Guid("…"), Contains, StartsWith, EndsWith. Throws QueryError. */
export function parseWhere(where: string): Predicate {
  const parser = new Parser(tokens(where));
  const predicate = parser.any();
  parser.end();
  return predicate;
}

/** Reads an `order`, for example `UpdatedDateUTC DESC, InvoiceNumber`. */
export function parseOrder(order: string): (a: Row, b: Row) => number {
  const keys = order.split(',').map((part) => {
    const [field = '', direction = 'ASC'] = part.trim().split(/\s+/);
    return { field, sign: /^desc/i.test(direction) ? -1 : 1 };
  });
  return (a, b) => {
    for (const { field, sign } of keys) {
      const difference = compare(valueOf(a, field), valueOf(b, field));
      if (difference !== 0) return difference * sign;
    }
    return 0;
  };
}

function tokens(where: string): Token[] {
  const found: Token[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < where.trimEnd().length) {
    const at = TOKEN.lastIndex;
    const match = TOKEN.exec(where);
    if (!match) throw new QueryError(`Syntax error (at index ${at})`);
    const [, symbol, text, number, word] = match;
    if (symbol !== undefined) found.push({ kind: 'symbol', text: symbol.toUpperCase() });
    else if (text !== undefined) found.push({ kind: 'text', text });
    else if (number !== undefined) found.push({ kind: 'number', text: number });
    else found.push({ kind: 'word', text: word ?? '' });
  }
  return found;
}

class Parser {
  readonly #tokens: Token[];
  #at = 0;

  constructor(tokens: Token[]) {
    this.#tokens = tokens;
  }

  any(): Predicate {
    let left = this.#all();
    while (this.#take('OR') || this.#take('||')) {
      const [first, second] = [left, this.#all()];
      left = (row) => first(row) || second(row);
    }
    return left;
  }

  end(): void {
    if (this.#at < this.#tokens.length) throw new QueryError(`Syntax error (at ${this.#tokens[this.#at]?.text})`);
  }

  #all(): Predicate {
    let left = this.#one();
    while (this.#take('AND') || this.#take('&&')) {
      const [first, second] = [left, this.#one()];
      left = (row) => first(row) && second(row);
    }
    return left;
  }

  #one(): Predicate {
    if (this.#take('(')) {
      const inner = this.any();
      this.#expect(')');
      return inner;
    }
    const field = this.#next('word').text;
    const method = /^(.+)\.(Contains|StartsWith|EndsWith)$/.exec(field);
    return method ? this.#textTest(method[1] ?? '', method[2] ?? '') : this.#comparison(field);
  }

  #textTest(field: string, method: string): Predicate {
    this.#expect('(');
    const { text } = this.#next('text');
    this.#expect(')');
    return (row) => {
      const value = String(valueOf(row, field) ?? '');
      if (method === 'Contains') return value.includes(text);
      return method === 'StartsWith' ? value.startsWith(text) : value.endsWith(text);
    };
  }

  #comparison(field: string): Predicate {
    const operator = this.#next('symbol').text;
    const value = this.#literal();
    switch (operator) {
      case '=':
      case '==':
        return (row) => compare(valueOf(row, field), value) === 0;
      case '!=':
        return (row) => compare(valueOf(row, field), value) !== 0;
      case '>':
        return (row) => compare(valueOf(row, field), value) > 0;
      case '>=':
        return (row) => compare(valueOf(row, field), value) >= 0;
      case '<':
        return (row) => compare(valueOf(row, field), value) < 0;
      case '<=':
        return (row) => compare(valueOf(row, field), value) <= 0;
      default:
        throw new QueryError(`Syntax error (at ${operator})`);
    }
  }

  #literal(): Value {
    const token = this.#tokens[this.#at++];
    if (token?.kind === 'text') return token.text;
    if (token?.kind === 'number') return Number(token.text);
    const word = token?.kind === 'word' ? token.text.toLowerCase() : '';
    if (word === 'true' || word === 'false') return word === 'true';
    if (word === 'null') return null;
    if (word === 'guid') return this.#guid();
    if (word === 'datetime') return this.#dateTime();
    throw new QueryError(`Expression expected (at ${token?.text ?? 'the end'})`);
  }

  #guid(): string {
    this.#expect('(');
    const { text } = this.#next('text');
    this.#expect(')');
    return text.toLowerCase();
  }

  #dateTime(): number {
    const parts: number[] = [];
    this.#expect('(');
    do parts.push(Number(this.#next('number').text));
    while (this.#take(','));
    this.#expect(')');
    const [year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0] = parts;
    return Date.UTC(year, month - 1, day, hour, minute, second);
  }

  #take(symbol: string): boolean {
    const token = this.#tokens[this.#at];
    if (token?.kind !== 'symbol' || token.text !== symbol) return false;
    this.#at += 1;
    return true;
  }

  #expect(symbol: string): void {
    if (!this.#take(symbol)) throw new QueryError(`'${symbol}' expected`);
  }

  #next(kind: Token['kind']): Token {
    const token = this.#tokens[this.#at++];
    if (token?.kind !== kind) throw new QueryError(`Syntax error (at ${token?.text ?? 'the end'})`);
    return token;
  }
}

function valueOf(row: Row, field: string): Value {
  const value = row(field);
  if (value === undefined) throw new QueryError(`No property or field '${field}' exists in type 'Invoice'`);
  return value;
}

function compare(a: Value, b: Value): number {
  if (a === b) return 0;
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  return String(a ?? '') < String(b ?? '') ? -1 : 1;
}
