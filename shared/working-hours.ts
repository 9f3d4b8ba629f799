/** Working hours in the SOP's own JSON shape. Pure. */
import * as z from 'zod';

export const weekdays = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'] as const;
export type Weekday = (typeof weekdays)[number];

/** 24-hour local time, `HH:MM`. */
export const LocalTime = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'a time like 09:00');

export const DayHours = z
  .object({ enabled: z.boolean(), start: LocalTime, end: LocalTime })
  .refine((day) => !day.enabled || day.start < day.end, { message: 'closing time must be after opening time', path: ['end'] });
export type DayHours = z.infer<typeof DayHours>;

export const WorkingHours = z.object({
  monday: DayHours,
  tuesday: DayHours,
  wednesday: DayHours,
  thursday: DayHours,
  friday: DayHours,
  saturday: DayHours,
  sunday: DayHours,
});
export type WorkingHours = z.infer<typeof WorkingHours>;

/** The SOP's defaults: Monday to Friday 9 to 5; Saturday's hours are there but off. */
export const defaultWorkingHours: WorkingHours = {
  monday: { enabled: true, start: '09:00', end: '17:00' },
  tuesday: { enabled: true, start: '09:00', end: '17:00' },
  wednesday: { enabled: true, start: '09:00', end: '17:00' },
  thursday: { enabled: true, start: '09:00', end: '17:00' },
  friday: { enabled: true, start: '09:00', end: '17:00' },
  saturday: { enabled: false, start: '09:00', end: '13:00' },
  sunday: { enabled: false, start: '09:00', end: '17:00' },
};
/** Minutes. */
export const defaultTravelBuffer = 30;
/** Minutes. */
export const defaultJobDuration = 60;
