/** The stage's secrets as they are now, read anew at each call. Throws our errors, which name the secret. */
import { secretsManager } from '../../shared/clients/secrets-manager';
import { secretIdOf, secretSchemas } from '../../shared/secrets';

export function readSecrets(stage: string) {
  const readSecret = secretsManager();
  return {
    xero: () => readSecret(secretIdOf(stage, 'xero'), secretSchemas.xero),
    xeroWebhook: () => readSecret(secretIdOf(stage, 'xero-webhook'), secretSchemas['xero-webhook']),
    twilio: () => readSecret(secretIdOf(stage, 'twilio'), secretSchemas.twilio),
    supabase: () => readSecret(secretIdOf(stage, 'supabase'), secretSchemas.supabase),
  };
}
