/** When a job could begin, as create_booking would judge it: nothing is offered that is refused. Pure. */
import { type Weekday, weekdays } from '../../shared/working-hours';
import { DateTime } from 'luxon';
import { zoneOf } from './local-time';
import type { CalendarData } from './member/calendar';

const minute = 60_000;
/** People begin at a quarter of an hour. */
const step = 15 * minute;

interface Span {
  startsAt: number;
  endsAt: number;
}

/** The first moment within the span at which a job of the usual length fits; undefined: none. Epoch milliseconds. */
export function freeStart(calendar: CalendarData, { startsAt, endsAt }: Span, now: number): number | undefined {
  for (let start = startsAt; start < endsAt; start += step)
    if (start >= now && isFree(calendar, { startsAt: start, endsAt: start + (calendar.jobDuration ?? 60) * minute })) return start;
  return undefined;
}

function isFree(calendar: CalendarData, { startsAt, endsAt }: Span): boolean {
  const buffer = (calendar.travelBuffer ?? 0) * minute;
  const taken = calendar.bookings.filter(({ status, isDemo }) => status === 'booked' && !isDemo);
  return (
    isWithinHours(calendar, { startsAt, endsAt }) &&
    !taken.some((one) => Date.parse(one.startsAt) < endsAt + buffer && Date.parse(one.endsAt) > startsAt - buffer)
  );
}

function isWithinHours({ frame, workingHours }: CalendarData, { startsAt, endsAt }: Span): boolean {
  const zone = zoneOf(frame.business);
  const [start, end] = [DateTime.fromMillis(startsAt, { zone }), DateTime.fromMillis(endsAt, { zone })];
  const weekday: Weekday | undefined = weekdays[start.weekday - 1];
  const hours = weekday && workingHours?.[weekday];
  if (!hours?.enabled || start.toISODate() !== end.toISODate()) return false;
  return start.toFormat('HH:mm') >= hours.start && end.toFormat('HH:mm') <= hours.end;
}
