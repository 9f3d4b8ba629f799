/** What the client tells us at /onboarding: the SOP's step 2. Pure. */
import * as z from 'zod';
import { E164 } from './phone';
import { australianTimeZones, states } from './time-zone';
import { WorkingHours } from './working-hours';

const line = (maximum: number) => z.string().trim().min(1).max(maximum);

/** A complete, valid form. `email` and `mobile` (E.164) are the ones that will sign in; `timeZone` is an IANA name. */
export const OnboardingForm = z.object({
  businessName: line(80),
  firstName: line(50),
  lastName: line(50),
  email: z
    .email()
    .max(200)
    .transform((email) => email.toLowerCase()),
  mobile: E164,
  services: line(1000),
  workingHours: WorkingHours,
  currentBookingProcess: line(2000),
  goals: line(2000),
  suburb: line(60),
  state: z.enum(states),
  postcode: z.string().regex(/^\d{4}$/),
  timeZone: z.enum(australianTimeZones),
});
export type OnboardingForm = z.infer<typeof OnboardingForm>;
