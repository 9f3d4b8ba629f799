/**
 * `npm run settle-mail -- INV-0042 welcome --was-sent | --send-again`: the operator's word on a run's mail that nobody knows went out; then redrive.
 * `npm run settle-mail -- MAIL-ID --was-sent | --send-again | --never-sent`: on one mail, of a run or not, as a finding of the audits names it.
 */
import * as z from 'zod';
import { type MailDecision, mailDecisions } from '../../shared/ports/mail-log';
import { mailLog } from '../../shared/services';
import { print, readArguments, runCommand } from './command';
import { operatorName, useStage } from './stage-environment';

const usage =
  'usage: npm run settle-mail -- (INVOICE-NUMBER TEMPLATE | MAIL-ID) (--was-sent | --send-again | --never-sent) [--stage prod] [--json]';

async function main(): Promise<void> {
  const { stage, json, chosen, positionals } = readArguments(mailDecisions);
  const decision = mailDecisions.find((name) => name === chosen[0]);
  if (!decision || chosen.length !== 1) throw new Error('Name the mail and one decision.');
  const [first = '', template] = positionals;
  const mailId = z.guid().safeParse(first).data;
  if (mailId === undefined && !template) throw new Error('Name the invoice and the mail, or the id of the mail.');
  await useStage(stage);
  const said = mailId === undefined ? await settleRuns(first, template ?? '', decision) : await settleOne(mailId, decision);
  print(json ? JSON.stringify(said.facts) : said.words);
}

async function settleRuns(invoiceNumber: string, template: string, decision: MailDecision) {
  const settled = await (await mailLog()).settle({ invoiceNumber, template, decision, by: operatorName() });
  if (settled === 0) throw new Error(`Nothing to settle: ${invoiceNumber} has no unconfirmed mail "${template}".`);
  return {
    facts: { invoiceNumber, template, decision, settled },
    words: `${invoiceNumber}: "${template}" settled as ${decision}. Now redrive the execution.`,
  };
}

async function settleOne(mailId: string, decision: MailDecision) {
  const settled = await (await mailLog()).settleOne({ mailId, decision, by: operatorName() });
  if (!settled) throw new Error(`Nothing to settle: there is no unconfirmed mail ${mailId}.`);
  const { template, sentAgainBy } = settled;
  return {
    facts: { mailId, template, decision, sentAgainBy },
    words: `${mailId}: "${template}" settled as ${decision}.${wayOn(sentAgainBy, decision)}`,
  };
}

function wayOn(sentAgainBy: 'redrive' | 'schedule' | null, decision: MailDecision): string {
  if (sentAgainBy === 'redrive') return ' Now redrive the execution.';
  if (decision === 'was-sent') return '';
  return sentAgainBy === 'schedule' ? ' It goes out by itself within the hour.' : ' Nobody sends it again.';
}

void runCommand(usage, main);
