/** Writes secrets. https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_PutSecretValue.html */
import { PutSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { awsError, awsFailure, awsOptions } from '../../shared/clients/aws';

export interface SecretStore {
  /** Throws what the operator must do, never a part of the secret. */
  put(secretId: string, text: string): Promise<void>;
}

/** The Secrets Manager that the environment leads to. A secret that does not exist is the stack's to create: it would not deploy over ours. */
export function secretsManagerStore(): SecretStore {
  const client = new SecretsManagerClient(awsOptions());
  return {
    async put(secretId, text) {
      try {
        await client.send(new PutSecretValueCommand({ SecretId: secretId, SecretString: text }));
      } catch (thrown) {
        if (awsFailure(thrown).name === 'ResourceNotFoundException')
          throw new Error(`There is no secret ${secretId} yet: deploy the stage first, then put the secrets in.`, { cause: thrown });
        throw awsError('Secrets Manager', thrown);
      }
    },
  };
}
