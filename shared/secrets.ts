/** The vendors' secrets in Secrets Manager: the one place that says what JSON each of them holds. */
import * as z from 'zod';

const text = z.string().min(1);

/** By name; a stage keeps them as `coresentia/<stage>/<name>`. */
export const secretSchemas = {
  xero: z.object({ clientId: text, clientSecret: text }),
  'xero-webhook': z.object({ webhookKey: text }),
  twilio: z.object({ accountSid: text, authToken: text }),
  supabase: z.object({ secretKey: text }),
} as const;
export type SecretName = keyof typeof secretSchemas;
export type Secret<N extends SecretName> = z.infer<(typeof secretSchemas)[N]>;

/** The secret's id in Secrets Manager. */
export function secretIdOf(stage: string, name: SecretName): string {
  return `coresentia/${stage}/${name}`;
}
