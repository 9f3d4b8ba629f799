/** `npm run secrets -- [xero …] --stage prod`: asks for each vendor's secret, checks it with the vendor, writes it to Secrets Manager. */
import { type SecretName, secretSchemas } from '../../shared/secrets';
import { print, readArguments, runCommand } from './command';
import { hiddenInput } from './hidden-input';
import { secretChecks } from './secret-checks';
import { askForSecret } from './secret-dialogue';
import { secretsManagerStore } from './secret-store';
import { useStage } from './stage-environment';

const usage = 'usage: npm run secrets -- [xero] [xero-webhook] [twilio] [supabase] [--stage prod]   (all of them if none is named)';

const isSecretName = (name: string): name is SecretName => Object.hasOwn(secretSchemas, name);
const all = Object.keys(secretSchemas).filter(isSecretName);

async function main(): Promise<void> {
  const { stage, positionals } = readArguments([]);
  const unknown = positionals.filter((name) => !isSecretName(name));
  if (unknown.length > 0) throw new Error(`There is no secret ${unknown.join(', ')}; there are ${all.join(', ')}.`);
  const chosen = positionals.length > 0 ? positionals.filter(isSecretName) : all;
  const places = await useStage(stage);
  print(`Secrets of stage ${stage}. What you type is not shown; Enter alone leaves a secret as it is.`);
  const input = hiddenInput(process.stdin, (text) => process.stdout.write(text));
  const dialogue = { stage, prompt: input.prompt, say: print, checks: secretChecks(places), store: secretsManagerStore() };
  try {
    let written = 0;
    for (const name of chosen) if (await askForSecret(name, dialogue)) written += 1;
    print(`\n${written} of ${chosen.length} written. Next: npm run doctor -- --stage ${stage}`);
  } finally {
    input.close();
  }
}

void runCommand(usage, main);
