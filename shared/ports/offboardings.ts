/** Clients who leave. */
import type { Decision, Offboarding, OffboardingStep } from '../offboarding';
import type { StepName } from '../run';
import type { Evidence } from './ledger';

/** `offboardings`: a client leaves, and may come back until the number is released. Every call is one round trip and idempotent. */
export interface Offboardings {
  /** Counts the attempt. The first step claims the offboarding for its execution; `taken`: another one has it. Throws ExecutionMismatch in the other steps. */
  beginStep(attempt: {
    offboardingId: string;
    step: OffboardingStep;
    executionId: string;
    redriveCount: number;
  }): Promise<{ claim: 'yours'; offboarding: Offboarding } | { claim: 'taken' }>;
  finishStep(result: { offboardingId: string; step: OffboardingStep; evidence: Evidence }): Promise<void>;
  failStep(failure: { offboardingId: string; step: OffboardingStep; error: string; message: string }): Promise<void>;
  /** The run begins no step any more. Answers the step whose attempt may still be at work. */
  cancelRun(offboardingId: string): Promise<StepName | null>;
  suspendBusiness(offboardingId: string): Promise<void>;
  /** Ends memberships, invitations, links and calendar address. Answers the ids of the people who sign in nowhere else, and notes who had blocked them before. */
  endMemberships(offboardingId: string): Promise<string[]>;
  /** Answers from when on the number may be released, ISO 8601 UTC. */
  quarantineNumber(offboardingId: string): Promise<{ releaseAfter: string }>;
  /** Stores the task token of this attempt; answers what was decided already. Locks against the decision. */
  openWait(wait: { offboardingId: string; taskToken: string }): Promise<{ decision: Decision | null }>;
  closeWait(wait: { offboardingId: string; taskToken: string }): Promise<void>;
  /** Throws ReleaseNotConfirmed unless a second person has confirmed it. */
  checkRelease(offboardingId: string): Promise<void>;
  recordReleased(offboardingId: string): Promise<void>;
  complete(offboardingId: string): Promise<void>;
  /** Statuses, number and memberships as before. Answers the ids of the members. Throws ReleaseNotConfirmed if nobody has undone it. */
  restoreBusiness(offboardingId: string): Promise<string[]>;
  /** The people whose logins an offboarding has closed. `blockedUntil`: somebody had blocked them by hand before, until then; ISO 8601 UTC. Throws as `restoreBusiness`. */
  loginsToRestore(offboardingId: string): Promise<{ userId: string; blockedUntil: string | null }[]>;
  /** Lets the run begin steps again; true if it was stopped half way. */
  resumeRun(offboardingId: string): Promise<boolean>;
  completeUndo(offboardingId: string): Promise<void>;
  /** What nudge-offboarding has to do now. `week`: the weeks since the quarantine was over. */
  due(): Promise<{
    starts: string[];
    wakeUps: { offboardingId: string; taskToken: string; decision: Decision }[];
    releases: { offboardingId: string; invoiceNumber: string; week: number }[];
  }>;
  /** Whose execution it is: an offboarding's own, or a provisioning that an offboarding has stopped. */
  ofExecution(executionId: string): Promise<{ kind: 'offboarding' | 'stopped'; invoiceNumber: string } | null>;
}
