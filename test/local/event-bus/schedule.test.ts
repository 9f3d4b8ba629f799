import { compileSchedule } from '../../../local/event-bus/schedule';

test.each([
  ['rate(1 minute)', '2026-03-01T10:00:30Z', '2026-03-01T10:01:30Z'],
  ['rate(2 days)', '2026-03-01T10:00:00Z', '2026-03-03T10:00:00Z'],
  ['cron(0 2 * * ? *)', '2026-03-01T02:00:00Z', '2026-03-02T02:00:00Z'],
  ['cron(0/15 * * * ? *)', '2026-03-01T10:16:00Z', '2026-03-01T10:30:00Z'],
  ['cron(30 8-18/2 ? * MON-FRI *)', '2026-11-20T18:31:00Z', '2026-11-23T08:30:00Z'],
  ['cron(0 0 29 2 ? *)', '2026-03-01T00:00:00Z', '2028-02-29T00:00:00Z'],
  ['cron(5 4 1 JAN,JUL ? *)', '2026-03-01T00:00:00Z', '2026-07-01T04:05:00Z'],
  ['cron(0 12 ? * 1 *)', '2026-11-22T11:59:59Z', '2026-11-22T12:00:00Z'],
])('%s after %s fires at %s', (expression, after, expected) => {
  expect(new Date(compileSchedule(expression)(Date.parse(after)))).toEqual(new Date(expected));
});

test.each([
  'rate(1 minutes)',
  'rate(5 minute)',
  'rate(0 hours)',
  'at(2026-01-01T00:00:00)',
  'cron(0 2 * * *)',
  'cron(0 2 * * * *)',
  'cron(0 2 ? * MON#1 *)',
  'cron(60 2 * * ? *)',
  'cron(0 2 1W * ? *)',
])('refuses %s', (expression) => {
  expect(() => compileSchedule(expression)).toThrow(/not (supported|valid)/);
});
