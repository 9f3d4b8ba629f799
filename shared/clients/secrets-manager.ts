/** Secrets from AWS Secrets Manager. https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html */
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type * as z from 'zod';
import { TerminalError } from '../errors';
import { parseJson } from '../json';
import { awsError, awsOptions } from './aws';

/** Reads a secret that is JSON of the given shape. Throws our errors; they name the secret, never a part of it. */
export type ReadSecret = <T extends z.ZodType>(secretId: string, schema: T) => Promise<z.infer<T>>;

export function secretsManager(): ReadSecret {
  const client = new SecretsManagerClient(awsOptions({ timeoutMs: 3000 }));
  return async (secretId, schema) => {
    const parsed = schema.safeParse(parseJson(await fetchSecret(client, secretId)));
    if (parsed.success) return parsed.data;
    const problems = parsed.error.issues.map(({ path, code }) => `${path.join('.') || 'all'}: ${code}`);
    throw new TerminalError('VendorAccountProblem', `the secret ${secretId} is not of the right shape (${problems.join('; ')})`);
  };
}

async function fetchSecret(client: SecretsManagerClient, secretId: string): Promise<string> {
  try {
    const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: secretId }));
    return SecretString ?? '';
  } catch (thrown) {
    throw awsError('Secrets Manager', thrown);
  }
}
