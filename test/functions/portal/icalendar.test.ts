import * as fc from 'fast-check';
import { csvOf } from '../../../functions/portal/csv';
import { type FeedBooking, icalendar } from '../../../functions/portal/icalendar';

const booking: FeedBooking = {
  id: '7c1e4f6e-3c1f-4a55-9d0e-0a4c5a3a9b77',
  title: 'Hot water',
  startsAt: '2026-11-22T23:00:00.000Z',
  endsAt: '2026-11-23T00:00:00.000Z',
  status: 'booked',
  isDemo: false,
  revision: 2,
  changedAt: '2026-11-20T01:02:03.456Z',
};
const feed = (changes: Partial<FeedBooking> = {}) => icalendar({ businessName: 'Bright Sparks', bookings: [{ ...booking, ...changes }] });
const unfolded = (text: string) => text.replaceAll('\r\n ', '');

test('a feed has the lines that RFC 5545 wants, ended by CRLF', () => {
  const lines = feed().split('\r\n');
  expect(lines.slice(0, 3)).toEqual(['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//CoreSentia//Bookings//EN']);
  expect(lines.slice(-3)).toEqual(['END:VEVENT', 'END:VCALENDAR', '']);
  expect(lines).toEqual(
    expect.arrayContaining([
      `UID:${booking.id}@coresentia`,
      'DTSTAMP:20261120T010203Z',
      'DTSTART:20261122T230000Z',
      'DTEND:20261123T000000Z',
      'SEQUENCE:2',
      'SUMMARY:Hot water',
      'STATUS:CONFIRMED',
      'TRANSP:OPAQUE',
    ]),
  );
});

test('a cancelled booking says so, and a demo takes nobody’s time', () => {
  expect(feed({ status: 'cancelled' })).toContain('STATUS:CANCELLED\r\n');
  expect(feed({ isDemo: true })).toContain('TRANSP:TRANSPARENT\r\n');
});

test('text is escaped, so that no title can add a line', () => {
  const title = 'a, b; c\\d\r\nEND:VCALENDAR\nX:1';
  expect(unfolded(feed({ title }))).toContain('SUMMARY:a\\, b\\; c\\\\d\\nEND:VCALENDAR\\nX:1\r\n');
});

test('whatever the title, lines are at most 75 octets, whole characters, and unfold to the same text', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (title) => {
      const text = feed({ title });
      for (const line of text.split('\r\n')) expect(Buffer.byteLength(line)).toBeLessThanOrEqual(75);
      expect(text.replaceAll('\r\n', '').replaceAll('\t', '')).not.toMatch(/\p{Cc}/u);
      expect(
        unfolded(text)
          .split('\r\n')
          .filter((line) => line === 'END:VEVENT'),
      ).toHaveLength(1);
    }),
    { seed: 7, numRuns: 500 },
  );
});

test.each([
  ['=1+1', `"'=1+1"`],
  ['+61 =cmd', `"'+61 =cmd"`],
  [' =x', `"' =x"`],
  ['-2', `"'-2"`],
  ['@a', `"'@a"`],
  ['\t=1', `"'\t=1"`],
  ['＝1', `"'＝1"`],
  ['+61412345678', `"+61412345678"`],
  ['He said "hi", twice', `"He said ""hi"", twice"`],
  ['two\nlines', `"two\nlines"`],
  [null, '""'],
  [-5, '"-5"'],
])('the CSV cell %j is written %s', (cell, written) => {
  expect(csvOf([[cell]])).toBe(`\uFEFF${written}\r\n`);
});
