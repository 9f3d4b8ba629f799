/** One client's offboarding as the database knows it: what every step of it is given. */
import * as z from 'zod';
import { E164 } from './phone';
import { NumberState, StepName } from './run';

/** The steps in order: the same words are the states of the machine, the functions, and the rows of the checklist. */
export const offboardingSteps = [
  'StopProvisioning',
  'SuspendBusiness',
  'DisableLogin',
  'QuarantineNumber',
  'TellLeavingClient',
  'AwaitRelease',
  // After `release`.
  'ReleaseNumber',
  'CompleteOffboarding',
  // After `undo`.
  'RestoreBusiness',
  'RestoreLogin',
  'TellReturningClient',
  'CompleteUndo',
] as const;
export const OffboardingStep = z.enum(offboardingSteps);
export type OffboardingStep = z.infer<typeof OffboardingStep>;

/** What an operator decides: `undo` any time before, `release` after the quarantine and never by the one who started it. */
export const Decision = z.enum(['release', 'undo']);
export type Decision = z.infer<typeof Decision>;

/** The steps that come only with a decision. */
export const stepsOfDecision: Record<Decision, readonly OffboardingStep[]> = {
  release: ['ReleaseNumber', 'CompleteOffboarding'],
  undo: ['RestoreBusiness', 'RestoreLogin', 'TellReturningClient', 'CompleteUndo'],
};

/** Days that a number stays ours, and everything can be undone; the database counts them. */
export const quarantineDays = 30;

const Time = z.iso.datetime({ offset: true });

/** Times are ISO 8601. `provisioningExecutionId`: null if the client was adopted. `stoppedStep`: where provisioning stopped; null if it was complete. `wasTold`: the client may have read that it ends. `number`: null if none is held, or was. */
export const Offboarding = z.object({
  offboardingId: z.guid(),
  runId: z.guid(),
  invoiceNumber: z.string(),
  provisioningExecutionId: z.string().nullable(),
  runStatus: z.enum(['running', 'completed', 'cancelled']),
  decision: Decision.nullable(),
  releaseAfter: Time.nullable(),
  stoppedStep: StepName.nullable(),
  client: z.object({ firstName: z.string().nullable(), name: z.string(), email: z.string() }),
  businessId: z.guid().nullable(),
  wasTold: z.boolean(),
  number: z.object({ e164: E164, sid: z.string().nullable(), state: NumberState.or(z.literal('released')) }).nullable(),
  retentionMonths: z.int(),
});
export type Offboarding = z.infer<typeof Offboarding>;
