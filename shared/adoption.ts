/** Clients that were set up by hand, taken over as completed runs; their numbers move one at a time. Pure, but for the port. */
import * as z from 'zod';
import { OnboardingForm } from './onboarding-form';
import { E164 } from './phone';
import { WorkingHours } from './working-hours';

/** A client as the operator describes it. Without `workingHours` the business's own row must have them; `liveAt` ISO 8601. */
export const HandMadeClient = z.object({
  contactId: z.guid(),
  businessName: z.string(),
  firstName: z.string(),
  email: z.string(),
  mobile: E164,
  liveAt: z.iso.datetime(),
  timeZone: OnboardingForm.shape.timeZone,
  workingHours: WorkingHours.nullable(),
  form: OnboardingForm.omit({ workingHours: true }),
  invoiceNumber: z.string().nullable(),
  businessId: z.guid().nullable(),
  notes: z.string().nullable(),
});
export type HandMadeClient = z.infer<typeof HandMadeClient>;

/** `already`: it was adopted before, and at most its login was linked now. `login` none: Auth has no user with the address. */
export const Adoption = z.discriminatedUnion('outcome', [
  z.object({
    outcome: z.literal('adopted'),
    runId: z.uuid(),
    businessId: z.guid(),
    business: z.enum(['created', 'taken over']),
    login: z.enum(['linked', 'none']),
  }),
  z.object({ outcome: z.literal('already'), runId: z.uuid(), businessId: z.guid(), login: z.enum(['linked', 'none']) }),
  z.object({ outcome: z.literal('refused'), reason: z.string() }),
]);
export type Adoption = z.infer<typeof Adoption>;

/** What Twilio keeps for a number and a move changes, by Twilio's names; what is not set is an empty string. */
export const NumberSettings = z.object({
  friendly_name: z.string(),
  sms_url: z.string(),
  sms_method: z.string(),
  sms_fallback_url: z.string(),
  sms_fallback_method: z.string(),
  sms_application_sid: z.string(),
  voice_url: z.string(),
  voice_method: z.string(),
  voice_application_sid: z.string(),
  status_callback: z.string(),
  status_callback_method: z.string(),
});
export type NumberSettings = z.infer<typeof NumberSettings>;

/** `adopted`: not moved yet. `previousSettings`: those that an undo restores. */
export const AdoptedNumber = z.object({
  e164: E164,
  sid: z.string(),
  state: z.enum(['adopted', 'configured']),
  runId: z.uuid(),
  businessName: z.string(),
  invoiceNumber: z.string(),
  previousSettings: NumberSettings.nullable(),
  movedAt: z.iso.datetime({ offset: true }).nullable(),
});
export type AdoptedNumber = z.infer<typeof AdoptedNumber>;

/** `clients`, `provisioning_runs`, `businesses` and `phone_numbers` of clients that were set up by hand. */
export interface Adoptions {
  /** All of it or nothing. A dry run tells what would happen. `by` names the operator. */
  adopt(wish: { client: HandMadeClient; number: { e164: string; sid: string }; isDryRun: boolean; by: string }): Promise<Adoption>;
  /** Those that have not moved first. */
  numbers(): Promise<AdoptedNumber[]>;
  /** Keeps the previous settings before anything changes; null: those that are kept stay. False: it is not there to be moved. */
  beginMove(move: { e164: string; previous: NumberSettings | null }): Promise<boolean>;
  /** From now on the number's messages are ours. */
  finishMove(move: { e164: string; by: string }): Promise<boolean>;
  /** From now on they are not; false if there is nothing to go back to. */
  beginUndo(e164: string): Promise<boolean>;
  finishUndo(move: { e164: string; by: string }): Promise<boolean>;
}
