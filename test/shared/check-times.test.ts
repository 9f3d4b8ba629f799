import * as fc from 'fast-check';
import { DateTime } from 'luxon';
import { checkTimes, isLate } from '../../shared/check-times';
import { australianTimeZones } from '../../shared/time-zone';

const zones = [...australianTimeZones, 'America/New_York', 'Asia/Kathmandu', 'Pacific/Apia', 'UTC'];
const local = (iso: string, zone: string) => DateTime.fromISO(iso, { zone });
const liveTimes = fc.record({
  liveAt: fc
    .date({ min: new Date('2025-01-01T00:00:00Z'), max: new Date('2032-01-01T00:00:00Z'), noInvalidDate: true })
    .map((date) => date.toISOString()),
  zone: fc.constantFrom(...zones),
});
const forAll = (fact: (times: { liveAt: string; zone: string }) => void) =>
  fc.assert(fc.property(liveTimes, fact), { seed: 42, numRuns: 300 });

test('every check is at 10:00 on the wall of the client', () => {
  forAll(({ liveAt, zone }) => {
    for (const at of Object.values(checkTimes(liveAt, zone))) expect(local(at, zone).toFormat('HH:mm:ss.SSS')).toBe('10:00:00.000');
  });
});

test('day 3 and day 7 are that many calendar days after the day of going live', () => {
  forAll(({ liveAt, zone }) => {
    const { day3At, day7At } = checkTimes(liveAt, zone);
    const day = local(liveAt, zone);
    expect(local(day3At, zone).toISODate()).toBe(day.plus({ days: 3 }).toISODate());
    expect(local(day7At, zone).toISODate()).toBe(day.plus({ days: 7 }).toISODate());
  });
});

test('day 1 is the first 10:00 that is 12 hours or more after going live', () => {
  forAll(({ liveAt, zone }) => {
    const day1 = local(checkTimes(liveAt, zone).day1At, zone);
    const earliest = local(liveAt, zone).plus({ hours: 12 });
    expect(day1 >= earliest).toBe(true);
    const dayBefore = day1.minus({ days: 1 });
    expect(dayBefore < earliest).toBe(true);
  });
});

test('the checks follow one another', () => {
  forAll(({ liveAt, zone }) => {
    const { day1At, day3At, day7At } = checkTimes(liveAt, zone);
    expect([day1At, day3At, day7At].toSorted()).toEqual([day1At, day3At, day7At]);
    expect(new Set([day1At, day3At, day7At]).size).toBe(3);
  });
});

test.each([
  // Daylight saving starts in Sydney on 4 October 2026, ends on 5 April 2026; Brisbane has none; Lord Howe moves by half an hour.
  { when: 'a winter day in Sydney', liveAt: '2026-07-01T02:00:00Z', zone: 'Australia/Sydney', day1At: '2026-07-02T00:00:00.000Z' },
  { when: 'a summer day in Sydney', liveAt: '2026-12-01T02:00:00Z', zone: 'Australia/Sydney', day1At: '2026-12-01T23:00:00.000Z' },
  {
    when: 'the evening before daylight saving starts',
    liveAt: '2026-10-03T10:30:00Z',
    zone: 'Australia/Sydney',
    day1At: '2026-10-03T23:00:00.000Z',
  },
  { when: '12 hours to the minute', liveAt: '2026-07-01T12:00:00Z', zone: 'Australia/Sydney', day1At: '2026-07-02T00:00:00.000Z' },
  { when: 'a minute less than 12 hours', liveAt: '2026-07-01T12:01:00Z', zone: 'Australia/Sydney', day1At: '2026-07-03T00:00:00.000Z' },
  { when: 'just after midnight', liveAt: '2026-06-30T14:30:00Z', zone: 'Australia/Sydney', day1At: '2026-07-02T00:00:00.000Z' },
  { when: 'Brisbane in summer', liveAt: '2026-12-01T02:00:00Z', zone: 'Australia/Brisbane', day1At: '2026-12-02T00:00:00.000Z' },
  { when: 'Lord Howe in summer', liveAt: '2026-12-01T02:00:00Z', zone: 'Australia/Lord_Howe', day1At: '2026-12-01T23:00:00.000Z' },
  { when: 'Adelaide in winter', liveAt: '2026-07-01T02:00:00Z', zone: 'Australia/Adelaide', day1At: '2026-07-02T00:30:00.000Z' },
])('day 1 is right after going live on $when', ({ liveAt, zone, day1At }) => {
  expect(checkTimes(liveAt, zone).day1At).toBe(day1At);
});

test('takes the offset that the database writes', () => {
  expect(checkTimes('2026-07-01T02:00:00.123456+00:00', 'Australia/Perth')).toEqual(checkTimes('2026-07-01T02:00:00Z', 'Australia/Perth'));
});

test('refuses a time zone that does not exist, rather than guessing one', () => {
  expect(() => checkTimes('2026-07-01T02:00:00Z', 'Australia/Atlantis')).toThrow('unsupported zone');
});

test('a check is late after 36 hours', () => {
  const dueAt = '2026-07-02T00:00:00Z';
  expect(isLate(dueAt, new Date('2026-07-03T12:00:00Z'))).toBe(false);
  expect(isLate(dueAt, new Date('2026-07-03T12:00:01Z'))).toBe(true);
  expect(isLate(dueAt, new Date('2026-07-01T00:00:00Z'))).toBe(false);
});
