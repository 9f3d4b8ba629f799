/** Secrets Manager's GetSecretValue over AWS JSON 1.1 (docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html). */
import { randomUUID } from 'node:crypto';
import { Hono } from 'hono';
import { z } from 'zod';
import { AwsError, answerError, jsonBody, jsonFaults, operationOf } from '../aws/json-protocol';
import type { AwsEnv, AwsRoutes } from '../aws/routes';
import { playFaults } from '../kernel/faults';
import type { Kernel } from '../kernel/kernel';
import { ACCOUNT, REGION } from '../kernel/wiring';

const GetSecretValue = z.object({ SecretId: z.string().min(1) });

/** Answers from `secrets`: by name, the text that the secret holds. A secret is asked for by name, full ARN or ARN without the suffix. */
export function secretsRoutes(kernel: Kernel, { secrets }: { secrets: Record<string, string> }): AwsRoutes {
  const versionId = randomUUID();
  const createdSeconds = Date.now() / 1000;
  const app = new Hono<AwsEnv>();
  app.onError(answerError);
  app.use(playFaults(kernel.faults, jsonFaults('secrets')));
  app.post('/', async (context) => {
    if (operationOf(context) !== 'GetSecretValue') throw new AwsError('UnknownOperationException', 'only GetSecretValue is answered here');
    const { SecretId } = await jsonBody(context, GetSecretValue);
    const name = secretName(SecretId, secrets);
    const text = name === undefined ? undefined : secrets[name];
    if (name === undefined || text === undefined)
      throw new AwsError('ResourceNotFoundException', "Secrets Manager can't find the specified secret.");
    const ARN = `arn:aws:secretsmanager:${REGION}:${ACCOUNT}:secret:${name}-local0`;
    const value = { ARN, Name: name, SecretString: text, VersionId: versionId, VersionStages: ['AWSCURRENT'], CreatedDate: createdSeconds };
    return context.json(value, 200, { 'content-type': 'application/x-amz-json-1.1' });
  });
  return app;
}

function secretName(secretId: string, secrets: Record<string, string>): string | undefined {
  const [, inArn] = /^arn:aws:secretsmanager:[^:]+:[^:]+:secret:(.+)$/.exec(secretId) ?? [];
  const candidates = [inArn ?? secretId, ...(inArn ? [inArn.replace(/-[A-Za-z0-9]{6}$/, '')] : [])];
  return candidates.find((candidate) => Object.hasOwn(secrets, candidate));
}
