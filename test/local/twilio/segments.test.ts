import { segmentCount } from '../../../local/twilio/segments';

test.each([
  ['160 GSM-7 characters', 'x'.repeat(160), 1],
  ['161 GSM-7 characters', 'x'.repeat(161), 2],
  ['307 GSM-7 characters', 'x'.repeat(307), 3],
  ['80 euro signs, two units each', '€'.repeat(80), 1],
  ['81 euro signs', '€'.repeat(81), 2],
  ['70 characters with one smart quote', `${'x'.repeat(69)}’`, 1],
  ['71 characters with one smart quote', `${'x'.repeat(70)}’`, 2],
  ['35 emoji, two units each', '😀'.repeat(35), 1],
  ['nothing', '', 1],
])('%s', (_, text, count) => {
  expect(segmentCount(text)).toBe(count);
});
