/** `npm run doctor -- --stage prod [--json]`: looks at every account that the pipeline needs and says what to do. Reads only. */
import { print, readArguments, runCommand } from './command';
import { examine } from './doctor/check';
import { exitCodeOf, reportText, summary } from './doctor/report';
import { checksOf } from './doctor/stage';
import { useStage } from './stage-environment';

const usage = 'usage: npm run doctor -- [--stage prod] [--json]';

async function main(): Promise<void> {
  const { stage, json, positionals } = readArguments([]);
  if (positionals.length > 0) throw new Error(`What is ${positionals.join(' ')}?`);
  const reports = await examine(checksOf(await useStage(stage)));
  print(json ? JSON.stringify({ stage, reports }, null, 2) : `${reportText(reports)}\n\n${summary(reports)}`);
  process.exitCode = exitCodeOf(reports);
}

void runCommand(usage, main);
