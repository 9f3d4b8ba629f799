import { pathOf } from '../paths';
import { clockTime, weekdayAndTime, zoneOf } from '../local-time';
import type { Booking } from '../member/calendar';
import type { Frame } from '../member/frame';

/** Bookings, one to a line, with their day. */
export function BookingLines({ bookings, business }: { bookings: Booking[]; business: Frame['business'] }) {
  const zone = zoneOf(business);
  return (
    <ul class="lines">
      {bookings.map((booking) => (
        <li>
          <p class="head">
            <a href={pathOf(business.id, `/bookings/${booking.id}`)}>{booking.title}</a> <BookingTags booking={booking} />
          </p>
          <p class="preview">
            <time datetime={booking.startsAt}>{weekdayAndTime(booking.startsAt, zone)}</time> to{' '}
            <time datetime={booking.endsAt}>{clockTime(booking.endsAt, zone)}</time>
          </p>
        </li>
      ))}
    </ul>
  );
}

export function BookingTags({ booking }: { booking: Booking }) {
  return (
    <>
      {booking.isDemo && <span class="tag">demo</span>}
      {booking.status !== 'booked' && <span class="tag">{booking.status}</span>}
    </>
  );
}
