/** EventBridge event patterns (docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html). */
import { z } from 'zod';

/** Whether an event matches. */
export type Matches = (event: unknown) => boolean;
/** Whether one value at a field matches; undefined: the field is absent. */
type Test = (value: unknown) => boolean;

const Numeric = z.array(z.union([z.string(), z.number()])).min(2);
const Texts = z.union([z.string().transform((text) => [text]), z.array(z.string())]);
const IgnoreCase = z.strictObject({ 'equals-ignore-case': z.string() });
const Affix = z.union([z.string(), IgnoreCase]);
const AnythingBut = z.union([
  z.union([z.string(), z.number()]).transform((only) => [only]),
  z.array(z.union([z.string(), z.number()])),
  z.strictObject({ prefix: Texts }),
  z.strictObject({ suffix: Texts }),
]);

/** Compiles a rule's pattern. Throws for an operator that is not known here, so that a rule never matches less or more than on AWS. */
export function compilePattern(pattern: unknown): Matches {
  const fields = Object.entries(z.record(z.string(), z.unknown()).parse(pattern)).map(([key, part]) => compileField(key, part));
  return (event) => fields.every((matches) => matches(event));
}

function compileField(key: string, part: unknown): Matches {
  if (key.startsWith('$')) throw new Error(`pattern: ${key} is not supported`);
  if (!Array.isArray(part)) {
    const inner = compilePattern(part);
    return (event) => {
      const value = fieldOf(event, key);
      return Array.isArray(value) ? value.some(inner) : inner(value);
    };
  }
  const tests = part.map(compileTest);
  return (event) => {
    const value = fieldOf(event, key);
    const candidates: unknown[] = Array.isArray(value) ? value : [value];
    return tests.some((test) => candidates.some(test));
  };
}

function fieldOf(event: unknown, key: string): unknown {
  return typeof event === 'object' && event !== null && Object.hasOwn(event, key) ? Reflect.get(event, key) : undefined;
}

function compileTest(condition: unknown): Test {
  if (typeof condition !== 'object' || condition === null) return (value) => value === condition;
  const [entry, ...others] = Object.entries(condition);
  if (!entry || others.length > 0) throw new Error('pattern: one operator per condition');
  const [operator, argument] = entry;
  switch (operator) {
    case 'prefix':
      return affix(argument, (text, sought) => text.startsWith(sought));
    case 'suffix':
      return affix(argument, (text, sought) => text.endsWith(sought));
    case 'equals-ignore-case': {
      const sought = z.string().parse(argument).toLowerCase();
      return (value) => typeof value === 'string' && value.toLowerCase() === sought;
    }
    case 'exists': {
      const wanted = z.boolean().parse(argument);
      return (value) => (value !== undefined) === wanted;
    }
    case 'numeric':
      return numeric(argument);
    case 'anything-but':
      return anythingBut(argument);
    default:
      throw new Error(`pattern: operator ${operator} is not supported`);
  }
}

function affix(argument: unknown, has: (text: string, sought: string) => boolean): Test {
  const sought = Affix.parse(argument);
  if (typeof sought === 'string') return (value) => typeof value === 'string' && has(value, sought);
  const lower = sought['equals-ignore-case'].toLowerCase();
  return (value) => typeof value === 'string' && has(value.toLowerCase(), lower);
}

const comparisons: Record<string, (value: number, limit: number) => boolean> = {
  '=': (value, limit) => value === limit,
  '<': (value, limit) => value < limit,
  '<=': (value, limit) => value <= limit,
  '>': (value, limit) => value > limit,
  '>=': (value, limit) => value >= limit,
};

/** `["numeric", [">", 0, "<=", 5]]` */
function numeric(argument: unknown): Test {
  const parts = Numeric.parse(argument);
  const tests: ((value: number) => boolean)[] = [];
  for (let index = 0; index < parts.length; index += 2) {
    const compare = comparisons[String(parts[index])];
    const limit = parts[index + 1];
    if (!compare || typeof limit !== 'number') throw new Error('pattern: numeric takes pairs of a comparison and a number');
    tests.push((value) => compare(value, limit));
  }
  return (value) => typeof value === 'number' && tests.every((test) => test(value));
}

function anythingBut(argument: unknown): Test {
  const excluded = AnythingBut.parse(argument);
  if (Array.isArray(excluded)) return (value) => value !== undefined && !excluded.some((each) => each === value);
  const has =
    'prefix' in excluded
      ? excluded.prefix.map((sought) => (text: string) => text.startsWith(sought))
      : excluded.suffix.map((sought) => (text: string) => text.endsWith(sought));
  return (value) => value !== undefined && !(typeof value === 'string' && has.some((test) => test(value)));
}
