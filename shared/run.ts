/** One client's provisioning as the database knows it: what every step is given. */
import * as z from 'zod';
import { OnboardingForm } from './onboarding-form';
import { E164 } from './phone';

/** The steps in order: the same words are the states of the machine, the functions, and the rows of the checklist. */
export const stepNames = [
  'ConfirmDeposit',
  'SendConfirmation',
  'AwaitOnboarding',
  'ReviewOnboarding',
  'ProvisionNumber',
  'CreateBusiness',
  'ConfigureSettings',
  'CreateLogin',
  'SendTestSms',
  'VerifySystem',
  'GoLive',
  'SendWelcome',
  'CheckLogin',
  'CheckSmsActivity',
  'FollowUp',
  'CompleteRun',
] as const;
export const StepName = z.enum(stepNames);
export type StepName = z.infer<typeof StepName>;

/** The nine steps of the SOP and the states that do each. */
export const sopSteps: readonly { number: number; title: string; steps: readonly StepName[] }[] = [
  { number: 1, title: 'Deposit confirmed', steps: ['ConfirmDeposit', 'SendConfirmation'] },
  { number: 2, title: 'Onboarding form reviewed', steps: ['AwaitOnboarding', 'ReviewOnboarding'] },
  { number: 3, title: 'Twilio number purchased and configured', steps: ['ProvisionNumber'] },
  { number: 4, title: 'Business record created', steps: ['CreateBusiness'] },
  { number: 5, title: 'Business settings configured', steps: ['ConfigureSettings'] },
  { number: 6, title: 'Login created', steps: ['CreateLogin'] },
  { number: 7, title: 'System tested', steps: ['SendTestSms', 'VerifySystem'] },
  { number: 8, title: 'Client handoff e-mail sent', steps: ['GoLive', 'SendWelcome'] },
  { number: 9, title: 'First week monitored', steps: ['CheckLogin', 'CheckSmsActivity', 'FollowUp', 'CompleteRun'] },
];

const Time = z.iso.datetime({ offset: true });

/**
 * `reserved`: chosen, not asked for; `requested`: a purchase may have happened; `owned`: bought; `configured`: read back and right;
 * `adopted`: bought by hand, its webhooks not moved yet; `quarantined`: its client has left.
 */
export const NumberState = z.enum(['reserved', 'requested', 'owned', 'configured', 'adopted', 'quarantined']);
export type NumberState = z.infer<typeof NumberState>;

/** Times are ISO 8601. Parts are null until their step has run. */
export const Run = z.object({
  runId: z.uuid(),
  invoiceId: z.guid(),
  tenantId: z.guid(),
  invoiceNumber: z.string(),
  executionId: z.string(),
  createdAt: Time,
  client: z.object({
    clientId: z.uuid(),
    name: z.string(),
    firstName: z.string().nullable(),
    email: z.string(),
    phone: z.string().nullable(),
    status: z.string(),
    liveAt: Time.nullable(),
  }),
  onboarding: z.object({ businessId: z.uuid(), form: OnboardingForm, submittedAt: Time }).nullable(),
  number: z.object({ e164: E164, sid: z.string().nullable(), state: NumberState, attempt: z.int() }).nullable(),
  business: z.object({ id: z.uuid(), name: z.string(), timeZone: z.string() }).nullable(),
  login: z.object({ userId: z.uuid().nullable(), existedBefore: z.boolean() }).nullable(),
  testSms: z.object({ nonce: z.string(), messageSid: z.string().nullable() }).nullable(),
  /** When the first-week checks are due; null until GoLive. */
  checks: z.object({ day1At: Time, day3At: Time, day7At: Time }).nullable(),
});
export type Run = z.infer<typeof Run>;

/** The run as an attempt of a step is given it. */
export const BegunStep = Run.extend({
  /** Redrives and re-issues before this execution, which counts its own redrives from 0. */
  earlierRestarts: z.int().optional(),
  /** What the step gave in an earlier execution: a re-issued one comes to a step that is done. */
  doneBefore: z.record(z.string(), z.string()).optional(),
});
export type BegunStep = z.infer<typeof BegunStep>;
