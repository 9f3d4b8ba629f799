import { closedReply } from '../../shared/closed-reply';
import { gsm7Length } from '../../shared/gsm7';

test.each(['', 'Bright Sparks Electrical', 'Ärzte “am” Ring – für Dich & Dein Kind, Garten, Hof und alles andere', '🔌🔌🔌'])(
  'the reply of %j is one segment of plain letters',
  (name) => {
    const reply = closedReply(name);
    expect(gsm7Length(reply)).toBeLessThanOrEqual(160);
    expect(reply).not.toMatch(/ {2}/);
  },
);

test('names the business, and not more than is true', () => {
  expect(closedReply('Bright Sparks')).toContain('Bright Sparks is not using this number');
  expect(closedReply('🔌')).toContain('The business is not using');
});
