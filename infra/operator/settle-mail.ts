/** `npm run settle-mail -- INV-0042 welcome --was-sent | --send-again`: the operator's word on a mail that nobody knows went out; then redrive. */
import { mailLog } from '../../shared/services';
import { print, readArguments, runCommand } from './command';
import { operatorName, useStage } from './stage-environment';

const usage = 'usage: npm run settle-mail -- INVOICE-NUMBER TEMPLATE (--was-sent | --send-again) [--stage prod] [--json]';

async function main(): Promise<void> {
  const { stage, json, chosen, positionals } = readArguments(['was-sent', 'send-again']);
  const [invoiceNumber, template] = positionals;
  if (!invoiceNumber || !template || chosen.length !== 1) throw new Error('Name the invoice, the mail and one decision.');
  await useStage(stage);
  const decision = chosen[0] === 'was-sent' ? 'was-sent' : 'send-again';
  const settled = await (await mailLog()).settle({ invoiceNumber, template, decision, by: operatorName() });
  if (settled === 0) throw new Error(`Nothing to settle: ${invoiceNumber} has no unconfirmed mail "${template}".`);
  print(
    json
      ? JSON.stringify({ invoiceNumber, template, decision, settled })
      : `${invoiceNumber}: "${template}" settled as ${decision}. Now redrive the execution.`,
  );
}

void runCommand(usage, main);
