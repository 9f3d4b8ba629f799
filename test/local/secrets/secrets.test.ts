import {
  CreateSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  ListSecretsCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Kernel, openKernel } from '../../../local/kernel/kernel';
import { type Listening, serveApp } from '../../../local/kernel/serve';
import { secretsRoutes } from '../../../local/secrets/secrets';
import { local } from '../aws/clients';

let folder: string;
let kernel: Kernel;
let server: Listening;
let client: SecretsManagerClient;
const open = async (secrets: Record<string, string> = { 'app/twilio': '{"authToken":"t"}' }) => {
  kernel = openKernel(folder);
  const routes = secretsRoutes(kernel, { secrets });
  server = await serveApp({ fetch: (request, env) => routes.fetch(request, env) }, { port: 0 });
  client = new SecretsManagerClient(local(server.url));
};
const close = async () => {
  client.destroy();
  await server.close();
  await kernel.close();
};
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'secrets-'));
  await open();
});
afterEach(async () => {
  await close();
  rmSync(folder, { recursive: true });
});
const get = (SecretId: string) => client.send(new GetSecretValueCommand({ SecretId }));
const put = (SecretId: string, SecretString: string) => client.send(new PutSecretValueCommand({ SecretId, SecretString }));
const create = (Name: string) => client.send(new CreateSecretCommand({ Name, SecretString: 'x' }));
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

test('a put replaces the text under a new version, and outlives a restart', async () => {
  const { VersionId } = await get('app/twilio');
  const written = await put('app/twilio', '{"authToken":"new"}');
  expect(written.VersionId).not.toBe(VersionId);
  await close();
  await open();
  expect(await get('app/twilio')).toMatchObject({ SecretString: '{"authToken":"new"}', VersionId: written.VersionId });
});

test('what the stack is started with counts again when it has changed', async () => {
  await put('app/twilio', '{"authToken":"new"}');
  await close();
  await open({ 'app/twilio': '{"authToken":"of another account"}' });
  expect(await get('app/twilio')).toMatchObject({ SecretString: '{"authToken":"of another account"}' });
});

test('a secret must exist to be put, and must not to be created', async () => {
  await expect(put('app/xero', 'x')).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  await create('app/xero');
  expect(await get('app/xero')).toMatchObject({ SecretString: 'x' });
  await expect(create('app/xero')).rejects.toMatchObject({ name: 'ResourceExistsException' });
});

test('lists and describes without telling the text', async () => {
  await client.send(new CreateSecretCommand({ Name: 'app/xero', SecretString: 'hidden' }));
  const first = await client.send(new ListSecretsCommand({ MaxResults: 1 }));
  const second = await client.send(new ListSecretsCommand({ MaxResults: 1, NextToken: first.NextToken }));
  const described = await client.send(new DescribeSecretCommand({ SecretId: 'app/xero' }));
  expect([first, second].flatMap(({ SecretList }) => SecretList?.map(({ Name }) => Name))).toEqual(['app/twilio', 'app/xero']);
  expect(second.NextToken).toBeUndefined();
  expect(described).toMatchObject({ Name: 'app/xero', LastChangedDate: expect.any(Date) });
  expect(JSON.stringify([second.SecretList, described])).not.toContain('hidden');
});
