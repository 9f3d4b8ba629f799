/** The conversation about one secret: ask, check with the vendor, write. */
import { type SecretName, secretIdOf, secretSchemas } from '../../shared/secrets';
import type { SecretChecks } from './secret-checks';
import { secretGuide } from './secret-guide';
import type { SecretStore } from './secret-store';

export interface Dialogue {
  stage: string;
  /** Asks for one line without showing what is typed. */
  prompt: (question: string) => Promise<string>;
  say: (line: string) => void;
  checks: SecretChecks;
  store: SecretStore;
}

const ATTEMPTS = 3;

/** Writes the secret once the vendor takes it. Nothing typed for the first field leaves it as it is. False: it was left, or never right. */
export async function askForSecret(name: SecretName, dialogue: Dialogue): Promise<boolean> {
  const { title, where } = secretGuide[name];
  dialogue.say(`\n${title}\n  ${where}`);
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    const typed = await fieldsOf(name, dialogue);
    if (!typed) {
      dialogue.say('  Left as it is.');
      return false;
    }
    const problem = await problemOf(name, typed, dialogue.checks);
    if (!problem) {
      await dialogue.store.put(secretIdOf(dialogue.stage, name), JSON.stringify(typed));
      dialogue.say('  Checked and written. The functions take it within five minutes.');
      return true;
    }
    dialogue.say(`  ${problem} Nothing was written.`);
  }
  return false;
}

async function fieldsOf(name: SecretName, { prompt }: Dialogue): Promise<Record<string, string> | undefined> {
  const typed: Record<string, string> = {};
  for (const [field, label] of Object.entries(secretGuide[name].fields)) {
    typed[field] = (await prompt(`  ${label}: `)).trim();
    if (Object.keys(typed).length === 1 && typed[field] === '') return undefined;
  }
  return typed;
}

async function problemOf(name: SecretName, typed: Record<string, string>, checks: SecretChecks): Promise<string | undefined> {
  const empty = Object.entries(typed).find(([, value]) => value === '');
  if (empty) return `${empty[0]} is empty.`;
  const ask: Record<SecretName, () => Promise<string | undefined>> = {
    xero: () => checks.xero(secretSchemas.xero.parse(typed)),
    'xero-webhook': () => checks['xero-webhook'](secretSchemas['xero-webhook'].parse(typed)),
    twilio: () => checks.twilio(secretSchemas.twilio.parse(typed)),
    supabase: () => checks.supabase(secretSchemas.supabase.parse(typed)),
  };
  return ask[name]();
}
