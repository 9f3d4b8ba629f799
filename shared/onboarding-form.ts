/** What the client tells us at /onboarding: the SOP's step 2. Pure. */
import * as z from 'zod';
import { E164 } from './phone';
import { australianTimeZones, states } from './time-zone';
import { WorkingHours } from './working-hours';

/** Not only spaces and invisible characters. */
const visible = /[\p{L}\p{N}\p{P}\p{S}]/u;
/** One line of text without control characters and halves of characters, which no database and no mail takes. */
const line = (maximum: number) =>
  z
    .string()
    .trim()
    .max(maximum)
    .regex(visible)
    .regex(/^[^\p{Cc}\p{Cs}]*$/u);
/** Several lines of it. */
const lines = (maximum: number) =>
  z
    .string()
    .trim()
    .max(maximum)
    .regex(visible)
    .regex(/^(?:[^\p{Cc}\p{Cs}]|[\r\n\t])*$/u);

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
  services: lines(1000),
  workingHours: WorkingHours,
  currentBookingProcess: lines(2000),
  goals: lines(2000),
  suburb: line(60),
  state: z.enum(states),
  postcode: z.string().regex(/^\d{4}$/),
  timeZone: z.enum(australianTimeZones),
});
export type OnboardingForm = z.infer<typeof OnboardingForm>;
