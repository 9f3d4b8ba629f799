import { compilePattern } from '../../../local/event-bus/pattern';

const event = { source: 'aws.ses', detail: { status: 'FAILED', count: 5, tags: { run: ['a', 'b'] }, empty: null, flag: true } };

test.each([
  [{ source: ['aws.ses', 'x'] }, true],
  [{ source: ['x'] }, false],
  [{ source: ['aws.ses'], detail: { status: ['FAILED'] } }, true],
  [{ source: ['aws.ses'], detail: { status: ['SUCCEEDED'] } }, false],
  [{ detail: { tags: { run: ['b'] } } }, true],
  [{ detail: { empty: [null] } }, true],
  [{ detail: { flag: [true] } }, true],
  [{ detail: { flag: ['true'] } }, false],
  [{ source: [{ prefix: 'aws.' }] }, true],
  [{ source: [{ prefix: { 'equals-ignore-case': 'AWS.' } }] }, true],
  [{ source: [{ suffix: '.ses' }] }, true],
  [{ source: [{ suffix: '.sns' }] }, false],
  [{ source: [{ 'equals-ignore-case': 'AWS.SES' }] }, true],
  [{ detail: { status: [{ 'anything-but': 'FAILED' }] } }, false],
  [{ detail: { status: [{ 'anything-but': ['TIMED_OUT'] }] } }, true],
  [{ detail: { status: [{ 'anything-but': { prefix: 'FAI' } }] } }, false],
  [{ detail: { missing: [{ 'anything-but': 'x' }] } }, false],
  [{ detail: { missing: [{ exists: false }] } }, true],
  [{ detail: { status: [{ exists: true }] } }, true],
  [{ detail: { deep: { missing: [{ exists: false }] } } }, true],
  [{ detail: { count: [{ numeric: ['>', 0, '<=', 5] }] } }, true],
  [{ detail: { count: [{ numeric: ['<', 5] }] } }, false],
  [{ detail: { count: [{ numeric: ['=', 5] }] } }, true],
])('%j matches: %s', (pattern, matches) => {
  expect(compilePattern(pattern)(event)).toBe(matches);
});

test.each([
  [{ a: [{ wildcard: '*' }] }, 'wildcard is not supported'],
  [{ $or: [{ a: [1] }] }, '$or is not supported'],
  [{ a: 'x' }, 'expected record'],
  [{ a: [{ prefix: 'a', suffix: 'b' }] }, 'one operator'],
  [{ a: [{ numeric: ['~', 1] }] }, 'numeric takes pairs'],
])('refuses %j', (pattern, message) => {
  expect(() => compilePattern(pattern)).toThrow(message);
});
