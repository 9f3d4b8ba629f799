/** The operator's alert of an execution that failed, timed out or was stopped. Pure, and without personal data. */
import { consoleUrl } from './console-url';
import { isOurError } from './errors';
import { partsOf } from './execution-arn';
import type { FailedExecution, Failure } from './ports/aws';
import type { FailedRun } from './ports/ledger';
import { notRepeated, redriveAdvice } from './redrive-advice';
import { sopSteps } from './run';
import { type Hint, hintFor } from './runbook-hints';
import { stageFlag } from './stage';

/** Redrive is possible for 14 days after the end. https://docs.aws.amazon.com/step-functions/latest/dg/redrive-executions.html */
export const REDRIVE_DAYS = 14;
const DAY_MS = 86_400_000;

/** `failure` and `run` are undefined if the history names no failure or the execution owns no run; `invoice` as far as it is known. */
export interface FailureFacts {
  ended: FailedExecution;
  failure: Failure | undefined;
  run: FailedRun | undefined;
  invoice: string | undefined;
  now: Date;
}

/** Subject and body of the alert. */
export function failureNotice(facts: FailureFacts): { subject: string; body: string } {
  const { ended, failure, invoice } = facts;
  const { machine, name } = partsOf(ended.executionArn);
  const what = failure ? words[ended.status](failure.state) : ended.status;
  return {
    subject: `${invoice ?? (machine === 'Provisioning' ? 'A client' : machine)}: ${what} - action needed`,
    body: [
      `${machine} of the client ${invoice ? `with invoice ${invoice}` : `of execution ${name}`} has stopped (${ended.status}).`,
      '',
      ...meaning(facts),
      '',
      ...wayOn(facts),
      consoleUrl(ended.executionArn),
    ].join('\n'),
  };
}

const words: Record<FailedExecution['status'], (state: string) => string> = {
  FAILED: (state) => `${state} failed`,
  TIMED_OUT: (state) => `${state} timed out`,
  ABORTED: (state) => `stopped at ${state}`,
};

/** `ProvisionNumber (step 3 of the SOP: Twilio number purchased and configured)` */
function stepText(state: string): string {
  const sopStep = sopSteps.find(({ steps }) => steps.some((step) => step === state));
  return sopStep ? `${state} (step ${sopStep.number} of the SOP: ${sopStep.title})` : state;
}

function meaning({ ended, failure, invoice }: FailureFacts): string[] {
  const hint = hintOf(ended, failure);
  return [
    `Step:    ${failure ? stepText(failure.state) : 'unknown'}`,
    `Error:   ${failure?.error ?? 'not in the history'}`,
    `Cause:   ${causeOf(failure, hint)}`,
    `Meaning: ${hint.what}.`,
    `Do:      ${hint.do.replaceAll('{invoice}', invoice ?? 'INV-…')}`,
  ];
}

function hintOf({ executionArn }: FailedExecution, failure: Failure | undefined): Hint {
  const { stage } = partsOf(executionArn);
  return hintFor({ state: failure?.state ?? 'unknown', error: failure?.error ?? 'unknown', stage });
}

/** Only our own errors' messages are free of personal data: a bug's may quote what it stumbled over, and who stops an execution types anything. */
function causeOf(failure: Failure | undefined, hint: Hint): string {
  if (failure?.cause && isOurError(failure.error)) return failure.cause;
  return failure?.cause ? `${hint.what}; the message stands in the execution, which may name people` : hint.what;
}

function wayOn(facts: FailureFacts): string[] {
  const { ended, failure, run, now } = facts;
  if (!hintOf(ended, failure).redrive) return ["Don't redrive this execution. It is here:"];
  const until = ended.endedAt.getTime() + REDRIVE_DAYS * DAY_MS;
  const advice = redriveAdvice(failure?.state ?? '', run);
  const kept = run && run.done.length > 0 ? notRepeated(run.done) : 'what the execution has done before this step';
  const effects = [`It ${advice.does}.`, `Costs:        ${advice.costs}.`, `Not repeated: ${kept}.`];
  if (until <= now.getTime()) return [...reissue(facts), ...effects, 'The old execution is here:'];
  const last = new Date(until).toISOString().slice(0, 16).replace('T', ' ');
  return [
    'Then open the execution and choose "Redrive". Only the failed step is repeated, and what follows it; nothing is done twice.',
    ...effects,
    `Time left:    ${Math.ceil((until - now.getTime()) / DAY_MS)} days, until ${last} UTC. After that: ${reissueCommand(facts)}`,
    '',
    'The execution is here:',
  ];
}

function reissue(facts: FailureFacts): string[] {
  return [
    `It stopped more than ${REDRIVE_DAYS} days ago and can't be redriven any more. Instead: ${reissueCommand(facts)}`,
    'That starts a new execution, which skips what is done.',
  ];
}

/** Only a run of provisioning can be issued again. */
function reissueCommand({ ended, invoice }: FailureFacts): string {
  const { machine, stage } = partsOf(ended.executionArn);
  return machine === 'Provisioning' ? `npm run re-issue -- ${invoice ?? 'INV-…'}${stageFlag(stage)}` : '“Start it again” on the board';
}
