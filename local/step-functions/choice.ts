import { DefinitionError, runtimeError } from './errors';
import { isObject } from './json';
import { compilePath, type Path, readPath, type Scope } from './paths';

/** A compiled condition of a Choice rule. */
export type Condition = (scope: Scope) => boolean;

/** Compiles And, Or, Not or a comparison; `Next` and `Comment` are the rule's, not the condition's. Throws DefinitionError. */
export function compileCondition(source: unknown): Condition {
  if (!isObject(source)) throw new DefinitionError('a Choice rule must be an object');
  const { Variable, ...tests } = source;
  const [test, ...others] = Object.entries(tests);
  if (!test || others.length > 0) throw new DefinitionError(`a Choice rule needs exactly one test, not [${Object.keys(tests).join(', ')}]`);
  const [operator, operand] = test;
  if (operator === 'And' || operator === 'Or' || operator === 'Not') {
    if (Variable !== undefined) throw new DefinitionError(`'Variable' does not go with '${operator}'`);
    return operator === 'Not' ? negation(operand) : combination(operator, operand);
  }
  if (typeof Variable !== 'string') throw new DefinitionError(`'${operator}' needs a 'Variable'`);
  return comparison(compilePath(Variable), operator, operand);
}

function negation(operand: unknown): Condition {
  const condition = compileCondition(operand);
  return (scope) => !condition(scope);
}

function combination(operator: 'And' | 'Or', operand: unknown): Condition {
  if (!Array.isArray(operand) || operand.length === 0) throw new DefinitionError(`'${operator}' needs a list of rules`);
  const conditions = operand.map(compileCondition);
  return operator === 'And'
    ? (scope) => conditions.every((condition) => condition(scope))
    : (scope) => conditions.some((condition) => condition(scope));
}

function comparison(variable: Path, operator: string, operand: unknown): Condition {
  const is = TYPE_TESTS.get(operator);
  if (is) {
    if (typeof operand !== 'boolean') throw new DefinitionError(`'${operator}' must be true or false`);
    if (operator === 'IsPresent') return (scope) => (variable.read(scope) !== undefined) === operand;
    return (scope) => is(present(variable, scope)) === operand;
  }
  const compare = COMPARISONS.get(operator);
  if (compare) {
    if (!compare.accepts(operand)) throw new DefinitionError(`the operand of '${operator}' has the wrong type`);
    return (scope) => compare.test(present(variable, scope), operand);
  }
  const compareWithPath = operator.endsWith('Path') && COMPARISONS.get(operator.slice(0, -'Path'.length));
  if (!compareWithPath || operator === 'StringMatchesPath' || typeof operand !== 'string')
    throw new DefinitionError(`the comparison '${operator}' is not implemented`);
  const path = compilePath(operand);
  return (scope) => {
    const wanted = readPath(path, scope);
    if (!compareWithPath.accepts(wanted)) throw runtimeError(`The value at '${operand}' has the wrong type for ${operator}`);
    return compareWithPath.test(present(variable, scope), wanted);
  };
}

function present(variable: Path, scope: Scope): unknown {
  const value = variable.read(scope);
  if (value === undefined)
    throw runtimeError(`Invalid path '${variable.text}': The choice state's condition path references an invalid value.`);
  return value;
}

/** Whether a value is an RFC 3339 timestamp as AWS takes them: with `T`, seconds and an offset. */
export function isTimestamp(value: unknown): value is string {
  return (
    typeof value === 'string' && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/.test(value) && !Number.isNaN(Date.parse(value))
  );
}

const isString = (value: unknown): value is string => typeof value === 'string';
const isNumber = (value: unknown): value is number => typeof value === 'number';
const isBoolean = (value: unknown): value is boolean => typeof value === 'boolean';

const TYPE_TESTS = new Map<string, (value: unknown) => boolean>([
  ['IsPresent', (value) => value !== undefined],
  ['IsNull', (value) => value === null],
  ['IsString', isString],
  ['IsNumeric', isNumber],
  ['IsBoolean', isBoolean],
  ['IsTimestamp', isTimestamp],
]);

/** A comparison is false where the variable has another type than the operand. */
interface Comparison {
  accepts(value: unknown): boolean;
  test(value: unknown, wanted: unknown): boolean;
}

function typed<T>(accepts: (value: unknown) => value is T, test: (value: T, wanted: T) => boolean): Comparison {
  return { accepts, test: (value, wanted) => accepts(value) && accepts(wanted) && test(value, wanted) };
}

function ordered<T>(prefix: string, accepts: (value: unknown) => value is T, key: (value: T) => string | number) {
  const compare = (test: (left: string | number, right: string | number) => boolean) =>
    typed(accepts, (value, wanted) => test(key(value), key(wanted)));
  return {
    [`${prefix}Equals`]: compare((left, right) => left === right),
    [`${prefix}LessThan`]: compare((left, right) => left < right),
    [`${prefix}GreaterThan`]: compare((left, right) => left > right),
    [`${prefix}LessThanEquals`]: compare((left, right) => left <= right),
    [`${prefix}GreaterThanEquals`]: compare((left, right) => left >= right),
  };
}

const COMPARISONS = new Map<string, Comparison>(
  Object.entries({
    ...ordered('String', isString, (value) => value),
    ...ordered('Numeric', isNumber, (value) => value),
    ...ordered('Timestamp', isTimestamp, (value) => Date.parse(value)),
    BooleanEquals: typed(isBoolean, (value, wanted) => value === wanted),
    StringMatches: typed(isString, (value, pattern) => wildcard(pattern).test(value)),
  }),
);

/** `*` stands for anything, `\*` for a star. */
function wildcard(pattern: string): RegExp {
  const source = pattern.replaceAll(/\\[\\*]|[*.+?^${}()|[\]\\]/g, (match) => {
    if (match.length === 2) return match;
    return match === '*' ? '.*' : `\\${match}`;
  });
  return new RegExp(`^${source}$`, 's');
}
