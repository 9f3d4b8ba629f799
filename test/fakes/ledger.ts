import { TerminalError } from '../../shared/errors';
import type { Evidence, Ledger } from '../../shared/ports/ledger';
import type { Run, StepName } from '../../shared/run';
import { aRun } from './a-run';
import { type Script, scripted } from './script';

interface Options extends Script<Ledger> {
  run?: Run;
  /** What the first-week checks will see. */
  week?: { viewedAt: string | null; inboundCount: number };
  now?: () => string;
}
interface StepRow {
  attempts: number;
  status: 'running' | 'done' | 'failed';
  evidence: Evidence | null;
  error: string | null;
}

/** One run and its checklist. */
export function fakeLedger({ run = aRun(), week, now = () => '2026-11-22T03:00:00.000Z', ...script }: Options = {}) {
  const claims = new Map<string, string>();
  const steps = new Map<StepName, StepRow>();
  const businesses = new Set<string>();
  const demos = new Set<string>();
  const settings = new Map<string, Parameters<Ledger['configureSettings']>[0]>();
  const seen: { liveAt: string | null; checks: Run['checks']; completedAt: string | null } = {
    liveAt: null,
    checks: null,
    completedAt: null,
  };
  const row = (step: StepName) => steps.get(step) ?? { attempts: 0, status: 'running' as const, evidence: null, error: null };
  const port: Ledger = {
    async claimInvoice({ invoiceId, executionId }) {
      if (invoiceId !== run.invoiceId) throw new TerminalError('InvoiceNotScreened', 'no verdict says that this invoice is a deposit');
      if (!claims.has(invoiceId)) claims.set(invoiceId, executionId);
      return { claim: claims.get(invoiceId) === executionId ? 'yours' : 'taken', runId: run.runId };
    },
    async beginStep({ runId, step, executionId }) {
      if (runId !== run.runId) throw new TerminalError('RunNotFound', 'no such run');
      if (executionId !== (claims.get(run.invoiceId) ?? run.executionId)) throw new TerminalError('ExecutionMismatch', 'not your run');
      steps.set(step, { ...row(step), attempts: row(step).attempts + 1, status: 'running', error: null });
      return run;
    },
    async finishStep({ step, evidence }) {
      steps.set(step, { ...row(step), status: 'done', evidence, error: null });
    },
    async failStep({ step, error }) {
      steps.set(step, { ...row(step), status: 'failed', error });
    },
    async createBusiness(runId) {
      businesses.add(runId);
    },
    async configureSettings(wish) {
      settings.set(wish.runId, wish);
    },
    async createDemo(runId) {
      demos.add(runId);
    },
    async goLive() {
      seen.liveAt ??= now();
      return { liveAt: seen.liveAt };
    },
    async scheduleChecks({ day1At, day3At, day7At }) {
      seen.checks = { day1At, day3At, day7At };
    },
    async firstWeek() {
      return week ?? { viewedAt: null, inboundCount: 0 };
    },
    async completeRun() {
      seen.completedAt ??= now();
    },
  };
  return { ...scripted(port, script), claims, steps, businesses, demos, settings, seen };
}
