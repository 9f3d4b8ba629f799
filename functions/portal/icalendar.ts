/** The calendar feed that phones subscribe to. https://www.rfc-editor.org/rfc/rfc5545 ; pure. */

export interface FeedBooking {
  id: string;
  title: string;
  /** ISO 8601, like every time here. */
  startsAt: string;
  endsAt: string;
  status: 'booked' | 'done' | 'cancelled';
  isDemo: boolean;
  /** Goes up with every change. */
  revision: number;
  changedAt: string;
}

/** The whole feed. Times are in UTC, which every calendar shows in the phone's own zone, daylight saving included. */
export function icalendar({ businessName, bookings }: { businessName: string; bookings: readonly FeedBooking[] }): string {
  return [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//CoreSentia//Bookings//EN',
    'CALSCALE:GREGORIAN',
    'METHOD:PUBLISH',
    `NAME:${text(businessName)}`,
    // What Apple's and Google's calendars read instead of NAME, and how often they should come back.
    `X-WR-CALNAME:${text(businessName)}`,
    'REFRESH-INTERVAL;VALUE=DURATION:PT15M',
    'X-PUBLISHED-TTL:PT15M',
    ...bookings.flatMap(event),
    'END:VCALENDAR',
  ]
    .map((line) => `${folded(line)}\r\n`)
    .join('');
}

function event(booking: FeedBooking): string[] {
  return [
    'BEGIN:VEVENT',
    `UID:${booking.id}@coresentia`,
    `DTSTAMP:${utc(booking.changedAt)}`,
    `LAST-MODIFIED:${utc(booking.changedAt)}`,
    `SEQUENCE:${booking.revision}`,
    `DTSTART:${utc(booking.startsAt)}`,
    `DTEND:${utc(booking.endsAt)}`,
    `SUMMARY:${text(booking.title)}`,
    `STATUS:${booking.status === 'cancelled' ? 'CANCELLED' : 'CONFIRMED'}`,
    // A demo takes nobody's time.
    `TRANSP:${booking.isDemo || booking.status === 'cancelled' ? 'TRANSPARENT' : 'OPAQUE'}`,
    'END:VEVENT',
  ];
}

/** `20261122T030500Z` */
function utc(time: string): string {
  return new Date(time).toISOString().replace(/[-:]|\.\d{3}/g, '');
}

/** Section 3.3.11; other control characters may not stand in a text. */
function text(value: string): string {
  return value
    .replace(/\r\n?/g, '\n')
    .replace(/[^\P{Cc}\n\t]/gu, '')
    .toWellFormed()
    .replace(/[\\;,]/g, '\\$&')
    .replaceAll('\n', '\\n');
}

/** Section 3.1: at most 75 octets a line, the rest on lines that begin with a space; never within a character. */
function folded(line: string): string {
  const lines: string[] = [];
  let current = '';
  let octets = 0;
  for (const character of line) {
    const size = Buffer.byteLength(character);
    if (octets + size > 75) {
      lines.push(current);
      current = ' ';
      octets = 1;
    }
    current += character;
    octets += size;
  }
  return [...lines, current].join('\r\n');
}
