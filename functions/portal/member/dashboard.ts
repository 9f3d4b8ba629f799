/** The dashboard: number and state, stats, latest leads, next bookings, in one round trip. */
import * as z from 'zod';
import { Stats } from '../stats';
import { Booking } from './calendar';
import { isId, type MemberDatabase, now } from './database';
import { Frame } from './frame';
import { LeadLine } from './leads';

/** Leads newest first, at most 10; bookings from now on, at most 5. */
export const DashboardData = z.object({ frame: Frame, stats: Stats, leads: z.array(LeadLine), bookings: z.array(Booking) });
export type DashboardData = z.infer<typeof DashboardData>;

export function dashboardOf(db: MemberDatabase) {
  return {
    /** Notes that this person has looked, too. Null: no such business, or not this person's. */
    dashboard: async (businessId: string): Promise<DashboardData | null> =>
      isId(businessId) ? db.call('dashboard', { p_business_id: businessId, p_now: now() }, DashboardData.nullable()) : null,
    /** What a page needs that reads nothing else. */
    frame: async (businessId: string): Promise<Frame | null> =>
      isId(businessId) ? db.call('business_frame', { p_business_id: businessId }, Frame.nullable()) : null,
  };
}
