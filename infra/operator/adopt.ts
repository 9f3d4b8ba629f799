/** `npm run adopt -- clients.csv`: clients that were set up by hand become completed runs. Buys nothing, mails nobody, changes nothing at Twilio. */
import { readFileSync } from 'node:fs';
import { adoptions, telephony } from '../../shared/services';
import { stageFlag } from '../../shared/stage';
import { adoptAll, adoptedText } from './adoption';
import { readClients } from './clients-file';
import { print, readArguments, runCommand } from './command';
import { operatorName, useStage } from './stage-environment';

const usage = 'usage: npm run adopt -- CLIENTS.csv [--dry-run] [--stage prod] [--json]';

async function main(): Promise<void> {
  const { stage, json, chosen, positionals } = readArguments(['dry-run']);
  const [file, ...rest] = positionals;
  if (!file || rest.length > 0) throw new Error('Name one file.');
  const { settings } = await useStage(stage);
  const isDryRun = chosen.includes('dry-run');
  const wish = {
    rows: readClients(readFileSync(file, 'utf8'), new Date()),
    isDryRun,
    by: operatorName(),
    testNumber: settings.twilio.testNumber,
  };
  const services = { adoptions: await adoptions(), telephony: await telephony() };
  const results = await adoptAll(wish, services, (adopted) => (json ? undefined : print(adoptedText(adopted, isDryRun))));
  const count = (...outcomes: string[]) => results.filter(({ outcome }) => outcomes.includes(outcome)).length;
  const withoutLogin = results.filter((adopted) => 'login' in adopted && adopted.login === 'none').length;
  if (json) print(JSON.stringify({ isDryRun, results }));
  else
    print(
      [
        '',
        `${count('adopted')} ${isDryRun ? 'would be ' : ''}adopted, ${count('already')} before, ${count('wrong', 'refused')} not.`,
        ...(withoutLogin > 0
          ? [
              `${withoutLogin} without a login: add the user in Supabase > Authentication > Users, then run this again; it links what it finds.`,
            ]
          : []),
        ...(isDryRun ? ['Nothing was changed.'] : [`Their numbers are as they were: npm run move-number -- --list${stageFlag(stage)}`]),
      ].join('\n'),
    );
  if (count('wrong', 'refused') > 0) process.exitCode = 1;
}

void runCommand(usage, main);
