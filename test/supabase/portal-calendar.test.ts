import { DateTime } from 'luxon';
import { freeStart } from '../../functions/portal/free-start';
import * as fc from 'fast-check';
import { aPortal, type Portal, setClock, sunday } from './portal';
import { service } from './postgres';

const booked = { bookingId: expect.any(String) };

let portal: Portal;
let businessId: string;
beforeAll(async () => {
  setClock(sunday);
  portal = await aPortal();
  businessId = portal.mine.businessId;
  await inZone('Australia/Sydney');
  await portal.postgres.query('delete from public.bookings');
});
afterAll(async () => {
  jest.useRealTimers();
  await portal.postgres.close();
});
afterEach(() => portal.postgres.query('delete from public.bookings'));

const inZone = (zone: string) => portal.postgres.query('update public.businesses set time_zone = $2 where id = $1', [businessId, zone]);
/** Monday 23 November 2026 in Sydney, 09:00 to 17:00, buffer 30. */
const at = (clock: string, day = '2026-11-23') => DateTime.fromISO(`${day}T${clock}`, { zone: 'Australia/Sydney' }).toUTC().toISO()!;
const book = (from: string, to: string, title = 'Job') =>
  portal.staff.createBooking({ businessId, leadId: null, title, startsAt: at(from), endsAt: at(to) });

describe('booking', () => {
  test.each([
    ['09:00', '10:00', booked],
    ['16:00', '17:00', booked],
    ['08:59', '10:00', 'outside-hours'],
    ['16:30', '17:01', 'outside-hours'],
    ['10:00', '10:00', 'end-before-start'],
    ['11:00', '10:00', 'end-before-start'],
  ])('from %s to %s on a day from 9 to 5: %j', async (from, to, outcome) => {
    const answer = await book(from, to);
    expect(answer).toEqual(outcome);
  });

  test.each([
    ['10:00', '11:00', 'overlap'],
    ['10:30', '11:30', 'overlap'],
    ['09:00', '12:00', 'overlap'],
    ['11:00', '11:30', 'travel-buffer'],
    ['11:29', '12:00', 'travel-buffer'],
    ['09:00', '09:31', 'travel-buffer'],
  ])('from %s to %s beside one from 10 to 11 with half an hour between: %s', async (from, to, reason) => {
    await book('10:00', '11:00');
    expect(await book(from, to)).toBe(reason);
  });

  test('exactly one buffer away is free, and so is what was cancelled', async () => {
    const first = (await book('10:00', '11:00')) as { bookingId: string };
    expect(await book('11:30', '12:00')).toEqual({ bookingId: expect.any(String) });
    expect(await book('09:00', '09:30')).toEqual({ bookingId: expect.any(String) });
    expect(await portal.staff.cancelBooking({ businessId, ...first })).toBe('done');
    expect(await book('10:00', '11:00')).toEqual({ bookingId: expect.any(String) });
  });

  test('is taken wherever the day’s page offers it, and what begins earlier in that hour is not', async () => {
    for (const [from, to] of [
      ['10:00', '11:10'],
      ['14:20', '15:00'],
    ] as const)
      await book(from, to);
    const day = (await portal.staff.calendar({ businessId, firstDay: '2026-11-23', days: 1 }))!;
    const hours = Array.from({ length: 24 }, (_, hour) => Date.parse(day.from) + hour * 3_600_000);
    const offered = hours.flatMap((startsAt) => freeStart(day, { startsAt, endsAt: startsAt + 3_600_000 }, Date.parse(sunday)) ?? []);
    expect(offered.map((start) => DateTime.fromMillis(start, { zone: 'Australia/Sydney' }).toFormat('HH:mm'))).toEqual([
      '11:45',
      '12:00',
      '15:30',
      '16:00',
    ]);
    for (const start of offered) {
      const times = { startsAt: new Date(start).toISOString(), endsAt: new Date(start + 3_600_000).toISOString() };
      const made = await portal.staff.createBooking({ businessId, leadId: null, title: 'Job', ...times });
      expect(made).toEqual(booked);
      await portal.staff.cancelBooking({ businessId, ...(made as { bookingId: string }) });
    }
    const quarters = Array.from({ length: 96 }, (_, quarter) => Date.parse(day.from) + quarter * 900_000);
    for (const start of quarters.filter((one) => freeStart(day, { startsAt: one, endsAt: one + 1 }, 0) === undefined)) {
      const times = { startsAt: new Date(start).toISOString(), endsAt: new Date(start + 3_600_000).toISOString() };
      expect(await portal.staff.createBooking({ businessId, leadId: null, title: 'Job', ...times })).toEqual(
        expect.stringMatching(/hours|overlap|buffer/),
      );
    }
    expect(freeStart(day, { startsAt: hours[12]!, endsAt: hours[13]! }, hours[12]! + 60_000)).toBe(hours[12]! + 900_000);
  });

  test.each([
    ['on a closed day', { day: '2026-11-29', closed: true }, 'closed-day'],
    ['yesterday', { day: '2026-11-20' }, 'in-the-past'],
    ['in three years', { day: '2029-11-26' }, 'too-far-ahead'],
  ])('%s is refused', async (_what, { day, closed }: { day: string; closed?: boolean }, reason) => {
    if (closed)
      await portal.postgres.query(
        `update public.business_settings set working_hours = jsonb_set(working_hours, '{sunday,enabled}', 'false') where business_id = $1`,
        [businessId],
      );
    const wish = { businessId, leadId: null, title: 'Job', startsAt: at('10:00', day), endsAt: at('11:00', day) };
    expect(await portal.staff.createBooking(wish)).toBe(reason);
  });

  test.each(['', ' ', 'x'.repeat(121), 'two\nlines'])('with the title %j is refused', async (title) => {
    expect(await book('10:00', '11:00', title)).toBe('title');
  });

  test('can be moved onto its own time, not onto another’s', async () => {
    const first = (await book('10:00', '11:00')) as { bookingId: string };
    await book('13:00', '14:00');
    const move = (from: string, to: string) =>
      portal.owner.moveBooking({ businessId, ...first, title: null, startsAt: at(from), endsAt: at(to) });
    expect(await move('10:15', '11:15')).toEqual(first);
    expect(await move('12:45', '13:30')).toBe('overlap');
    expect(await portal.owner.booking({ businessId, ...first })).toMatchObject({ booking: { title: 'Job', startsAt: at('10:15') } });
    await portal.owner.cancelBooking({ businessId, ...first });
    expect(await move('15:00', '16:00')).toBe('not-booked');
  });

  test('of two at the same moment one gets it', async () => {
    const answers = await Promise.all([book('10:00', '11:00'), book('10:00', '11:00'), book('10:30', '11:30')]);
    expect(answers.filter((answer) => typeof answer === 'object')).toHaveLength(1);
  });

  test('by another business is not found', async () => {
    const first = (await book('10:00', '11:00')) as { bookingId: string };
    const times = { startsAt: at('12:00'), endsAt: at('13:00') };
    expect(await portal.other.createBooking({ businessId, leadId: null, title: 'x', ...times })).toBe('not-found');
    expect(await portal.other.moveBooking({ businessId, ...first, title: null, ...times })).toBe('not-found');
    expect(await portal.other.cancelBooking({ businessId: portal.theirs.businessId, ...first })).toBe('not-found');
    expect(await portal.other.booking({ businessId, ...first })).toBeNull();
    const [lead] = await portal.postgres.query('select id from public.leads where business_id = $1', [portal.theirs.businessId]);
    expect(await portal.owner.createBooking({ businessId, leadId: String(lead?.id), title: 'x', ...times })).toBe('not-found');
  });
});

const hoursOf = async (firstDay: string) => {
  const { from, to } = (await portal.owner.calendar({ businessId, firstDay, days: 1 }))!;
  return (Date.parse(to) - Date.parse(from)) / 3_600_000;
};

describe('a calendar’s days', () => {
  afterAll(() => inZone('Australia/Sydney'));

  test('are 23 and 25 hours long where the clocks change', async () => {
    expect([await hoursOf('2026-10-04'), await hoursOf('2027-04-04'), await hoursOf('2027-04-05')]).toEqual([23, 25, 24]);
  });

  test('begin and end where luxon says, in every Australian zone', async () => {
    const zones = [
      'Australia/Sydney',
      'Australia/Perth',
      'Australia/Adelaide',
      'Australia/Lord_Howe',
      'Australia/Darwin',
      'Pacific/Norfolk',
    ];
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...zones),
        fc.integer({ min: 0, max: 800 }),
        fc.integer({ min: 1, max: 42 }),
        async (zone, offset, days) => {
          await inZone(zone);
          const firstDay = DateTime.fromISO('2026-03-01').plus({ days: offset }).toISODate()!;
          const start = DateTime.fromISO(firstDay, { zone });
          expect(await portal.owner.calendar({ businessId, firstDay, days })).toMatchObject({
            from: start.toUTC().toISO(),
            to: start.plus({ days }).toUTC().toISO(),
          });
        },
      ),
      { numRuns: 60, seed: 4 },
    );
  });

  test('take a booking exactly when the clock on the wall is within hours', async () => {
    await inZone('Australia/Lord_Howe');
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 700 }), fc.integer({ min: 0, max: 95 }), async (day, quarter) => {
        const start = DateTime.fromISO('2026-11-22', { zone: 'Australia/Lord_Howe' }).plus({ days: day, minutes: quarter * 15 });
        const end = start.plus({ minutes: 60 });
        const isClosed = start.weekday === 7;
        const isWithin = start.toFormat('HH:mm') >= '09:00' && end.toFormat('HH:mm') <= '17:00' && start.hasSame(end, 'day');
        const times = { startsAt: start.toUTC().toISO()!, endsAt: end.toUTC().toISO()! };
        const answer = await portal.owner.createBooking({ businessId, leadId: null, title: 'x', ...times });
        const expected = isClosed ? 'closed-day' : isWithin ? booked : 'outside-hours';
        expect(answer).toEqual(expected);
        await portal.postgres.query('delete from public.bookings');
      }),
      { numRuns: 80, seed: 5 },
    );
  });
});

const create = (now = sunday) => portal.postgres.rpc('create_demo', { p_run_id: portal.mine.runId, p_now: now }, service);

describe('the demo', () => {
  test('is made once, labelled, in working hours, blocks nothing, and does not come back', async () => {
    await create();
    await create();
    const shown = (await portal.owner.calendar({ businessId, firstDay: null, days: 14 }))!;
    expect(shown.bookings).toHaveLength(1);
    expect(shown.bookings[0]).toMatchObject({ isDemo: true, startsAt: at('09:00'), endsAt: at('10:00') });
    const { leadId } = shown.bookings[0]!;
    const thread = (await portal.owner.leadThread({ businessId, leadId: leadId! }))!;
    expect(thread.lead.isDemo).toBe(true);
    expect(thread.messages.map(({ direction }) => direction)).toEqual(['inbound', 'outbound', 'inbound', 'outbound']);
    expect(await book('09:00', '10:00')).toEqual({ bookingId: expect.any(String) });
    expect(await portal.owner.deleteDemo(businessId)).toBe('done');
    await create();
    expect((await portal.owner.calendar({ businessId, firstDay: null, days: 14 }))!.bookings.map(({ isDemo }) => isDemo)).toEqual([false]);
    const steps = (await portal.owner.frame(businessId))!.walkthrough;
    expect(steps.find(({ step }) => step === 'delete-demo')?.status).toBe('done');
  });
});

describe('a demo that is over', () => {
  test('moves to the next working day, and what was said about it follows', async () => {
    await portal.postgres.query('update public.businesses set demo_created_at = null where id = $1', [businessId]);
    await create();
    const demo = async () => (await portal.owner.calendar({ businessId, firstDay: null, days: 14 }))!.bookings[0]!;
    const { id, leadId, endsAt } = await demo();
    await create(new Date(Date.parse(endsAt) - 1000).toISOString());
    expect(await demo()).toMatchObject({ startsAt: at('09:00') });
    await create(endsAt);
    const nextDay = (time: string) => DateTime.fromISO(at(time)).plus({ days: 1 }).toUTC().toISO({ suppressMilliseconds: true });
    const moved = await demo();
    expect(moved).toMatchObject({ id, isDemo: true });
    expect([moved.startsAt, moved.endsAt].map((time) => Date.parse(time))).toEqual(
      [nextDay('09:00'), nextDay('10:00')].map((time) => Date.parse(time!)),
    );
    const { messages } = (await portal.owner.leadThread({ businessId, leadId: leadId! }))!;
    expect(messages.map(({ body }) => body).filter((body) => body.includes('suit?'))).toEqual([expect.stringContaining('Tuesday 9:00 am')]);
  });
});

const feed = (tokenHash: string) =>
  portal.postgres.rpc('calendar_feed', { p_token_hash: tokenHash, p_now: sunday }, service) as Promise<{ bookings: unknown[] } | null>;

describe('the feed', () => {
  test('opens with its newest address alone, and closes with the person who made it', async () => {
    const [first, second] = ['a'.repeat(64), 'b'.repeat(64)];
    await book('10:00', '11:00');
    expect(await portal.other.setCalendarFeed(businessId, first)).toBe('not-found');
    expect(await portal.owner.setCalendarFeed(businessId, first)).toBe('done');
    expect((await feed(first))?.bookings).toHaveLength(1);
    expect(await portal.staff.setCalendarFeed(businessId, second)).toBe('done');
    expect(await feed(first)).toBeNull();
    expect((await feed(second))?.bookings).toHaveLength(1);
    await portal.owner.removeMember(businessId, portal.memberId);
    expect(await feed(second)).toBeNull();
    await portal.owner.setCalendarFeed(businessId, null);
    expect(await portal.postgres.query('select from public.calendar_feeds')).toEqual([]);
  });
});
