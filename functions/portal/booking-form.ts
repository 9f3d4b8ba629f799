/** From what was typed about a booking to its times, and from a refusal to words. Pure. */
import { DateTime } from 'luxon';
import * as z from 'zod';
import { momentOf } from './local-time';
import type { BookingProblem } from './member/calendar';
import type { Fields } from './posted-fields';

export interface TypedBooking {
  title: string;
  /** `2026-11-22`. */
  day: string;
  /** `14:05`. */
  start: string;
  minutes: string;
  /** Id of a lead, or nothing. */
  lead: string;
}

export function typedBooking(fields: Fields): TypedBooking {
  const { title = '', day = '', start = '', minutes = '', lead = '' } = fields;
  return { title, day, start, minutes, lead };
}

const Minutes = z.coerce.number().int().min(5).max(1440);

/** Local day and clock time as moments; a day on which the clocks change has a time that does not exist. */
export function bookingTimes(typed: TypedBooking, zone: string): { startsAt: string; endsAt: string } | { problem: string } {
  if (!z.iso.date().safeParse(typed.day).success) return { problem: 'Choose a day.' };
  const start = /^\d{1,2}:\d{2}/.exec(typed.start)?.[0].padStart(5, '0');
  if (!start || !z.iso.time().safeParse(start).success) return { problem: 'Enter a time like 09:00.' };
  const minutes = Minutes.safeParse(typed.minutes).data;
  if (!minutes) return { problem: 'Enter how long it takes, from 5 to 1,440 minutes.' };
  const startsAt = momentOf(typed.day, start, zone);
  if (!startsAt) return { problem: 'On that day the clocks go forward and this time does not exist. Choose another one.' };
  return { startsAt, endsAt: DateTime.fromISO(startsAt).plus({ minutes }).toUTC().toISO() ?? startsAt };
}

const reasons: Record<BookingProblem, string> = {
  title: 'Say in a few words what it is, at most 120 characters.',
  'end-before-start': 'It must end after it starts.',
  'too-long': 'A booking can take at most a day.',
  'in-the-past': 'This time has passed.',
  'too-far-ahead': 'Bookings can be made up to two years ahead.',
  'no-time-zone': 'Your time zone is not set. Choose it in Settings first.',
  'closed-day': 'You are closed on that day. Change your hours in Settings, or choose another day.',
  'outside-hours': 'This is outside your working hours of that day.',
  overlap: 'There is another booking at this time.',
  'travel-buffer': 'This leaves too little time to travel to or from another booking.',
  'not-booked': 'This booking is over or cancelled, so it cannot be changed.',
};

/** Why a booking was refused, in words. */
export function bookingProblem(reason: BookingProblem): string {
  return reasons[reason];
}
