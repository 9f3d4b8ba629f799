/** Which free times to offer: two that suit what the lead said, far enough apart to be a choice. Pure. */
import { DateTime } from 'luxon';
import type { LeadFacts, Span } from './facts';
import { fits, readWish, type Wish } from './wish';

const APART_MS = 3 * 3600_000;

interface Preference {
  timeZone: string;
  facts?: LeadFacts;
  now?: Date;
}

/** One or two of the free times, earliest first; `isExact`: they are what the lead asked for. Empty if nothing is free. */
export function slotsFor(free: readonly Span[], { timeZone, facts, now }: Preference): { slots: string[]; isExact: boolean } {
  const starts = free.map(({ startsAt }) => startsAt);
  const wish = facts?.preferredTime && now ? readWish(facts.preferredTime, { now, timeZone }) : undefined;
  if (!wish) return { slots: twoOf(facts?.urgency === 'flexible' && now ? fromTomorrow(starts, now, timeZone) : starts), isExact: true };
  const fitting = starts.filter((startsAt) => fits(wish, startsAt, timeZone));
  if (fitting.length > 0) return { slots: wish.at === undefined ? twoOf(fitting) : fitting.slice(0, 1), isExact: true };
  return { slots: twoOf(nearest(starts, wish, timeZone)), isExact: false };
}

function twoOf(starts: readonly string[]): string[] {
  const [first] = starts;
  if (first === undefined) return [];
  const second = starts.find((startsAt) => Date.parse(startsAt) - Date.parse(first) >= APART_MS) ?? starts[1];
  return second === undefined ? [first] : [first, second];
}

function fromTomorrow(starts: readonly string[], now: Date, timeZone: string): string[] {
  const tomorrow = DateTime.fromJSDate(now, { zone: timeZone }).startOf('day').plus({ days: 1 }).toMillis();
  return starts.filter((startsAt) => Date.parse(startsAt) >= tomorrow);
}

/** The same day at another time, else the same time of day, else from the wished day on, else anything. */
function nearest(starts: readonly string[], wish: Wish, timeZone: string): string[] {
  const { dates, weekday, ...time } = wish;
  const day: Wish = { ...(dates && { dates }), ...(weekday !== undefined && { weekday }) };
  const later: Wish = dates ? { dates: { first: dates.first, last: '9999-12-31' } } : {};
  const looser = [day, { ...later, ...time }, time, later];
  const found = looser.map((other) => (Object.keys(other).length > 0 ? starts.filter((startsAt) => fits(other, startsAt, timeZone)) : []));
  return found.find((some) => some.length > 0) ?? [...starts];
}
