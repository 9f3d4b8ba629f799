/** The calendar as a member works with it. Times are ISO 8601 UTC; `local-time.ts` knows what the clock on the business's wall says. */
import * as z from 'zod';
import { WorkingHours } from '../../../shared/working-hours';
import { changed, Done, isId, type MemberDatabase, now, Utc } from './database';
import { Frame } from './frame';

export const Booking = z.object({
  id: z.guid(),
  title: z.string(),
  startsAt: Utc,
  endsAt: Utc,
  status: z.enum(['booked', 'done', 'cancelled']),
  isDemo: z.boolean(),
  leadId: z.guid().nullable(),
  /** Or number, if the lead has told no name. */
  leadName: z.string().nullable(),
});
export type Booking = z.infer<typeof Booking>;

/** Local dates; `from` and `to` are the instants at which the first day begins and the day after the last. */
export const CalendarData = z.object({
  frame: Frame,
  today: z.iso.date(),
  firstDay: z.iso.date(),
  from: Utc,
  to: Utc,
  /** Null if an old business's hours have another shape. */
  workingHours: WorkingHours.nullable().catch(null),
  travelBuffer: z.int().nullable(),
  jobDuration: z.int().nullable(),
  hasFeed: z.boolean(),
  bookings: z.array(Booking),
});
export type CalendarData = z.infer<typeof CalendarData>;

/** Why a time cannot be booked. */
export const bookingProblems = [
  'title',
  'end-before-start',
  'too-long',
  'in-the-past',
  'too-far-ahead',
  'no-time-zone',
  'closed-day',
  'outside-hours',
  'overlap',
  'travel-buffer',
  'not-booked',
] as const;
export type BookingProblem = (typeof bookingProblems)[number];

const Booked = z
  .object({ outcome: z.enum(['done', 'refused']), reason: z.enum(bookingProblems).nullable(), bookingId: z.guid().nullish() })
  .nullable()
  .transform((answer): 'not-found' | BookingProblem | { bookingId: string } => {
    if (!answer) return 'not-found';
    return answer.reason ?? { bookingId: answer.bookingId ?? '' };
  });

interface OneBooking {
  businessId: string;
  bookingId: string;
}
/** ISO 8601 UTC. */
interface Times {
  startsAt: string;
  endsAt: string;
}

const one = ({ businessId, bookingId }: OneBooking) => ({ p_business_id: businessId, p_booking_id: bookingId });
const times = ({ startsAt, endsAt }: Times) => ({ p_starts_at: startsAt, p_ends_at: endsAt });

export function calendarOf(db: MemberDatabase) {
  return {
    /** `firstDay`: a local date, null is today; `days` 1 to 42. */
    calendar: async (wish: { businessId: string; firstDay: string | null; days: number }): Promise<CalendarData | null> =>
      isId(wish.businessId)
        ? db.call(
            'calendar',
            { p_business_id: wish.businessId, p_first_day: wish.firstDay, p_days: wish.days, p_now: now() },
            CalendarData.nullable(),
          )
        : null,
    booking: async (wish: OneBooking) =>
      isId(wish.bookingId)
        ? db.call('booking', one(wish), z.object({ frame: Frame, booking: Booking, jobDuration: z.int().nullable() }).nullable())
        : null,
    createBooking: (wish: { businessId: string; leadId: string | null; title: string } & Times) =>
      db.call(
        'create_booking',
        { p_business_id: wish.businessId, p_lead_id: wish.leadId, p_title: wish.title, ...times(wish), p_now: now() },
        Booked,
      ),
    /** Title null: as it was. */
    moveBooking: (wish: OneBooking & { title: string | null } & Times) =>
      db.call('move_booking', { ...one(wish), p_title: wish.title, ...times(wish), p_now: now() }, Booked),
    /** Deletes it if it is the demo. */
    cancelBooking: (wish: OneBooking) => db.call('cancel_booking', { ...one(wish), p_now: now() }, changed(['not-booked'])),
    /** Demo booking and demo conversation. */
    deleteDemo: (businessId: string) => db.call('delete_demo', { p_business_id: businessId, p_now: now() }, Done),
    /** `tokenHash`: SHA-256 in hex of the new feed's token; null closes the feed. */
    setCalendarFeed: (businessId: string, tokenHash: string | null) =>
      db.call('set_calendar_feed', { p_business_id: businessId, p_token_hash: tokenHash, p_now: now() }, Done),
  };
}
