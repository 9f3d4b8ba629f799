import { DefinitionError, runtimeError } from './errors';
import { compileIntrinsic, type Expression } from './intrinsics';
import { isObject } from './json';
import { compilePath } from './paths';

/** A compiled Parameters or ResultSelector: JSON in which a field `name.$` is a path or an intrinsic function. */
export interface Template {
  source: unknown;
  evaluate: Expression;
}

/** Compiles a payload template; throws DefinitionError naming the field. */
export function compileTemplate(source: unknown): Template {
  return { source, evaluate: compileValue(source) };
}

/** Compiles a path that must find something, or an intrinsic function; `field` names it in errors. */
export function compileExpression(text: unknown, field: string): Expression {
  if (typeof text !== 'string') throw new DefinitionError(`'${field}' must be a path or an intrinsic function`);
  if (!text.startsWith('$')) return compileIntrinsic(text);
  const path = compilePath(text);
  return (scope) => {
    const value = path.read(scope);
    if (value !== undefined) return value;
    const input = JSON.stringify(scope.input);
    throw runtimeError(`The JSONPath '${text}' specified for the field '${field}' could not be found in the input '${input}'`);
  };
}

function compileValue(source: unknown): Expression {
  if (Array.isArray(source)) {
    const elements = source.map(compileValue);
    return (scope) => elements.map((element) => element(scope));
  }
  if (!isObject(source)) return () => source;
  const fields = Object.entries(source).map(([key, value]): [string, Expression] =>
    key.endsWith('.$') ? [key.slice(0, -2), compileExpression(value, key)] : [key, compileValue(value)],
  );
  return (scope) => Object.fromEntries(fields.map(([name, value]) => [name, value(scope)]));
}
