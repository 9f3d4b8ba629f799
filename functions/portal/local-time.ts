/** Times as the business's clock says. */
import { DateTime } from 'luxon';

/** A business that the pipeline did not make may have no zone. */
export const zoneOf = (business: { timeZone: string | null }): string => business.timeZone ?? 'UTC';

const lower = (text: string) => text.replace(/[AP]M$/, (half) => half.toLowerCase());
const at = (time: string, zone: string) => DateTime.fromISO(time, { zone });

/** `22 Nov, 2:05 pm`. */
export const dayAndTime = (time: string, zone: string): string => lower(at(time, zone).toFormat('d LLL, h:mm a'));
/** `2:05 pm`. */
export const clockTime = (time: string, zone: string): string => lower(at(time, zone).toFormat('h:mm a'));
/** `14:05` as `2:05 pm`. */
export const clockWords = (clock: string): string => clockTime(`2000-01-01T${clock}Z`, 'UTC');
/** `Mon 23 Nov, 9:00 am`. */
export const weekdayAndTime = (time: string, zone: string): string => lower(at(time, zone).toFormat('ccc d LLL, h:mm a'));
/** `22 November 2026`. */
export const longDay = (time: string, zone: string): string => at(time, zone).toFormat('d LLLL yyyy');
/** `2026-11-22`. */
export const localDay = (time: string, zone: string): string => at(time, zone).toISODate() ?? '';
/** `14:05`. */
export const localClock = (time: string, zone: string): string => at(time, zone).toFormat('HH:mm');

/** `2026-11-22 14:05`, for thousands of times: a formatter that is made once is fifty times faster than Luxon. */
export function stamps(zone: string): (time: string) => string {
  const format = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'short' });
  return (time) => format.format(new Date(time));
}

/** The moment of a local day and clock time; null if there is none: the clock skips it, or it is no time. ISO 8601 UTC. */
export function momentOf(day: string, clock: string, zone: string): string | null {
  const moment = DateTime.fromISO(`${day}T${clock}`, { zone });
  if (!moment.isValid || moment.toFormat("yyyy-MM-dd'T'HH:mm") !== `${day}T${clock}`) return null;
  return moment.toUTC().toISO();
}

/** `1 h 5 min`, `40 s`: at most two parts. */
export function duration(seconds: number): string {
  const parts = [
    [Math.floor(seconds / 86_400), 'd'],
    [Math.floor(seconds / 3600) % 24, 'h'],
    [Math.floor(seconds / 60) % 60, 'min'],
    [Math.round(seconds % 60), 's'],
  ] as const;
  const first = parts.findIndex(([count]) => count > 0);
  if (first < 0) return '0 s';
  return parts
    .slice(first, first + 2)
    .flatMap(([count, unit]) => (count > 0 ? [`${count} ${unit}`] : []))
    .join(' ');
}
