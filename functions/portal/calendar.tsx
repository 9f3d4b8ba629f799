/** …/calendar and …/bookings: week and day in the business's own time; bookings are made, moved and cancelled, conflicts refused with a reason. */
import { randomBytes } from 'node:crypto';
import { type Context, Hono } from 'hono';
import { DateTime } from 'luxon';
import * as z from 'zod';
import { hashToken } from '../../shared/token';
import { bookingProblem, bookingTimes, typedBooking } from './booking-form';
import { done, found, idParam, type Request } from './business';
import { pathOf } from './paths';
import { localDay, zoneOf } from './local-time';
import type { BookingProblem, CalendarData } from './member/calendar';
import { BookingPage, NewBookingPage } from './pages/booking-pages';
import { CalendarPage, FeedPage } from './pages/calendar-page';
import { nameOf } from './pages/lead-lines';
import { cleanedFields } from './posted-fields';
import type { PortalEnv } from './services';

export const calendar = new Hono<PortalEnv>({ strict: false })
  .get('/calendar', show)
  .get('/calendar/new', newBooking)
  .post('/calendar/new', book)
  .get('/calendar/demo', showDemo)
  .post('/calendar/feed', makeFeed)
  .post('/calendar/feed/close', closeFeed)
  .get('/bookings/:bookingId', showBooking)
  .post('/bookings/:bookingId', moveBooking)
  .post('/bookings/:bookingId/cancel', cancelBooking)
  .get('/calendar/:button{feed|feed/close}', (c) => c.redirect(pathOf(c.var.businessId, '/calendar'), 303))
  .get('/bookings/:bookingId/cancel', (c) => c.redirect(bookingPath(c), 303));

const booking = (c: Request) => ({ businessId: c.var.businessId, bookingId: idParam(c, 'bookingId') });
const bookingPath = (c: Request) => pathOf(c.var.businessId, `/bookings/${encodeURIComponent(c.req.param('bookingId') ?? '')}`);
const dayOf = (c: Context) =>
  z.iso
    .date()
    .nullable()
    .catch(null)
    .parse(c.req.query('day') ?? null);

/** Most businesses' day: only Perth's is another one for two or three hours. */
const likelyZone = 'Australia/Sydney';

/** The week begins on Monday. Which day is today only the business's clock knows: it is guessed first, and read again if the guess was wrong. */
async function show(c: Request) {
  const view = c.req.query('view') === 'day' ? 'day' : 'week';
  const days = view === 'day' ? 1 : 7;
  const from = (day: string) => (view === 'day' ? day : (DateTime.fromISO(day).startOf('week').toISODate() ?? day));
  const read = async (firstDay: string) => found(await c.var.member.calendar({ businessId: c.var.businessId, firstDay, days }));
  const asked = dayOf(c);
  const guessed = await read(from(asked ?? localDay(new Date().toISOString(), likelyZone)));
  const isRight = asked !== null || guessed.firstDay === from(guessed.today);
  return c.html(<CalendarPage calendar={isRight ? guessed : await read(from(guessed.today))} view={view} note={c.req.query('done')} />);
}

/** The page shows what is there already on that day. */
async function newBooking(c: Request) {
  const shown = await calendarOf(c, dayOf(c));
  const leadId = z.uuid().safeParse(c.req.query('lead')).data;
  const about = leadId ? await c.var.member.leadThread({ businessId: c.var.businessId, leadId }) : null;
  const typed = {
    title: about ? `Job for ${nameOf(about.lead)}` : '',
    day: shown.firstDay,
    start: z.iso.time({ precision: -1 }).catch('').parse(c.req.query('start')),
    minutes: String(shown.jobDuration ?? 60),
    lead: about?.lead.id ?? '',
  };
  return c.html(<NewBookingPage calendar={shown} typed={typed} />);
}

async function book(c: Request) {
  const { businessId } = c.var;
  const typed = typedBooking(await cleanedFields(c));
  const shown = await calendarOf(c, z.iso.date().nullable().catch(null).parse(typed.day));
  const times = bookingTimes(typed, zoneOf(shown.frame.business));
  const leadId = z.uuid().safeParse(typed.lead).data ?? null;
  const problem =
    'problem' in times
      ? times.problem
      : await tryTo(() => c.var.member.createBooking({ businessId, leadId, title: typed.title, ...times }));
  if (problem) return c.html(<NewBookingPage calendar={shown} typed={typed} problem={problem} />, 422);
  return done(c, pathOf(businessId, `/calendar?day=${typed.day}`), 'booked');
}

/** Leads on to the made-up booking of the walkthrough. */
async function showDemo(c: Request) {
  const { businessId, member } = c.var;
  const { today } = found(await member.calendar({ businessId, firstDay: null, days: 1 }));
  const firstDay = DateTime.fromISO(today).minus({ days: 14 }).toISODate() ?? today;
  const { bookings } = found(await member.calendar({ businessId, firstDay, days: 42 }));
  const demo = bookings.find(({ isDemo }) => isDemo);
  return c.redirect(pathOf(businessId, demo ? `/bookings/${demo.id}` : '/calendar'), 303);
}

async function showBooking(c: Request) {
  const view = found(await c.var.member.booking(booking(c)));
  if (view.booking.isDemo) await c.var.member.walkthroughDone(c.var.businessId, 'see-demo');
  return c.html(<BookingPage view={view} note={c.req.query('done')} />);
}

async function moveBooking(c: Request) {
  const typed = typedBooking(await cleanedFields(c));
  const view = found(await c.var.member.booking(booking(c)));
  const times = bookingTimes(typed, zoneOf(view.frame.business));
  const problem =
    'problem' in times ? times.problem : await tryTo(() => c.var.member.moveBooking({ ...booking(c), title: typed.title, ...times }));
  if (problem) return c.html(<BookingPage view={view} typed={typed} problem={problem} />, 422);
  return done(c, bookingPath(c), 'moved');
}

async function cancelBooking(c: Request) {
  const { booking: known } = found(await c.var.member.booking(booking(c)));
  const problem = await tryTo(() => c.var.member.cancelBooking(booking(c)));
  if (problem) return c.html(<BookingPage view={found(await c.var.member.booking(booking(c)))} problem={problem} />, 409);
  return done(c, pathOf(c.var.businessId, '/calendar'), known.isDemo ? 'demo-deleted' : 'cancelled');
}

/** The address is shown once: only its hash is kept. */
async function makeFeed(c: Request) {
  const { businessId, baseUrl, member } = c.var;
  const token = randomBytes(32).toString('base64url');
  found(await member.setCalendarFeed(businessId, hashToken(token)));
  return c.html(<FeedPage frame={found(await member.frame(businessId))} url={`${baseUrl}/calendar/${token}.ics`} />);
}

async function closeFeed(c: Request) {
  found(await c.var.member.setCalendarFeed(c.var.businessId, null));
  return done(c, pathOf(c.var.businessId, '/calendar'), 'feed-closed');
}

async function calendarOf(c: Request, day: string | null): Promise<CalendarData> {
  return found(await c.var.member.calendar({ businessId: c.var.businessId, firstDay: day, days: 1 }));
}

/** Null when it worked, else why not. */
async function tryTo(change: () => Promise<'done' | 'not-found' | BookingProblem | { bookingId: string }>): Promise<string | null> {
  const outcome = found(await change());
  return outcome === 'done' || typeof outcome === 'object' ? null : bookingProblem(outcome);
}
