/** `npm run re-issue -- INV-0042`: a run that can no longer be redriven goes on in a new execution, which skips what is done. */
import { consoleUrl } from '../../shared/console-url';
import { reissues } from '../../shared/services';
import { stageFlag } from '../../shared/stage';
import { print, readArguments, runCommand } from './command';
import { confirm } from './confirm';
import { operatorExecutions } from './executions';
import { reissue } from './reissue';
import { planReissue, planText } from './reissue-plan';
import { operatorName, useStage } from './stage-environment';

const usage = 'usage: npm run re-issue -- INVOICE-NUMBER [--dry-run | --yes] [--force] [--stage prod] [--json]';

async function main(): Promise<void> {
  const { stage, json, chosen, positionals } = readArguments(['yes', 'force', 'dry-run']);
  const [invoiceNumber, ...rest] = positionals;
  if (!invoiceNumber || rest.length > 0) throw new Error('Name one invoice.');
  await useStage(stage);
  const services = { reissues: await reissues(), executions: operatorExecutions() };
  const run = await services.reissues.find(invoiceNumber);
  if (!run)
    throw new Error(
      `No run has the invoice ${invoiceNumber}, so nothing is lost: npm run screen -- ${invoiceNumber}${stageFlag(stage)} says what it waits for.`,
    );
  const execution = run.executionId === null ? undefined : await services.executions.describe(run.executionId);
  const plan = planReissue(run, execution, chosen.includes('force'));
  if (chosen.includes('dry-run')) return print(json ? JSON.stringify(plan) : `${planText(plan)}\nNothing was done.`);
  if (!json) print(planText(plan));
  if (!chosen.includes('yes') && (json || !(await confirm('Re-issue it?')))) throw new Error('Nothing was done. Say --yes to re-issue it.');
  await reissue(plan, services, operatorName());
  print(json ? JSON.stringify(plan) : `${invoiceNumber} goes on: ${consoleUrl(plan.to)}`);
}

void runCommand(usage, main);
