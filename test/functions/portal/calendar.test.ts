import { DateTime } from 'luxon';
import { bookingProblem } from '../../../functions/portal/booking-form';
import type { CalendarData } from '../../../functions/portal/member/calendar';
import { bookingProblems } from '../../../functions/portal/member/calendar';
import { businessId, userId } from '../../fakes/a-run';
import { home } from './pages';
import { aBooking, aCalendar, aFrame, answers, bookingId } from './samples';
import { email, world } from './world';

beforeEach(() => jest.spyOn(process.stdout, 'write').mockReturnValue(true));
afterEach(() => jest.restoreAllMocks());

const mine = [{ userId, email, businesses: [businessId] }];
const withAnswers = (member: object) => world({ session: { people: mine, member: { ...answers(), ...member } } });
const hours = (html: string) => [...html.matchAll(/<th scope="row">(\d+:\d\d [ap]m)<\/th>/g)].map(([, hour]) => hour);

/** A day as the database says it, midnight to midnight by the clock of the zone. */
function dayOf(day: string, zone: string, changes: Partial<CalendarData> = {}): CalendarData {
  const from = DateTime.fromISO(day, { zone });
  const to = from.plus({ days: 1 });
  const times = { firstDay: day, from: from.toUTC().toISO() ?? '', to: to.toUTC().toISO() ?? '' };
  return aCalendar({ ...times, today: day, bookings: [], ...changes }, aFrame({ timeZone: zone }));
}

/** The calendar's page when the business's clock says this day, and the days that were read for it. */
const asked = async (today: string) => {
  const calendar = (wish: { firstDay: string | null }) => aCalendar({ firstDay: wish.firstDay ?? today, today });
  const { signedIn, people } = await withAnswers({ calendar });
  const { html } = await signedIn.get(`${home}/calendar`);
  return { html, days: people.calls.map(({ args }) => (args[0] as { firstDay: string }).firstDay) };
};

describe('the week', () => {
  test('is read once when it is the business’s own, and again when its clock says another one', async () => {
    const monday = DateTime.now().setZone('Australia/Sydney').startOf('week');
    const inThisWeek = monday.plus({ days: 2 }).toISODate() ?? '';
    expect((await asked(inThisWeek)).days).toEqual([monday.toISODate()]);
    const before = monday.minus({ days: 1 });
    const { days, html } = await asked(before.toISODate() ?? '');
    expect(days).toEqual([monday.toISODate(), before.startOf('week').toISODate()]);
    expect(html).toContain(`Week of ${before.startOf('week').toFormat('d LLLL yyyy')}`);
  });
});

describe('a day on which the clocks change', () => {
  const night = { monday: true, sunday: true };
  const open = Object.fromEntries(
    Object.entries(aCalendar().workingHours ?? {}).map(([day, times]) => [
      day,
      { ...times, enabled: day in night, start: '00:00', end: '23:59' },
    ]),
  ) as CalendarData['workingHours'];

  test.each([
    { day: '2026-10-04', count: 23, times: 0 },
    { day: '2026-04-05', count: 25, times: 2 },
    { day: '2026-11-22', count: 24, times: 1 },
  ])('$day in Sydney has $count hours, and two in the morning comes $times times', async ({ day, count, times }) => {
    const { signedIn } = await withAnswers({ calendar: dayOf(day, 'Australia/Sydney', { workingHours: open }) });
    const shown = hours((await signedIn.get(`${home}/calendar?view=day&day=${day}`)).html);
    expect(shown).toHaveLength(count);
    expect(shown.filter((one) => one === '2:00 am')).toHaveLength(times);
  });

  test('has a time that does not exist, which nobody can book', async () => {
    const { signedIn, people } = await withAnswers({ calendar: dayOf('2026-10-04', 'Australia/Sydney') });
    const wish = { title: 'Lights', day: '2026-10-04', start: '02:30', minutes: '60' };
    const { status, html } = await signedIn.post(`${home}/calendar/new`, wish);
    expect([status, html.includes('the clocks go forward')]).toEqual([422, true]);
    expect(html).toContain('value="02:30"');
    expect(people.calls.map(({ method }) => method)).not.toContain('createBooking');
  });
});

test('hours are said as bookings are, and one that is free and not over leads to its booking', async () => {
  jest.spyOn(Date, 'now').mockReturnValue(Date.parse('2026-11-24T14:50:00+11:00'));
  const { signedIn } = await withAnswers({ calendar: dayOf('2026-11-24', 'Australia/Sydney') });
  const { html } = await signedIn.get(`${home}/calendar?view=day&day=2026-11-24`);
  expect(html).toContain('Open from 9:00 am to 5:00 pm.');
  expect(html).toMatch(/href="[^"]+\/calendar\/new\?day=2026-11-24&amp;start=16:00">\s*Book 4:00 pm/);
  expect([...html.matchAll(/Book (\d+:\d\d [ap]m)/g)].map(([, time]) => time)).toEqual(['3:00 pm', '4:00 pm']);
  expect((await signedIn.get(`${home}/settings`)).html).toContain('Monday: 9:00 am to 5:00 pm');
});

test('times are the business’s own, wherever the server and the browser are', async () => {
  const { signedIn, people } = await withAnswers({ calendar: dayOf('2026-11-24', 'Australia/Perth') });
  await signedIn.post(`${home}/calendar/new`, { title: 'Lights', day: '2026-11-24', start: '9:00', minutes: '90' });
  expect(people.calls.at(-1)?.args[0]).toMatchObject({ startsAt: '2026-11-24T01:00:00.000Z', endsAt: '2026-11-24T02:30:00.000Z' });
});

test.each(bookingProblems)('a booking refused for %s says why, and what was typed stays', async (problem) => {
  const { signedIn } = await withAnswers({ createBooking: problem, moveBooking: problem });
  const typed = { title: 'Two lights', day: '2026-11-24', start: '10:15', minutes: '45' };
  for (const path of [`${home}/calendar/new`, `${home}/bookings/${bookingId}`]) {
    const { status, html } = await signedIn.post(path, typed);
    expect([status, html.includes(bookingProblem(problem))]).toEqual([422, true]);
    for (const value of Object.values(typed)) expect(html).toContain(`value="${value}"`);
  }
});

test('a booking that is over cannot be cancelled, and the page says so', async () => {
  const { signedIn } = await withAnswers({ cancelBooking: 'not-booked' });
  expect(await signedIn.post(`${home}/bookings/${bookingId}/cancel`)).toMatchObject({
    status: 409,
    html: expect.stringContaining('over or cancelled'),
  });
});

test('the demo is labelled wherever it stands', async () => {
  const demo = aBooking({ isDemo: true, title: 'Alex' });
  const { signedIn } = await withAnswers({
    calendar: aCalendar({ bookings: [demo] }),
    booking: { frame: aFrame(), booking: demo, jobDuration: 60 },
  });
  for (const path of ['/calendar', '/calendar?view=day&day=2026-11-24', `/bookings/${bookingId}`])
    expect((await signedIn.get(home + path)).html).toContain('<span class="tag">demo</span>');
});
