/** When an owner may be told of a lead: not between 21:00 and 07:00 by the clock on the owner's wall. Pure. */
import { DateTime } from 'luxon';

const quietFrom = 21;
const quietUntil = 7;

/** `timeZone`: an IANA name. Urgent news is due at once. */
export function dueAt(now: Date, timeZone: string, urgent: boolean): Date {
  const local = DateTime.fromJSDate(now, { zone: timeZone });
  if (!local.isValid) throw new Error(`cannot tell the owner's time: ${local.invalidReason}`);
  if (urgent || (local.hour >= quietUntil && local.hour < quietFrom)) return now;
  const morning = local.startOf('day').set({ hour: quietUntil });
  return (local.hour >= quietFrom ? morning.plus({ days: 1 }) : morning).toJSDate();
}
