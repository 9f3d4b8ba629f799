import { DateTime } from 'luxon';
import { weekdays } from '../../../shared/working-hours';
import { pathOf } from '../paths';
import { freeStart } from '../free-start';
import { clockTime, clockWords, localClock, localDay, zoneOf } from '../local-time';
import type { Booking, CalendarData as Calendar } from '../member/calendar';
import type { Frame } from '../member/frame';
import { BookingTags } from './booking-lines';
import { BusinessLayout, PostButton } from './business-layout';

interface Props {
  calendar: Calendar;
  view: 'week' | 'day';
  note: string | undefined;
}

/** A week as seven days, or a day hour by hour, in the business's own time. */
export function CalendarPage({ calendar, view, note }: Props) {
  const { frame, firstDay, today } = calendar;
  const path = pathOf(frame.business.id, '/calendar');
  const step = view === 'week' ? 7 : 1;
  const href = (day: string, as = view) => `${path}?view=${as}&day=${day}`;
  return (
    <BusinessLayout frame={frame} at="/calendar" title={titleOf(firstDay, view)} note={note}>
      <nav aria-label="Which days">
        <a href={href(plus(firstDay, -step))}>Earlier</a>
        <a href={href(today)}>Today</a>
        <a href={href(plus(firstDay, step))}>Later</a>
        <a href={href(firstDay, 'week')} aria-current={view === 'week' ? 'page' : undefined}>
          Week
        </a>
        <a
          href={href(view === 'day' || today < firstDay || today > plus(firstDay, 6) ? firstDay : today, 'day')}
          aria-current={view === 'day' ? 'page' : undefined}
        >
          Day
        </a>
      </nav>
      {view === 'week' ? <Week calendar={calendar} /> : <Day calendar={calendar} />}
      <p>
        <a class="button" href={`${path}/new?day=${firstDay < today && view === 'week' ? today : firstDay}`}>
          New booking
        </a>
      </p>
      <p class="hint">
        Times are those of {zoneOf(frame.business).replace(/_/g, ' ')}. Between two bookings there are {calendar.travelBuffer ?? 0} minutes
        to travel.
      </p>
      <Feed path={path} hasFeed={calendar.hasFeed} />
    </BusinessLayout>
  );
}

const plus = (day: string, days: number) => DateTime.fromISO(day).plus({ days }).toISODate() ?? day;

function titleOf(firstDay: string, view: Props['view']): string {
  const day = DateTime.fromISO(firstDay);
  return view === 'week' ? `Week of ${day.toFormat('d LLLL yyyy')}` : day.toFormat('cccc d LLLL yyyy');
}

/** `9:00 am to 5:00 pm`, or nothing when closed. */
function openHours({ workingHours }: Calendar, day: string): string | null {
  const weekday = weekdays[DateTime.fromISO(day).weekday - 1];
  const hours = weekday && workingHours?.[weekday];
  return hours?.enabled ? `${clockWords(hours.start)} to ${clockWords(hours.end)}` : null;
}

function Week({ calendar }: { calendar: Calendar }) {
  const { frame, firstDay, today, bookings } = calendar;
  const zone = zoneOf(frame.business);
  return (
    <ol class="week">
      {[0, 1, 2, 3, 4, 5, 6].map((offset) => {
        const day = plus(firstDay, offset);
        const ofDay = bookings.filter(({ startsAt }) => localDay(startsAt, zone) === day);
        return (
          <li class={day === today ? 'today' : undefined}>
            <h2>
              <a href={`${pathOf(frame.business.id, '/calendar')}?view=day&day=${day}`} aria-current={day === today ? 'date' : undefined}>
                {DateTime.fromISO(day).toFormat('ccc d LLL')}
              </a>
            </h2>
            <p class="hint">{openHours(calendar, day) ?? 'closed'}</p>
            {ofDay.map((booking) => (
              <Entry booking={booking} business={frame.business} />
            ))}
          </li>
        );
      })}
    </ol>
  );
}

function Entry({ booking, business }: { booking: Booking; business: Frame['business'] }) {
  const zone = zoneOf(business);
  return (
    <p class={booking.isDemo ? 'entry demo' : 'entry'}>
      <a href={pathOf(business.id, `/bookings/${booking.id}`)}>{booking.title}</a>
      <span class="when">
        {clockTime(booking.startsAt, zone)} – {clockTime(booking.endsAt, zone)}
      </span>
      <BookingTags booking={booking} />
    </p>
  );
}

/** Hour by hour as the day really is: 23 or 25 of them where the clocks change. */
function Day({ calendar }: { calendar: Calendar }) {
  const { frame, firstDay, bookings, from } = calendar;
  const open = openHours(calendar, firstDay);
  return (
    <>
      <p>{open ? `Open from ${open}.` : 'Closed on this day.'}</p>
      <table class="hours">
        <caption class="unseen">Bookings by hour</caption>
        <tbody>
          {hoursOf(calendar).map(({ label, startsAt, endsAt, isOpen }) => {
            const starting = bookings.filter((one) => isIn(one, { startsAt, endsAt, isFirst: startsAt === Date.parse(from) }));
            const free = freeStart(calendar, { startsAt, endsAt }, Date.now());
            return (
              <tr class={isOpen ? undefined : 'closed'}>
                <th scope="row">{clockWords(label)}</th>
                <td>
                  {starting.map((booking) => (
                    <Entry booking={booking} business={frame.business} />
                  ))}
                  {free !== undefined && <Free at={free} business={frame.business} />}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </>
  );
}

function Free({ at, business }: { at: number; business: Frame['business'] }) {
  const [time, zone] = [new Date(at).toISOString(), zoneOf(business)];
  const query = `day=${localDay(time, zone)}&start=${localClock(time, zone)}`;
  return (
    <a class="free" href={`${pathOf(business.id, '/calendar/new')}?${query}`}>
      Book {clockTime(time, zone)}
    </a>
  );
}

interface Span {
  startsAt: number;
  endsAt: number;
}

/** What began the day before stands in the first hour. */
function isIn(booking: Booking, { startsAt, endsAt, isFirst }: Span & { isFirst: boolean }): boolean {
  const start = Date.parse(booking.startsAt);
  return (start >= startsAt && start < endsAt) || (isFirst && start < startsAt);
}

/** The hours in which something is or could be; the nights are left out. */
function hoursOf({ from, to, frame, workingHours, firstDay, bookings }: Calendar) {
  const zone = zoneOf(frame.business);
  const weekday = weekdays[DateTime.fromISO(firstDay).weekday - 1];
  const open = weekday ? workingHours?.[weekday] : undefined;
  const hours: (Span & { label: string; isOpen: boolean })[] = [];
  for (let startsAt = Date.parse(from); startsAt < Date.parse(to); startsAt += 3_600_000) {
    const label = DateTime.fromMillis(startsAt, { zone }).toFormat('HH:mm');
    const isOpen = open?.enabled === true && label >= open.start.slice(0, 2) && label < open.end;
    const isUsed = bookings.some((one) => Date.parse(one.startsAt) < startsAt + 3_600_000 && Date.parse(one.endsAt) > startsAt);
    if (isOpen || isUsed || (!open?.enabled && label >= '08:00' && label < '18:00'))
      hours.push({ label, startsAt, endsAt: startsAt + 3_600_000, isOpen });
  }
  return hours;
}

function Feed({ path, hasFeed }: { path: string; hasFeed: boolean }) {
  return (
    <details class="card">
      <summary>See these bookings in the calendar of your phone</summary>
      <p>
        {hasFeed
          ? 'There is a calendar link already. A new one switches the old one off.'
          : 'Make a private link and add it in your phone’s calendar as a “subscribed calendar”. Whoever has the link sees your bookings.'}
      </p>
      <div class="buttons">
        <PostButton action={`${path}/feed`}>Make a calendar link</PostButton>
        {hasFeed && <PostButton action={`${path}/feed/close`}>Switch the link off</PostButton>}
      </div>
    </details>
  );
}

export function FeedPage({ frame, url }: { frame: Frame; url: string }) {
  return (
    <BusinessLayout frame={frame} at="/calendar" title="Your calendar link">
      <div class="card">
        <p>Add this address in your phone’s calendar as a “subscribed calendar”. It is shown only now: keep it to yourself.</p>
        <p>
          <code>{url}</code>
        </p>
        <p>
          <a class="button" href={url.replace(/^https?:/, 'webcal:')}>
            Add it on this phone
          </a>
        </p>
      </div>
      <p>
        <a href={pathOf(frame.business.id, '/calendar')}>Back to the calendar</a>
      </p>
    </BusinessLayout>
  );
}
