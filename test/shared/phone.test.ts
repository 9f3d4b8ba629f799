import { australianMobile, displayPhone, E164 } from '../../shared/phone';

test.each(['0480 000 001', '+61480000001', '+61 (0) 480 000 001', '0480-000-001', ' 0480000001 '])('%j is a mobile in E.164', (text) => {
  const number = australianMobile(text);
  expect(number).toBe('+61480000001');
  expect(E164.safeParse(number).success).toBe(true);
});

test.each(['02 9876 5432', '+12025550123', '1800 000 000', '0480 000 00', '', 'x'])('%j is no Australian mobile', (text) => {
  expect(australianMobile(text)).toBeUndefined();
});

test('people read their own numbers as they dial them, foreign ones with their country', () => {
  expect(displayPhone('+61480000001')).toBe('0480 000 001');
  expect(displayPhone('+6421123456')).toMatch(/^\+64 21/);
  expect(displayPhone('shortcode')).toBe('shortcode');
});
