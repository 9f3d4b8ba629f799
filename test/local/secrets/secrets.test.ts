import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { type Kernel, openKernel } from '../../../local/kernel/kernel';
import { type Listening, serveApp } from '../../../local/kernel/serve';
import { secretsRoutes } from '../../../local/secrets/secrets';
import { local } from '../aws/clients';

let kernel: Kernel;
let server: Listening;
beforeEach(async () => {
  kernel = openKernel(undefined);
  const routes = secretsRoutes(kernel, { secrets: { 'app/twilio': '{"authToken":"t"}' } });
  server = await serveApp({ fetch: (request, env) => routes.fetch(request, env) }, { port: 0 });
});
afterEach(async () => {
  await server.close();
  await kernel.close();
});
const get = (SecretId: string) => new SecretsManagerClient(local(server.url)).send(new GetSecretValueCommand({ SecretId }));
const arn = 'arn:aws:secretsmanager:ap-southeast-2:000000000000:secret:app/twilio';

test.each(['app/twilio', `${arn}-local0`, arn])('answers for %s', async (id) => {
  expect(await get(id)).toMatchObject({
    Name: 'app/twilio',
    SecretString: '{"authToken":"t"}',
    ARN: `${arn}-local0`,
    VersionStages: ['AWSCURRENT'],
    CreatedDate: expect.any(Date),
  });
});

test.each(['app/xero', `${arn}-x`, 'toString'])('does not find %s', async (id) => {
  await expect(get(id)).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
});

test('plays faults', async () => {
  await kernel.faults.arm({ vendor: 'secrets', call: 'GetSecretValue', mode: 'rate-limit', times: 1, slowMs: 1 });
  await expect(get('app/twilio')).rejects.toMatchObject({ name: 'ThrottlingException' });
});
