/**
 * `npm run smoke -- INVOICE-ID`: takes one client through a deployed stage until it is live, as a first deployment is tried out: announces a paid invoice
 * on the bus, follows the execution, and sends sample answers with the link from the invite mail. Runs against AWS, the laptop, or an emulator at AWS_ENDPOINT_URL.
 */
import * as z from 'zod';
import { Browser } from '../../local/rehearsal/browser';
import { sampleClient } from '../../local/rehearsal/sample-clients';
import { hintFor } from '../../shared/runbook-hints';
import { eventPublisher } from '../../shared/services';
import { stageFlag } from '../../shared/stage';
import { accountOf, machineArn } from './account';
import { type AskAws, askAws } from './aws';
import { print, readArguments, runCommand } from './command';
import { findExecution, follow } from './follow';
import { type HiddenInput, hiddenInput } from './hidden-input';
import { useStage } from './stage-environment';

const usage = 'usage: npm run smoke -- INVOICE-ID [--stage staging]   (the id of a paid deposit, as in the address of its page at Xero)';
/** Bus, queue, Xero, bus again: seconds, unless Xero makes us wait. */
const START_MS = 120_000;

async function main(): Promise<void> {
  const { stage, positionals } = readArguments([]);
  const invoiceId = z.guid().safeParse(positionals[0]).data;
  if (!invoiceId) throw new Error('Name one invoice by its id.');
  const { settings, laptop } = await useStage(stage);
  const ask = askAws(process.env);
  const { account } = await accountOf({ ask, onLaptop: laptop !== undefined });
  const [tenantId = ''] = settings.depositRule.tenantIds;
  const updatedUtc = new Date().toISOString();
  await (await eventPublisher()).publish([{ detailType: 'Invoice Updated', detail: { tenantId, invoiceId, updatedUtc, via: 'operator' } }]);
  print('The invoice is announced. Waiting for its execution …');
  const stateMachineArn = machineArn(account, settings.stage);
  const executionArn = await findExecution(ask, { stateMachineArn, invoiceId, withinMs: START_MS });
  if (!executionArn)
    throw new Error(`No execution has started. What did screening decide? npm run screen -- INVOICE-NUMBER${stageFlag(stage)}`);
  print(executionArn);
  await goLive(ask, executionArn, settings.stage);
}

async function goLive(ask: AskAws, executionArn: string, stage: string): Promise<void> {
  const input = hiddenInput(process.stdin, (text) => process.stdout.write(text));
  let state = '';
  try {
    for await (const step of follow(ask, executionArn)) {
      if (step.kind === 'failed') throw new Error(failure({ ...step, state, stage }));
      if (step.kind === 'ended') throw new Error(`The execution is over: ${step.name}.`);
      if (step.kind === 'left') print(`  ${step.name}`);
      if (step.kind === 'left' && step.name === 'SendWelcome') return print('Live. The checks of the first week wait for their days.');
      if (step.kind === 'entered') state = step.name;
      if (step.kind === 'entered' && step.name === 'AwaitOnboarding') await sendForm(input.prompt);
    }
  } finally {
    input.close();
  }
}

/** The link is the client's own, so it is neither shown nor kept. */
async function sendForm(prompt: HiddenInput['prompt']): Promise<void> {
  const link = (await prompt('Link from the invite mail (Enter if the form is sent): ')).trim();
  if (!link) return;
  const email = (await prompt('E-mail address that the welcome mail shall go to: ')).trim();
  const browser = new Browser();
  if (!URL.canParse(link)) throw new Error('That is no link.');
  await browser.open(link);
  const sent = await browser.submit(link, { ...sampleClient(0, 'smoke').form, email });
  if (!sent.url.endsWith('/thanks')) throw new Error(`The portal answered ${sent.status} and did not take the sample answers.`);
}

function failure({ state, error, cause, stage }: { state: string; error: string; cause: string; stage: string }): string {
  const { what, do: action } = hintFor({ state, error, stage });
  return `${state} failed: ${error} ${cause}\n${what}. ${action}`;
}

void runCommand(usage, main);
