/** `npm run verify-vendors -- --stage staging [--json]`: asks the real accounts about what we believe of the vendors. Reads only. */
import { askAws } from './aws';
import { print, readArguments, runCommand } from './command';
import { readSecrets } from './read-secrets';
import { useStage } from './stage-environment';
import { vendorFacts } from './vendor-facts';
import { askTwilio, askXero, askXeroToken } from './vendors';

async function main(): Promise<void> {
  const { stage, json } = readArguments([]);
  const places = await useStage(stage);
  const secrets = readSecrets(stage);
  const facts = vendorFacts({
    twilio: async (host) => askTwilio(places.twilioApiUrl, await secrets.twilio(), host),
    twilioAccountSid: async () => (await secrets.twilio()).accountSid,
    xeroToken: async () => askXeroToken(places.xeroIdentityUrl, await secrets.xero()),
    xeroApi: (accessToken) => askXero(places.xeroApiUrl, accessToken),
    aws: askAws(process.env),
    bedrockModelId: places.settings.bedrockModelId,
  });
  const verdicts: Record<string, string>[] = [];
  for (const { belief, ask } of facts) {
    const { holds, found } = await ask().catch(() => ({ holds: 'unclear' as const, found: 'could not be asked: see the doctor' }));
    verdicts.push({ belief, holds, found });
    if (!json) print(`${holds.padEnd(8)} ${belief}\n         ${found}`);
  }
  if (json) print(JSON.stringify(verdicts, null, 2));
  if (verdicts.some(({ holds }) => holds === 'false')) process.exitCode = 1;
}

void runCommand('usage: npm run verify-vendors -- [--stage staging] [--json]', main);
