import * as fc from 'fast-check';
import { compileCondition } from '../../../local/step-functions/choice';

const context = { Execution: { Name: 'n' } };
const holds = (rule: unknown, input: unknown) => compileCondition(rule)({ input, context: () => context });

const data = {
  s: 'xyz.log',
  n: 5,
  b: true,
  z: null,
  early: '2026-01-01T00:00:00Z',
  late: '2026-01-01T01:00:00+00:30',
  five: 5,
  star: 'a*b',
  list: [{ id: 1 }],
};

test.each([
  [{ Variable: '$.s', StringEquals: 'xyz.log' }, true],
  [{ Variable: '$.s', StringLessThan: 'z' }, true],
  [{ Variable: '$.s', StringMatches: 'x*.log' }, true],
  [{ Variable: '$.s', StringMatches: 'x*.lo' }, false],
  [{ Variable: '$.star', StringMatches: 'a\\*b' }, true],
  [{ Variable: '$.s', StringMatches: 'xyz\\*' }, false],
  [{ Variable: '$.n', NumericGreaterThanEquals: 5 }, true],
  [{ Variable: '$.n', NumericLessThan: 5 }, false],
  [{ Variable: '$.n', NumericEqualsPath: '$.five' }, true],
  [{ Variable: '$.s', NumericEquals: 5 }, false],
  [{ Variable: '$.b', BooleanEquals: true }, true],
  [{ Variable: '$.early', TimestampLessThanPath: '$.late' }, true],
  [{ Variable: '$.early', TimestampGreaterThan: '2025-12-31T23:59:59Z' }, true],
  [{ Variable: '$.nope', IsPresent: false }, true],
  [{ Variable: '$.z', IsPresent: true }, true],
  [{ Variable: '$.z', IsNull: true }, true],
  [{ Variable: '$.n', IsNumeric: true }, true],
  [{ Variable: '$.n', IsString: false }, true],
  [{ Variable: '$.b', IsBoolean: true }, true],
  [{ Variable: '$.early', IsTimestamp: true }, true],
  [{ Variable: '$.s', IsTimestamp: true }, false],
  [{ Variable: '$.list[0].id', NumericEquals: 1 }, true],
  [{ Variable: "$['list'][1]", IsPresent: true }, false],
  [{ Variable: '$$.Execution.Name', StringEquals: 'n' }, true],
  [{ Not: { Variable: '$.b', BooleanEquals: true } }, false],
  [
    {
      And: [
        { Variable: '$.nope', IsPresent: true },
        { Variable: '$.nope', StringEquals: 'x' },
      ],
    },
    false,
  ],
  [{ Or: [{ Variable: '$.n', NumericEquals: 1 }, { Not: { Variable: '$.z', IsNull: false } }] }, true],
])('%j is %s', (rule, expected) => {
  expect(holds(rule, data)).toBe(expected);
});

test('an absent variable is an error for everything but IsPresent', () => {
  expect(() => holds({ Variable: '$.nope', StringEquals: 'x' }, data)).toThrow("Invalid path '$.nope'");
  expect(() => holds({ Variable: '$.nope', IsNull: true }, data)).toThrow("Invalid path '$.nope'");
});

test('inherited properties are not part of the data', () => {
  expect(holds({ Variable: '$.constructor', IsPresent: true }, {})).toBe(false);
});

test('exactly one of less, equal and greater holds for any two numbers', () => {
  fc.assert(
    fc.property(fc.double({ noNaN: true }), fc.double({ noNaN: true }), (left, right) => {
      const input = { left, right };
      const results = ['LessThan', 'Equals', 'GreaterThan'].map((name) =>
        holds({ Variable: '$.left', [`Numeric${name}Path`]: '$.right' }, input),
      );
      expect(results.filter(Boolean)).toHaveLength(1);
    }),
    { seed: 7 },
  );
});
