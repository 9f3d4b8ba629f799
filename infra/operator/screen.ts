/** `npm run screen -- INV-0042 [--start | --dismiss]`: what screening decided about an invoice, and the operator's own word on it. */
import { eventPublisher, screenings } from '../../shared/services';
import { print, readArguments, runCommand } from './command';
import { operatorName, useStage } from './stage-environment';

const usage = 'usage: npm run screen -- INVOICE-NUMBER [--start | --dismiss] [--stage prod] [--json]';

async function main(): Promise<void> {
  const { stage, json, chosen, positionals } = readArguments(['start', 'dismiss']);
  const [invoiceNumber, ...rest] = positionals;
  if (!invoiceNumber || rest.length > 0 || chosen.length > 1) throw new Error('Name one invoice and at most one decision.');
  await useStage(stage);
  if (chosen[0] === 'start') await start(invoiceNumber);
  else if (chosen[0] === 'dismiss') await decide(invoiceNumber, 'dismiss');
  const screened = await find(invoiceNumber);
  const sentence = `${invoiceNumber}: ${screened.verdict}${screened.reasons.map((reason) => `\n  - ${reason}`).join('')}`;
  print(json ? JSON.stringify({ invoiceNumber, ...screened }) : sentence);
}

async function find(invoiceNumber: string) {
  const screened = await (await screenings()).byNumber(invoiceNumber);
  if (!screened) throw new Error(`No invoice ${invoiceNumber} has been screened. Xero has not announced it, or the number is different.`);
  return screened;
}

async function decide(invoiceNumber: string, decision: 'start' | 'dismiss') {
  const screened = await find(invoiceNumber);
  await (await screenings()).decide({ invoiceId: screened.invoiceId, decision, by: operatorName() });
  return screened;
}

/** A crash in between is mended by the sweep: a deposit without a run is published again. */
async function start(invoiceNumber: string): Promise<void> {
  const { invoiceId, tenantId } = await decide(invoiceNumber, 'start');
  await (await eventPublisher()).publish([{ detailType: 'Deposit Paid', detail: { tenantId, invoiceId, invoiceNumber } }]);
  await (await screenings()).announced(invoiceId);
}

void runCommand(usage, main);
