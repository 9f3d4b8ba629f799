import { DefinitionError, runtimeError, StateError } from './errors';
import { isObject, type JsonObject } from './json';

/** What an expression can see: a state's data as `$`, the context object as `$$` (made only when it is asked for). */
export interface Scope {
  input: unknown;
  context(): unknown;
}

/** A compiled JSONPath; `read` gives undefined where nothing is. */
export interface Path {
  text: string;
  read(scope: Scope): unknown;
}

type Segment = string | number;

// $.a.b, $.a[0] and $['a b']: what AWS calls a reference path. Wildcards, slices, filters and `..` are refused.
const SEGMENT = /\.([\p{L}\p{N}_-]+)|\[(\d+)\]|\['([^'\\]+)'\]|\["([^"\\]+)"\]/uy;

/** Compiles a path into the state's data (`$…`) or the context object (`$$…`); throws DefinitionError. */
export function compilePath(text: string): Path {
  if (!text.startsWith('$')) throw new DefinitionError(`'${text}' is not a path`);
  const inContext = text.startsWith('$$');
  const segments = parseSegments(text, inContext ? 2 : 1);
  return { text, read: (scope) => segments.reduce(child, inContext ? scope.context() : scope.input) };
}

/** What is at `path`; throws `States.Runtime` where nothing is. */
export function readPath(path: Path, scope: Scope): unknown {
  const value = path.read(scope);
  if (value === undefined) throw runtimeError(`Invalid path '${path.text}': The path could not be found in the input`);
  return value;
}

/** Puts a result into a state's input, as ResultPath says; returns a new document. */
export type Insert = (document: unknown, value: unknown) => unknown;

/** Compiles a ResultPath: object fields only; throws DefinitionError. */
export function compileInsert(text: string): Insert {
  if (!text.startsWith('$') || text.startsWith('$$')) throw new DefinitionError(`'${text}' is not a path into the state's input`);
  const fields = parseSegments(text, 1).map((segment) => {
    if (typeof segment === 'number') throw new DefinitionError(`array elements as in '${text}' are not implemented`);
    return segment;
  });
  const insert = (document: unknown, value: unknown, depth: number): unknown => {
    const field = fields[depth];
    if (field === undefined) return value;
    if (!isObject(document)) throw new StateError('States.ResultPathMatchFailure', `Unable to apply ResultPath '${text}' to the input`);
    const inner = Object.hasOwn(document, field) ? document[field] : {};
    return { ...document, [field]: insert(inner, value, depth + 1) } satisfies JsonObject;
  };
  return (document, value) => insert(document, value, 0);
}

function parseSegments(text: string, start: number): Segment[] {
  const segments: Segment[] = [];
  for (let at = start; at < text.length; at = SEGMENT.lastIndex) {
    SEGMENT.lastIndex = at;
    const [, name, index, single, double] = SEGMENT.exec(text) ?? [];
    const segment = index === undefined ? (name ?? single ?? double) : Number(index);
    if (segment === undefined) throw new DefinitionError(`the path '${text}' is not implemented (only .field, ['field'] and [0] are)`);
    segments.push(segment);
  }
  return segments;
}

function child(parent: unknown, segment: Segment): unknown {
  if (typeof segment === 'number') return Array.isArray(parent) ? parent[segment] : undefined;
  return isObject(parent) && Object.hasOwn(parent, segment) ? parent[segment] : undefined;
}
