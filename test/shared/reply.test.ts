import * as fc from 'fast-check';
import { gsm7Length, toGsm7 } from '../../shared/gsm7';
import { templateReply } from '../../shared/reply';
import { checkReply, type Violation } from '../../shared/reply-checks';

const businessName = 'Bright Sparks';
const cases: [string, string, boolean, Violation[]][] = [
  ['a fit first reply', 'Hi, Bright Sparks here. Which suburb? Reply STOP to opt out', true, []],
  ['a fit later reply', 'Thanks! When?', false, []],
  ['nothing', ' ', false, ['empty']],
  ['161 places', 'x'.repeat(161), false, ['too long']],
  ['160 places', 'x'.repeat(160), false, []],
  ['81 euros signs, which take two places each', '€'.repeat(81), false, ['too long']],
  ['an emoji', 'Great 🎉', false, ['not GSM-7']],
  ['a smart quote', 'It’s us', false, ['not GSM-7']],
  ['two questions', 'Where? When?', false, ['more than one question']],
  ['dollars', 'That is $ 80', false, ['price']],
  ['dollars in words', 'about 80 dollars', false, ['price']],
  ['an hourly rate', '90 per hour', false, ['price']],
  ['a time is no price', 'We are there at 9, 2 people', false, []],
  ['no name, no STOP', 'Hi', true, ['no business name', 'no STOP']],
];
test.each(cases)('%s', (...[, text, isFirst, violations]) => {
  expect(checkReply(text, { businessName, isFirst })).toEqual(violations);
});

test('a name with a question mark and a price is neither', () => {
  const name = "What's Up? $20 Lawns";
  expect(checkReply(`This is ${name}. Which suburb? Reply STOP to opt out`, { businessName: name, isFirst: true })).toEqual([]);
});

test('writes typographic text in letters that every phone has', () => {
  expect(toGsm7('It’s “Zoë’s” – café…\u0007\n👋 ok')).toBe(`It's "Zoe's" - café... ok`);
});

test('the template is fit to send whatever the business is called', () => {
  const names = fc.oneof(
    fc.string({ minLength: 1, maxLength: 80, unit: 'grapheme' }),
    fc.string({ minLength: 1, maxLength: 80, unit: 'binary' }),
  );
  const property = fc.property(names, fc.nat(5), (businessName, replies) => {
    const thread = Array.from({ length: replies }, () => ({ from: 'business' as const, body: 'x' }));
    const isFirst = replies === 0;
    expect(checkReply(templateReply({ businessName, services: '', isFirst, thread }), { businessName, isFirst })).toEqual([]);
  });
  fc.assert(property, { seed: 42, numRuns: 1000 });
});

test('whatever is written in GSM-7 can be measured', () => {
  const property = fc.property(fc.string({ unit: 'binary' }), (text) => expect(gsm7Length(toGsm7(text))).toBeDefined());
  fc.assert(property, { seed: 42, numRuns: 1000 });
});
