import { compileTemplate } from '../../../local/step-functions/template';

const evaluate = (expression: string, input: unknown = {}) => {
  const { v } = compileTemplate({ 'v.$': expression }).evaluate({ input, context: () => ({}) }) as { v: unknown };
  return v;
};

test.each([
  ["States.Format('Hi {}, {} of {}', $.name, 1, $.list)", 'Hi Ann, 1 of [1,2,2]'],
  ["States.Format('it\\'s \\{{}\\}', 'x')", "it's {x}"],
  ["States.Array($.name, 'b', null, true, -1.5)", ['Ann', 'b', null, true, -1.5]],
  ['States.ArrayLength($.list)', 3],
  ['States.ArrayGetItem($.list, 1)', 2],
  ['States.ArrayContains($.list, 2)', true],
  ['States.ArrayPartition($.list, 2)', [[1, 2], [2]]],
  ['States.ArrayRange(1, 7, 3)', [1, 4, 7]],
  ['States.ArrayUnique($.list)', [1, 2]],
  ["States.Base64Decode(States.Base64Encode('hé'))", 'hé'],
  ["States.Hash('a', 'MD5')", '0cc175b9c0f1b6a831c399e269772661'],
  ['States.JsonMerge($.a, States.StringToJson(\'{"y":2}\'), false)', { x: 1, y: 2 }],
  ['States.JsonToString($.a)', '{"x":1}'],
  ['States.MathAdd($.list[0], -3)', -2],
  ["$['a'].x", 1],
])('%s', (expression, expected) => {
  expect(evaluate(expression, { name: 'Ann', list: [1, 2, 2], a: { x: 1 } })).toEqual(expected);
});

test('States.UUID gives a new UUID every time', () => {
  expect(evaluate('States.UUID()')).toMatch(/^[0-9a-f-]{36}$/);
  expect(evaluate('States.UUID()')).not.toBe(evaluate('States.UUID()'));
});

test.each(["States.MathAdd('a', 1)", "States.StringToJson('{')", 'States.ArrayGetItem($.list, 9)', "States.Format('{} {}', 1)"])(
  '%s fails with States.IntrinsicFailure',
  (expression) => {
    expect(() => evaluate(expression, { list: [] })).toThrow(expect.objectContaining({ error: 'States.IntrinsicFailure' }));
  },
);

test('only fields that end in .$ are evaluated, at any depth', () => {
  const template = compileTemplate({ a: '$.x', list: [{ 'b.$': '$.x' }, 'States.UUID()'] });
  expect(template.evaluate({ input: { x: 1 }, context: () => ({}) })).toEqual({ a: '$.x', list: [{ b: 1 }, 'States.UUID()'] });
});
