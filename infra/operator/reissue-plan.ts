/** Whether a run may be re-issued, as which execution, and what that does. Pure. */
import { consoleUrl } from '../../shared/console-url';
import { partsOf } from '../../shared/execution-arn';
import { isBought, type RunToReissue } from '../../shared/reissue';
import type { StepName } from '../../shared/run';
import { stageFlag } from '../../shared/stage';
import { vendorPrices } from '../cost/prices';
import { type ExecutionState, sibling } from './executions';

const REDRIVE_DAYS = 14;
const DAY_MS = 86_400_000;

/** `from` gives the run up; `to` takes it over, and is the same if an earlier re-issue stopped before it started its execution. */
export interface ReissuePlan {
  runId: string;
  invoiceNumber: string;
  from: string;
  to: string;
  input: { tenantId: string; invoiceId: string; invoiceNumber: string };
  done: StepName[];
  /** Steps that were begun and begin again, with the error that they stood at. */
  repeated: { step: StepName; error: string | null }[];
  follows: StepName[];
  /** What it may cost, in words. */
  costs: string[];
  /** What the operator should know or do before. */
  mind: string[];
}

/** `execution`: the run's own as Step Functions knows it. Throws why not. */
export function planReissue(run: RunToReissue, execution: ExecutionState | undefined, force: boolean): ReissuePlan {
  const { runId, invoiceNumber, invoiceId, tenantId, executionId: from, issue } = run;
  if (run.status === 'completed') throw new Error(`${invoiceNumber} is complete: there is nothing to re-issue.`);
  if (run.status === 'cancelled' || run.clientStatus === 'Cancelled') throw new Error(`${invoiceNumber} was cancelled and stays so.`);
  if (from === null || invoiceId === null || tenantId === null) throw new Error(`${invoiceNumber} never had an execution.`);
  if (execution) checkIsOver({ invoiceNumber, from, execution, force });
  const to = !execution && issue > 1 ? from : sibling(from, `${invoiceId}-r${issue + 1}`);
  const withStatus = (...wanted: string[]) => run.steps.filter(({ status }) => wanted.includes(status));
  return {
    runId,
    invoiceNumber,
    from,
    to,
    input: { tenantId, invoiceId, invoiceNumber },
    done: withStatus('done').map(({ step }) => step),
    repeated: withStatus('failed', 'running', 'waiting').map(({ step, error }) => ({ step, error })),
    follows: withStatus('pending').map(({ step }) => step),
    costs: costsOf(run),
    mind: mindOf(run, { isForced: force && execution?.isRedrivable === true, stage: partsOf(to).stage }),
  };
}

function checkIsOver(found: { invoiceNumber: string; from: string; execution: ExecutionState; force: boolean }): void {
  const { invoiceNumber, from, execution, force } = found;
  if (execution.status === 'RUNNING' || execution.status === 'PENDING_REDRIVE') {
    throw new Error(`${invoiceNumber} is running, so there is nothing to re-issue: ${consoleUrl(from)}`);
  }
  if (!execution.isRedrivable || force) return;
  const last = execution.endedAt && new Date(execution.endedAt.getTime() + REDRIVE_DAYS * DAY_MS).toISOString().slice(0, 16);
  throw new Error(
    `${invoiceNumber} can still be redriven${last ? ` until ${last.replace('T', ' ')} UTC` : ''}, which keeps its history in one place: ${consoleUrl(from)}\nSay --force to start it anew all the same, for example because it must run on the newest definition.`,
  );
}

function costsOf({ steps, number }: RunToReissue): string[] {
  const isToDo = (step: StepName) => steps.some((each) => each.step === step && each.status !== 'done');
  const buys = isToDo('ProvisionNumber') && !(number && isBought(number.state));
  return [
    ...(buys ? [`one Australian number, US$${vendorPrices.mobileNumber.usd}, unless Twilio has already sold this run its number`] : []),
    ...(isToDo('VerifySystem') ? [`one or two test SMS with their replies, each about US$${vendorPrices.smsOut.usd}`] : []),
  ];
}

function mindOf(
  { invoiceNumber, steps, hasForm, unsettledMails }: RunToReissue,
  { isForced, stage }: { isForced: boolean; stage: string },
): string[] {
  const waits = !hasForm && steps.some(({ step, status }) => step === 'AwaitOnboarding' && status !== 'pending');
  const isLive = steps.some(({ step, status }) => step === 'GoLive' && status === 'done');
  return [
    ...unsettledMails.map(
      (template) =>
        `nobody knows whether the mail "${template}" went out: say it first, npm run settle-mail -- ${invoiceNumber} ${template} --was-sent${stageFlag(stage)} (or --send-again)`,
    ),
    ...(waits ? ["the form is awaited for another 30 days; send the client a fresh link from the run's page on the board"] : []),
    ...(isLive ? ['checks of the first week that are more than 36 hours late are skipped'] : []),
    ...(isForced ? ['the old execution could still be redriven; after this a redrive of it ends as ExecutionMismatch'] : []),
  ];
}

const list = (items: string[]) => (items.length > 0 ? items.join(', ') : 'nothing');

/** For people. */
export function planText({ invoiceNumber, from, to, done, repeated, follows, costs, mind }: ReissuePlan): string {
  return [
    `Re-issue of ${invoiceNumber}`,
    ...(from === to ? ['  A re-issue of it was begun and its execution never started: it is started now.'] : []),
    `  Done, not repeated:  ${list(done)}`,
    `  Begins again:        ${list(repeated.map(({ step, error }) => (error ? `${step} (${error})` : step)))}`,
    `  Follows:             ${list(follows)}`,
    `  May cost:            ${list(costs)}`,
    ...mind.map((line) => `  Mind: ${line}.`),
    `  New execution:       ${to}`,
  ].join('\n');
}
