import * as fc from 'fast-check';
import { DateTime } from 'luxon';
import { freeSlots, isFree, spanOf } from '../../../shared/conversation/calendar';
import type { Calendar } from '../../../shared/conversation/facts';
import { australianTimeZones } from '../../../shared/time-zone';
import { defaultWorkingHours, type WorkingHours, weekdays } from '../../../shared/working-hours';

const sydney: Calendar = { workingHours: defaultWorkingHours, timeZone: 'Australia/Sydney', travelBuffer: 30, jobDuration: 60, busy: [] };
const monday = new Date('2026-11-22T22:00:00Z'); // 9:00 in Sydney
const wallClock = (calendar: Calendar, at: Date) =>
  freeSlots(calendar, at).map(({ startsAt }) => DateTime.fromISO(startsAt, { zone: calendar.timeZone! }).toFormat('ccc d HH:mm'));

test('offers half hours of the working day, an hour from now at the earliest, and the last one ends at closing time', () => {
  const today = wallClock(sydney, monday).filter((time) => time.startsWith('Mon 23'));
  expect([today[0], today.at(-1)]).toEqual(['Mon 23 10:00', 'Mon 23 16:00']);
  expect(wallClock(sydney, monday).some((time) => /^(Sat|Sun)/.test(time))).toBe(false);
});

test('keeps the way to and from every booking free', () => {
  const busy = [{ startsAt: '2026-11-23T01:00:00.000Z', endsAt: '2026-11-23T02:00:00.000Z' }]; // 12:00 to 13:00
  const today = wallClock({ ...sydney, busy }, monday).filter((time) => time.startsWith('Mon 23'));
  expect(today.slice(0, 3)).toEqual(['Mon 23 10:00', 'Mon 23 10:30', 'Mon 23 13:30']);
});

test.each([
  ['the clocks go forward', '2026-10-02T20:00:00Z', 'Sun 4 09:00'],
  ['the clocks go back', '2026-04-03T20:00:00Z', 'Sun 5 09:00'],
])('opens at nine by the wall clock when %s', (_, now, first) => {
  const workingHours = { ...defaultWorkingHours, sunday: { enabled: true, start: '09:00', end: '17:00' } };
  expect(wallClock({ ...sydney, workingHours }, new Date(now))).toContain(first);
});

test('a time that daylight saving skips is never offered', () => {
  const night = { enabled: true, start: '01:00', end: '02:30' };
  const workingHours = { ...defaultWorkingHours, sunday: night };
  const slots = wallClock({ ...sydney, workingHours, jobDuration: 30, travelBuffer: 0 }, new Date('2026-10-02T20:00:00Z'));
  expect(slots.filter((time) => time.startsWith('Sun 4'))).toEqual(['Sun 4 01:00']);
});

test.each([
  ['no hours', { workingHours: null }],
  ['no time zone', { timeZone: null }],
  ['a time zone that is none', { timeZone: 'Mars/Base' }],
  ['a job longer than a day', { jobDuration: 1440 }],
])('offers nothing with %s', (_, changes) => {
  expect(freeSlots({ ...sydney, ...changes }, monday)).toEqual([]);
});

const clockTime = fc
  .tuple(fc.nat(23), fc.constantFrom(0, 15, 30, 45))
  .map(([h, m]) => `${String(h).padStart(2, '0')}:${String(m).padStart(2, '0')}`);
const day = fc.record({ enabled: fc.boolean(), start: clockTime, end: clockTime }).filter(({ start, end }) => start < end);
const hours: fc.Arbitrary<WorkingHours> = fc.record({
  monday: day,
  tuesday: day,
  wednesday: day,
  thursday: day,
  friday: day,
  saturday: day,
  sunday: day,
});
const minute = 60_000;
const moment = fc.integer({ min: Date.parse('2026-01-01T00:00:00Z') / minute, max: Date.parse('2027-12-31T00:00:00Z') / minute });

test('whatever the hours, bookings, zone and season: every time is within the hours, clear of bookings and ahead', () => {
  const busyness = fc.array(fc.tuple(fc.nat(20 * 1440), fc.integer({ min: 15, max: 300 })), { maxLength: 8 });
  const property = fc.property(
    hours,
    fc.tuple(moment, busyness),
    fc.tuple(fc.constantFrom(...australianTimeZones), fc.constantFrom(0, 15, 30, 60), fc.constantFrom(30, 60, 90, 240)),
    (workingHours, [at, busyMinutes], [timeZone, travelBuffer, jobDuration]) => {
      const now = new Date(at * minute);
      const busy = busyMinutes.map(([from, length]) => ({
        startsAt: new Date((at + from) * minute).toISOString(),
        endsAt: new Date((at + from + length) * minute).toISOString(),
      }));
      const calendar = { workingHours, timeZone, travelBuffer, jobDuration, busy };
      for (const { startsAt, endsAt } of freeSlots(calendar, now)) {
        const [from, to] = [DateTime.fromISO(startsAt, { zone: timeZone }), DateTime.fromISO(endsAt, { zone: timeZone })];
        const { enabled, start, end } = workingHours[weekdays[from.weekday - 1]!];
        const isWithin = enabled && from.toFormat('HH:mm') >= start && to.toFormat('HH:mm') <= end && from.hasSame(to, 'day');
        const isClear = busy.every(
          (other) =>
            Date.parse(endsAt) + travelBuffer * minute <= Date.parse(other.startsAt) ||
            Date.parse(startsAt) >= Date.parse(other.endsAt) + travelBuffer * minute,
        );
        const isAhead = Date.parse(startsAt) >= now.getTime() + 60 * minute;
        const hasLength = Date.parse(endsAt) - Date.parse(startsAt) === jobDuration * minute;
        expect([startsAt, isWithin, isClear, isAhead, hasLength]).toEqual([startsAt, true, true, true, true]);
      }
    },
  );
  fc.assert(property, { seed: 42, numRuns: 150 });
});

test('what was offered is free until it is booked', () => {
  const [slot] = freeSlots(sydney, monday);
  expect(isFree(slot!.startsAt, sydney, monday)).toBe(true);
  expect(isFree(slot!.startsAt, { ...sydney, busy: [slot!] }, monday)).toBe(false);
  expect(spanOf(slot!.startsAt, sydney)).toEqual(slot);
});
