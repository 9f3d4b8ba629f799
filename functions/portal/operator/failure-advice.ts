/** What the operator's page of a run says of its failure: the same as the alert. Pure. */
import { partsOf } from '../../../shared/execution-arn';
import { redriveAdvice } from '../../../shared/redrive-advice';
import { hintFor } from '../../../shared/runbook-hints';
import type { RunPage } from './operator';
import { redriveHint } from './redrive-hint';

/** Sentences: what it means, what to do about it, and what a redrive will do. */
export interface FailureAdvice {
  means: string;
  do: string;
  redrive: string;
}

type Facts = Pick<RunPage, 'report' | 'standing' | 'failedRun'>;

/** Undefined while nothing waits for the operator. */
export function failureAdvice(facts: Facts): FailureAdvice | undefined {
  const { report, standing } = facts;
  if (standing.waitingFor !== 'operator') return undefined;
  const { failure, currentStep } = report;
  if (!failure) return { ...untold, redrive: wayOn(currentStep ?? '', facts) };
  const hint = hintFor({ state: failure.step, error: failure.error, stage: partsOf(report.executionId ?? '').stage });
  return {
    means: `${capital(hint.what)}.`,
    do: failure.error === 'EmailUnconfirmed' ? sayUnderMails : hint.do.replaceAll('{invoice}', report.invoiceNumber),
    redrive: hint.redrive ? wayOn(failure.step, facts) : 'Don’t redrive the execution.',
  };
}

/** A function that dies, and a wait that is stopped or over, tell the ledger nothing. */
const untold = {
  means: 'The execution has ended, and the step could not say why.',
  do: 'Its alert says why, and so does the execution in the AWS console.',
};
const sayUnderMails = 'Ask the client or look in SES. Then say under “Mails” on this page whether it was sent.';

function wayOn(step: string, { report, standing, failedRun }: Facts): string {
  const advice = redriveAdvice(step, failedRun ?? undefined);
  const effects = `It ${advice.does}. Cost: ${advice.costs}.`;
  return `${redriveHint({ report, standing }) ?? 'Then redrive the execution in the AWS console.'} ${effects}`;
}

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);
