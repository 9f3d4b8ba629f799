import { displayPhone } from '../../../shared/phone';
import type { TypedBooking } from '../booking-form';
import { pathOf } from '../paths';
import { clockTime, localClock, localDay, weekdayAndTime, zoneOf } from '../local-time';
import type { Booking, CalendarData } from '../member/calendar';
import type { Frame } from '../member/frame';
import { BookingLines, BookingTags } from './booking-lines';
import { BusinessLayout, PostButton } from './business-layout';
import { Field } from './fields';
import { Alert } from './layout';

/** A booking to be made; beside it what is there already. */
export function NewBookingPage({ calendar, typed, problem }: { calendar: CalendarData; typed: TypedBooking; problem?: string }) {
  const { business } = calendar.frame;
  return (
    <BusinessLayout frame={calendar.frame} at="/calendar" title="New booking" wrong={problem !== undefined}>
      {problem && <Alert>{problem}</Alert>}
      <form method="post" action={pathOf(business.id, '/calendar/new')} class="card">
        <BookingFields typed={typed} />
        {typed.lead && <input type="hidden" name="lead" value={typed.lead} />}
        <button type="submit">Book it</button>
      </form>
      {calendar.bookings.length > 0 && (
        <>
          <h2>Already on this day</h2>
          <BookingLines bookings={calendar.bookings} business={business} />
        </>
      )}
      <p>
        <a href={`${pathOf(business.id, '/calendar')}?day=${calendar.firstDay}`}>Back to the calendar</a>
      </p>
    </BusinessLayout>
  );
}

interface Props {
  view: { frame: Frame; booking: Booking };
  typed?: TypedBooking;
  problem?: string;
  note?: string | undefined;
}

/** One booking: what it is, when, and how to move or cancel it. */
export function BookingPage({ view: { frame, booking }, typed, problem, note }: Props) {
  const { business } = frame;
  const zone = zoneOf(business);
  const path = pathOf(business.id, `/bookings/${booking.id}`);
  const minutes = Math.round((Date.parse(booking.endsAt) - Date.parse(booking.startsAt)) / 60_000);
  const shown = typed ?? {
    title: booking.title,
    day: localDay(booking.startsAt, zone),
    start: localClock(booking.startsAt, zone),
    minutes: String(minutes),
    lead: '',
  };
  return (
    <BusinessLayout frame={frame} at="/calendar" title={booking.title} note={note} wrong={problem !== undefined}>
      {problem && <Alert>{problem}</Alert>}
      <section class="card">
        <p>
          <time datetime={booking.startsAt}>{weekdayAndTime(booking.startsAt, zone)}</time> to{' '}
          <time datetime={booking.endsAt}>{clockTime(booking.endsAt, zone)}</time> <BookingTags booking={booking} />
        </p>
        {booking.leadId && (
          <p>
            With{' '}
            <a href={pathOf(business.id, `/leads/${booking.leadId}`)}>{booking.leadName ? displayPhone(booking.leadName) : 'a lead'}</a>
          </p>
        )}
        {booking.isDemo && <p>This is the demo: nobody is waiting for you. It counts in no number, and you can move or delete it.</p>}
      </section>
      {booking.status === 'booked' && (
        <>
          <form method="post" action={path} class="card">
            <h2>Change it</h2>
            <BookingFields typed={shown} />
            <button type="submit">Save</button>
          </form>
          <details class="card">
            <summary>{booking.isDemo ? 'Delete the demo booking' : 'Cancel this booking'}</summary>
            <p>{booking.isDemo ? 'It is gone for good.' : 'We do not tell the lead: please do that yourself.'}</p>
            <PostButton action={`${path}/cancel`} class="danger">
              {booking.isDemo ? 'Delete it' : 'Yes, cancel it'}
            </PostButton>
          </details>
        </>
      )}
      <p>
        <a href={`${pathOf(business.id, '/calendar')}?day=${localDay(booking.startsAt, zone)}`}>Back to the calendar</a>
      </p>
    </BusinessLayout>
  );
}

function BookingFields({ typed }: { typed: TypedBooking }) {
  return (
    <>
      <Field name="title" label="What" value={typed.title} problem={undefined} maxlength={120} />
      <div class="pair">
        <Field name="day" label="Day" type="date" value={typed.day} problem={undefined} />
        <Field name="start" label="Starts at" type="time" value={typed.start} problem={undefined} />
      </div>
      <Field name="minutes" label="Minutes" type="number" inputmode="numeric" value={typed.minutes} problem={undefined} />
    </>
  );
}
