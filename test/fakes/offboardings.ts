import { TerminalError } from '../../shared/errors';
import type { Decision, Offboarding, OffboardingStep } from '../../shared/offboarding';
import type { Evidence } from '../../shared/ports/ledger';
import type { Offboardings } from '../../shared/ports/offboardings';
import type { StepName } from '../../shared/run';
import { businessId, runId } from './a-run';
import { type Script, scripted } from './script';

export const offboardingId = '6d1c0a52-3c55-4c0e-9d2b-0d8f4a1b2c10';

/** The offboarding of a client who was live. */
export function anOffboarding(changes: Partial<Offboarding> = {}): Offboarding {
  return {
    offboardingId,
    runId,
    invoiceNumber: 'INV-0042',
    provisioningExecutionId: 'arn:aws:states:ap-southeast-2:000000000000:execution:provisioning:one',
    runStatus: 'completed',
    decision: null,
    releaseAfter: '2026-12-22T03:00:00Z',
    stoppedStep: null,
    client: { firstName: 'Jo', name: 'Bright Sparks Electrical', email: 'jo@brightsparks.example' },
    businessId,
    wasTold: true,
    number: { e164: '+61480000001', sid: 'PN1', state: 'quarantined' },
    retentionMonths: 24,
    ...changes,
  };
}

interface Options extends Script<Offboardings> {
  offboarding?: Offboarding;
  /** The execution that has claimed it. */
  executionId?: string;
  /** The step that may still be at work, answer by answer; then none is. */
  atWork?: StepName[];
  /** Who signs in nowhere else; all who may sign in again. */
  people?: string[];
  /** Until when somebody had blocked them by hand. */
  blockedBefore?: Record<string, string>;
  due?: Partial<Awaited<ReturnType<Offboardings['due']>>>;
  owners?: Record<string, Awaited<ReturnType<Offboardings['ofExecution']>>>;
}

/** One offboarding; `did` names what was done to it, in order. */
export function fakeOffboardings(options: Options = {}) {
  const { offboarding = anOffboarding(), atWork = [], people = [], blockedBefore = {}, due = {}, owners = {}, ...script } = options;
  let { executionId } = options;
  const did: string[] = [];
  const steps = new Map<OffboardingStep, { status: string; evidence?: Evidence; error?: string }>();
  const state: { wait: string | null; decision: Decision | null } = { wait: null, decision: offboarding.decision };
  const decided = (wanted: Decision) => {
    if (state.decision !== wanted) throw new TerminalError('ReleaseNotConfirmed', 'nobody has decided that');
  };
  const port: Offboardings = {
    async beginStep({ step, executionId: asking }) {
      if (step === 'StopProvisioning') executionId ??= asking;
      if (executionId !== undefined && executionId !== asking) {
        if (step === 'StopProvisioning') return { claim: 'taken' };
        throw new TerminalError('ExecutionMismatch', 'another execution has this offboarding');
      }
      steps.set(step, { status: 'running' });
      return { claim: 'yours', offboarding };
    },
    async finishStep({ step, evidence }) {
      steps.set(step, { status: 'done', evidence });
    },
    async failStep({ step, error }) {
      steps.set(step, { status: 'failed', error });
    },
    async cancelRun() {
      did.push('cancelled');
      return atWork.shift() ?? null;
    },
    async suspendBusiness() {
      did.push('suspended');
    },
    async endMemberships() {
      did.push('memberships ended');
      return people;
    },
    async quarantineNumber() {
      did.push('quarantined');
      return { releaseAfter: offboarding.releaseAfter ?? '2026-12-22T03:00:00Z' };
    },
    async openWait({ taskToken }) {
      state.wait = taskToken;
      return { decision: state.decision };
    },
    async closeWait({ taskToken }) {
      if (state.wait === taskToken) state.wait = null;
    },
    async checkRelease() {
      decided('release');
    },
    async recordReleased() {
      decided('release');
      did.push('released');
    },
    async complete() {
      decided('release');
      did.push('completed');
    },
    async restoreBusiness() {
      decided('undo');
      did.push('restored');
      return people;
    },
    async loginsToRestore() {
      decided('undo');
      return people.map((userId) => ({ userId, blockedUntil: blockedBefore[userId] ?? null }));
    },
    async resumeRun() {
      did.push('resumed');
      return offboarding.stoppedStep !== null;
    },
    async completeUndo() {
      did.push('undone');
    },
    due: async () => ({ starts: [], wakeUps: [], releases: [], ...due }),
    ofExecution: async (executionArn) => owners[executionArn] ?? null,
  };
  return { ...scripted(port, script), did, steps, state };
}
