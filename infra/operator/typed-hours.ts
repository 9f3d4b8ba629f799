/** Working hours as a person types them: `mon-fri 09:00-17:00; sat 09:00-13:00`. Pure. */
import { weekdays, type Weekday, WorkingHours } from '../../shared/working-hours';

/** Days that are not named are closed. Undefined if it cannot be read. */
export function typedHours(text: string): WorkingHours | undefined {
  const open = new Map<Weekday, { start: string; end: string }>();
  for (const part of text.toLowerCase().split(/[;\n]/)) {
    if (part.trim() === '') continue;
    const found = /^\s*([a-z]+)(?:\s*[-–]\s*([a-z]+))?\s+(\d\d:\d\d)\s*[-–]\s*(\d\d:\d\d)\s*$/.exec(part);
    const [, first = '', last = first, start = '', end = ''] = found ?? [];
    const days = between(first, last);
    if (!found || days.length === 0) return undefined;
    for (const day of days) open.set(day, { start, end });
  }
  const week = weekdays.map((day) => {
    const hours = open.get(day);
    return [day, hours ? { enabled: true, ...hours } : { enabled: false, start: '09:00', end: '17:00' }];
  });
  return WorkingHours.safeParse(Object.fromEntries(week)).data;
}

function between(first: string, last: string): readonly Weekday[] {
  const [from, to] = [indexOf(first), indexOf(last)];
  return from < 0 || to < from ? [] : weekdays.slice(from, to + 1);
}

/** `mon` or `monday`. */
function indexOf(text: string): number {
  return text.length < 3 ? -1 : weekdays.findIndex((day) => day.startsWith(text));
}
