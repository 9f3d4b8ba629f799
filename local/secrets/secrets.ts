/** Secrets Manager over AWS JSON 1.1 (docs.aws.amazon.com/secretsmanager/latest/apireference). */
import { type Context, Hono } from 'hono';
import { z } from 'zod';
import { AwsError, answerError, jsonBody, jsonFaults, operationOf } from '../aws/json-protocol';
import type { AwsEnv, AwsRoutes } from '../aws/routes';
import { playFaults } from '../kernel/faults';
import type { Kernel } from '../kernel/kernel';
import { type Secret, Vault } from './vault';

const Named = z.object({ SecretId: z.string().min(1) });
const Put = Named.extend({ SecretString: z.string().min(1).max(65_536) });
const Create = z.object({
  Name: z.string().regex(/^[\w/+=.@-]+$/),
  SecretString: z.string().min(1).max(65_536),
  Description: z.string().optional(),
});
const List = z.object({ MaxResults: z.int().min(1).max(100).default(100), NextToken: z.string().optional() });

const operations: Record<string, (context: Context, vault: Vault) => Promise<unknown>> = {
  async GetSecretValue(context, vault) {
    const secret = vault.named((await jsonBody(context, Named)).SecretId);
    return {
      ...identity(secret),
      SecretString: secret.text,
      VersionId: secret.versionId,
      VersionStages: ['AWSCURRENT'],
      CreatedDate: secret.changedMs / 1000,
    };
  },
  async PutSecretValue(context, vault) {
    const { SecretId, SecretString } = await jsonBody(context, Put);
    const secret = await vault.put(vault.named(SecretId).name, SecretString);
    return { ...identity(secret), VersionId: secret.versionId, VersionStages: ['AWSCURRENT'] };
  },
  async CreateSecret(context, vault) {
    const { Name, SecretString } = await jsonBody(context, Create);
    if (vault.has(Name)) throw new AwsError('ResourceExistsException', `The operation failed because the secret ${Name} already exists.`);
    const secret = await vault.put(Name, SecretString);
    return { ...identity(secret), VersionId: secret.versionId };
  },
  async DescribeSecret(context, vault) {
    return described(vault.named((await jsonBody(context, Named)).SecretId));
  },
  async ListSecrets(context, vault) {
    const { MaxResults, NextToken } = await jsonBody(context, List);
    const all = vault.all();
    const from = NextToken ? Number(NextToken) : 0;
    const next = from + MaxResults;
    return { SecretList: all.slice(from, next).map(described), ...(next < all.length && { NextToken: String(next) }) };
  },
};

/** Answers from `secrets` (texts by name) and from what was put since. A secret is asked for by name, full ARN or ARN without the suffix. */
export function secretsRoutes(kernel: Kernel, { secrets }: { secrets: Record<string, string> }): AwsRoutes {
  const vault = new Vault(kernel.store, secrets);
  const app = new Hono<AwsEnv>();
  app.onError(answerError);
  app.use(playFaults(kernel.faults, jsonFaults('secrets')));
  app.post('/', async (context) => {
    const operation = operations[operationOf(context)];
    if (!operation) throw new AwsError('UnknownOperationException', `${operationOf(context)} is not answered here`);
    return context.json(await operation(context, vault), 200, { 'content-type': 'application/x-amz-json-1.1' });
  });
  return app;
}

const identity = ({ arn, name }: Secret) => ({ ARN: arn, Name: name });

function described(secret: Secret) {
  return { ...identity(secret), LastChangedDate: secret.changedMs / 1000, VersionIdsToStages: { [secret.versionId]: ['AWSCURRENT'] } };
}
