/** When the first-week checks are due: at 10:00 by the clock on the client's wall. Pure. */
import { DateTime } from 'luxon';

/** ISO 8601 UTC. */
export interface CheckTimes {
  day1At: string;
  day3At: string;
  day7At: string;
}

const checkHour = 10;
/** Somebody who went live last night has had no time to sign in by 10:00. */
const leastHoursBeforeDay1 = 12;
/** A check that a redrive runs later than this asks about a week that is over. */
const latestHours = 36;

/** `liveAt` ISO 8601, `timeZone` an IANA name. Day N is the Nth calendar day there after the one of going live; day 1 moves to day 2 after a late evening. */
export function checkTimes(liveAt: string, timeZone: string): CheckTimes {
  const live = DateTime.fromISO(liveAt, { zone: timeZone });
  if (!live.isValid) throw new Error(`cannot tell the time of the checks: ${live.invalidReason}`);
  const morning = (day: number) => live.startOf('day').plus({ days: day }).set({ hour: checkHour });
  const isTooEarly = morning(1) < live.plus({ hours: leastHoursBeforeDay1 });
  return { day1At: iso(morning(isTooEarly ? 2 : 1)), day3At: iso(morning(3)), day7At: iso(morning(7)) };
}

/** True if a check that was due at `dueAt` (ISO 8601) is not worth doing any more. */
export function isLate(dueAt: string, now: Date = new Date()): boolean {
  return now.getTime() - Date.parse(dueAt) > latestHours * 3_600_000;
}

function iso(time: DateTime): string {
  return time.toJSDate().toISOString();
}
