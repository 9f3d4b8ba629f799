/** `npm run audit -- --stage prod`: every audit now, looking only; `--repair-webhooks` points numbers that have drifted at us again. */
import { adviceFor, type Finding } from '../../shared/audit/finding';
import type { LookServices } from '../../shared/audit/round';
import { accounting, auditBooks, screenings, telephony } from '../../shared/services';
import { lookAtAll, type Looked, repairWebhooks } from './audit-look';
import { print, readArguments, runCommand } from './command';
import { confirm } from './confirm';
import { webhooksOf } from './function-address';
import { operatorName, type Places, useStage } from './stage-environment';

const usage = 'usage: npm run audit -- [--repair-webhooks [--yes]] [--stage prod] [--json]';

async function main(): Promise<void> {
  const { stage, json, chosen, positionals } = readArguments(['repair-webhooks', 'yes']);
  if (positionals.length > 0) throw new Error(`What is ${positionals.join(' ')}?`);
  const services = await servicesOf(await useStage(stage));
  const looked = await lookAtAll(services, new Date());
  if (!json) print(text(looked, stage));
  const repaired = chosen.includes('repair-webhooks')
    ? await repair(looked.findings, services, { isSure: chosen.includes('yes'), canAsk: !json })
    : [];
  if (json) print(JSON.stringify({ stage, ...looked, repaired }, null, 2));
  // For scripts: what a repair has mended is no finding any more.
  const left = looked.findings.filter(({ subject }) => !repaired.includes(subject));
  process.exitCode = left.length > 0 || looked.failures.length > 0 ? 1 : 0;
}

async function servicesOf(places: Places): Promise<LookServices> {
  const { settings } = places;
  return {
    accounting: await accounting(),
    auditBooks: await auditBooks(),
    screenings: await screenings(),
    telephony: await telephony(),
    settings: {
      webhooks: await webhooksOf(places),
      testNumber: settings.twilio.testNumber,
      tenantIds: settings.depositRule.tenantIds,
    },
  };
}

async function repair(
  findings: readonly Finding[],
  services: LookServices,
  { isSure, canAsk }: { isSure: boolean; canAsk: boolean },
): Promise<string[]> {
  const drifted = findings.filter(({ kind }) => kind === 'number-misrouted').map(({ subject }) => subject);
  if (drifted.length === 0) return [];
  if (!isSure && !(canAsk && (await confirm(`Point ${drifted.join(', ')} at us again?`))))
    throw new Error('Nothing was changed. Say --yes to change it.');
  const repaired = await repairWebhooks(drifted, services, operatorName());
  process.stderr.write(`Pointed at us again and read back: ${repaired.join(', ')}\n`);
  return repaired;
}

function text({ findings, failures }: Looked, stage: string): string {
  const lines = findings.flatMap((finding) => {
    const { title, do: action } = adviceFor(finding, stage);
    return [`${title} (${finding.kind})`, `  ${finding.detail}.`, `  → ${action}`];
  });
  const failed = failures.map(({ audit, error }) => `The audit ${audit} could not look: ${error}`);
  const count = findings.length === 1 ? '1 finding' : `${findings.length} findings`;
  return [...lines, ...failed, count].join('\n');
}

void runCommand(usage, main);
