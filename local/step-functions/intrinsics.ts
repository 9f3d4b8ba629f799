import { createHash, randomUUID } from 'node:crypto';
import { z } from 'zod';
import { DefinitionError, StateError } from './errors';
import { compilePath, readPath, type Scope } from './paths';

/** A compiled expression. */
export type Expression = (scope: Scope) => unknown;

/** Compiles `States.Format('…', $.x)` and its like; throws DefinitionError for a function that is not implemented. */
export function compileIntrinsic(text: string): Expression {
  const parser = new Parser(text);
  const call = parser.call();
  parser.end();
  return call;
}

/** Arguments are checked when the function runs, as AWS does: a wrong one is `States.IntrinsicFailure`. */
function define<A extends z.ZodType>(args: A, apply: (args: z.infer<A>) => unknown) {
  return (values: unknown[], text: string): unknown => {
    const parsed = args.safeParse(values);
    if (!parsed.success) throw new StateError('States.IntrinsicFailure', `Wrong arguments for ${text}`);
    return apply(parsed.data);
  };
}

const any = z.unknown();
const list = z.array(any);
const object = z.record(z.string(), any);
const text = z.string();
const whole = z.int();
const json = (value: unknown) => JSON.stringify(value);

// https://docs.aws.amazon.com/step-functions/latest/dg/intrinsic-functions.html; MathRandom and StringSplit are not implemented.
const FUNCTIONS = new Map(
  Object.entries({
    Format: define(z.tuple([text], any), ([form, ...values]) => format(form, values)),
    Array: define(list, (values) => values),
    ArrayContains: define(z.tuple([list, any]), ([values, wanted]) => values.some((value) => json(value) === json(wanted))),
    ArrayGetItem: define(z.tuple([list, whole]), ([values, index]) => element(values, index)),
    ArrayLength: define(z.tuple([list]), ([values]) => values.length),
    ArrayPartition: define(z.tuple([list, whole.positive()]), ([values, size]) => partition(values, size)),
    ArrayRange: define(z.tuple([whole, whole, whole]), ([from, to, by]) => range(from, to, by)),
    ArrayUnique: define(z.tuple([list]), ([values]) => [...new Map(values.map((value) => [json(value), value])).values()]),
    Base64Encode: define(z.tuple([text]), ([value]) => Buffer.from(value).toString('base64')),
    Base64Decode: define(z.tuple([text]), ([value]) => Buffer.from(value, 'base64').toString()),
    Hash: define(z.tuple([any, z.enum(['MD5', 'SHA-1', 'SHA-256', 'SHA-384', 'SHA-512'])]), ([value, algorithm]) => hash(value, algorithm)),
    JsonMerge: define(z.tuple([object, object, z.literal(false)]), ([left, right]) => ({ ...left, ...right })),
    JsonToString: define(z.tuple([any]), ([value]) => json(value)),
    MathAdd: define(z.tuple([whole, whole]), ([left, right]) => left + right),
    StringToJson: define(z.tuple([text]), ([value]) => parseJson(value)),
    UUID: define(z.tuple([]), () => randomUUID()),
  }),
);

function format(form: string, values: unknown[]): string {
  const left = [...values];
  return form.replaceAll(/\\([{}])|\{\}/g, (_match, escaped: string | undefined) => {
    if (escaped) return escaped;
    if (left.length === 0) throw new StateError('States.IntrinsicFailure', 'States.Format has more {} than arguments');
    const value = left.shift();
    return typeof value === 'string' ? value : json(value);
  });
}

function element(values: unknown[], index: number): unknown {
  if (index < 0 || index >= values.length) throw new StateError('States.IntrinsicFailure', `no element ${index} in States.ArrayGetItem`);
  return values[index];
}

function partition(values: unknown[], size: number): unknown[][] {
  return Array.from({ length: Math.ceil(values.length / size) }, (_, part) => values.slice(part * size, (part + 1) * size));
}

function range(from: number, to: number, by: number): number[] {
  const length = by === 0 ? Number.NaN : Math.max(0, Math.floor((to - from) / by) + 1);
  if (!(length <= 1000)) throw new StateError('States.IntrinsicFailure', 'States.ArrayRange gives at most 1000 numbers');
  return Array.from({ length }, (_, step) => from + step * by);
}

function hash(value: unknown, algorithm: string): string {
  const data = typeof value === 'string' ? value : json(value);
  return createHash(algorithm.replace('-', '').toLowerCase()).update(data).digest('hex');
}

function parseJson(value: string): unknown {
  try {
    return JSON.parse(value);
  } catch {
    throw new StateError('States.IntrinsicFailure', 'States.StringToJson was given no JSON');
  }
}

/** `call = States.Name(argument, …)`; an argument is a 'string', a number, true, false, null, a path or a call. */
class Parser {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  call(): Expression {
    const name = this.#take(/States\.(\w+)\s*\(\s*/y)?.[1];
    const run = name === undefined ? undefined : FUNCTIONS.get(name);
    if (!run) throw new DefinitionError(`the intrinsic function in '${this.#text}' is not implemented`);
    const args: Expression[] = [];
    while (!this.#take(/\s*\)/y)) {
      if (args.length > 0 && !this.#take(/\s*,\s*/y)) throw this.#malformed();
      args.push(this.#argument());
    }
    return (scope) =>
      run(
        args.map((arg) => arg(scope)),
        this.#text,
      );
  }

  end(): void {
    if (this.#at !== this.#text.length) throw this.#malformed();
  }

  #argument(): Expression {
    const quoted = this.#take(/'((?:[^'\\]|\\.)*)'/y)?.[1];
    if (quoted !== undefined) return constant(quoted.replaceAll(/\\(['\\])/g, '$1'));
    const literal = this.#take(/(?:-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)(?=\s*[,)])/y)?.[0];
    if (literal !== undefined) return constant(JSON.parse(literal));
    const path = this.#take(/\$(?:'[^']*'|"[^"]*"|[^,)'"])*/y)?.[0];
    if (path === undefined) return this.call();
    const compiled = compilePath(path.trimEnd());
    return (scope) => readPath(compiled, scope);
  }

  #take(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.#at;
    const match = pattern.exec(this.#text) ?? undefined;
    if (match) this.#at = pattern.lastIndex;
    return match;
  }

  #malformed(): DefinitionError {
    return new DefinitionError(`'${this.#text}' is not an intrinsic function call`);
  }
}

function constant(value: unknown): Expression {
  return () => value;
}
