/** Everything that a signed-in person can read and change, as that person: the database decides what is whose. */
import { calendarOf } from './calendar';
import { dashboardOf } from './dashboard';
import type { MemberDatabase } from './database';
import { leadsOf } from './leads';
import { peopleOf } from './people';
import { settingsOf } from './settings';

/** Null and `not-found`: no such thing, or not this person's. */
export function memberOf(db: MemberDatabase) {
  return { ...dashboardOf(db), ...leadsOf(db), ...calendarOf(db), ...settingsOf(db), ...peopleOf(db) };
}
export type Member = ReturnType<typeof memberOf>;
