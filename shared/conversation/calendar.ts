/** Which times are free: working hours less bookings, with the way to and from each. In the business's own time zone, daylight saving included. Pure. */
import { DateTime } from 'luxon';
import { type DayHours, weekdays } from '../working-hours';
import type { Calendar, Span } from './facts';
import { remembering } from './remember';

const MINUTE = 60_000;
/** People remember half hours. */
const STEP = 30 * MINUTE;
/** Nobody drops everything: the first time offered is at least an hour away. */
const NOTICE = 60 * MINUTE;
/** As far as a lead plans ahead, and as far as the database tells bookings. */
const DAYS = 21;

interface Interval {
  from: number;
  to: number;
}

const known = new WeakMap<Calendar, { nowMs: number; slots: Span[] }>();

/** Free times for one job, earliest first. One reply asks several times. */
export function freeSlots(calendar: Calendar, now: Date): readonly Span[] {
  const before = known.get(calendar);
  if (before?.nowMs === now.getTime()) return before.slots;
  const slots = findSlots(calendar, now);
  known.set(calendar, { nowMs: now.getTime(), slots });
  return slots;
}

function findSlots(calendar: Calendar, now: Date): Span[] {
  const { workingHours, timeZone, travelBuffer, jobDuration, busy } = calendar;
  if (!workingHours || !timeZone || !DateTime.local({ zone: timeZone }).isValid) return [];
  const margin = travelBuffer * MINUTE;
  const taken = busy.map(({ startsAt, endsAt }) => ({ from: Date.parse(startsAt) - margin, to: Date.parse(endsAt) + margin }));
  const today = DateTime.fromJSDate(now, { zone: timeZone }).startOf('day');
  const days = Array.from({ length: DAYS }, (_, index) => today.plus({ days: index }));
  return days
    .map((day) => opening(day, workingHours[weekdays[day.weekday - 1] ?? 'sunday'], timeZone))
    .flatMap((open) => (open ? startsIn(open, jobDuration * MINUTE) : []))
    .filter(({ from, to }) => from >= now.getTime() + NOTICE && !taken.some((other) => from < other.to && to > other.from))
    .map(({ from, to }) => ({ startsAt: new Date(from).toISOString(), endsAt: new Date(to).toISOString() }));
}

/** True for a time that `freeSlots` would tell now: the check before a booking is made. */
export function isFree(startsAt: string, calendar: Calendar, now: Date): boolean {
  return freeSlots(calendar, now).some((slot) => slot.startsAt === startsAt);
}

/** The booking that would fill a time. */
export function spanOf(startsAt: string, { jobDuration }: Pick<Calendar, 'jobDuration'>): Span {
  return { startsAt, endsAt: new Date(Date.parse(startsAt) + jobDuration * MINUTE).toISOString() };
}

function opening(day: DateTime, hours: DayHours, timeZone: string): Interval | undefined {
  if (!hours.enabled) return undefined;
  const [from, to] = [hours.start, hours.end].map((time) => clock(`${day.toISODate() ?? ''}|${timeZone}|${time}`));
  return from !== undefined && to !== undefined && from < to ? { from, to } : undefined;
}

/** Milliseconds of `<date>|<time zone>|<HH:mm>`. A wall-clock time that daylight saving skips becomes the last one before the gap. */
const clock = remembering(5000, (key) => {
  const [date = '', zone = '', time = ''] = key.split('|');
  return clockOf(DateTime.fromISO(date, { zone }), time);
});

function clockOf(day: DateTime, time: string): number {
  const [hour = 0, minute = 0] = time.split(':').map(Number);
  let moment = day.set({ hour, minute });
  while (moment.toFormat('HH:mm') > time) moment = moment.minus({ minutes: 15 });
  return moment.toMillis();
}

function startsIn({ from, to }: Interval, duration: number): Interval[] {
  const count = Math.max(0, Math.floor((to - from - duration) / STEP) + 1);
  return Array.from({ length: count }, (_, index) => ({ from: from + index * STEP, to: from + index * STEP + duration }));
}
