import * as z from 'zod';
import { secretsManager } from '../../../shared/clients/secrets-manager';
import { useAwsEndpoint } from '../../support/aws-environment';
import { errorOf } from '../../support/error-of';
import { type ScriptedServer, scriptedServer } from '../../support/scripted-server';

let server: ScriptedServer;
beforeEach(async () => {
  server = await scriptedServer();
  useAwsEndpoint(server.url);
});
afterEach(() => server.close());
const arn = 'arn:aws:secretsmanager:ap-southeast-2:1:secret:coresentia/dev/twilio-AbCdEf';
const read = () => secretsManager()(arn, z.object({ authToken: z.string() }));

test('reads the JSON of a secret by its ARN', async () => {
  server.script({ status: 200, body: { ARN: arn, SecretString: '{"authToken":"t"}' } });
  expect(await read()).toEqual({ authToken: 't' });
  expect(JSON.parse(server.requests[0]?.body ?? '')).toEqual({ SecretId: arn });
});

test('a secret that was created and never filled in is a refusal, not a fault that passes', async () => {
  server.script({
    status: 400,
    body: { __type: 'ResourceNotFoundException', Message: "can't find the value for staging label AWSCURRENT" },
  });
  expect(await errorOf(read())).toMatchObject({
    name: 'VendorRequestRejected',
    message: expect.stringContaining('ResourceNotFoundException'),
  });
});

test('JSON of another shape is told by the secret’s name, without a part of it', async () => {
  server.script({ status: 200, body: { ARN: arn, SecretString: '{"token":"hush"}' } });
  const error = await errorOf(read());
  expect(error).toMatchObject({ name: 'VendorAccountProblem', message: expect.stringContaining(arn) });
  expect(error.everything).not.toContain('hush');
});
