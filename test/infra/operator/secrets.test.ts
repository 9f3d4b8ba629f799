import { PassThrough } from 'node:stream';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { hiddenInput } from '../../../infra/operator/hidden-input';
import { type SecretChecks, secretChecks } from '../../../infra/operator/secret-checks';
import { askForSecret } from '../../../infra/operator/secret-dialogue';
import { secretGuide } from '../../../infra/operator/secret-guide';
import { secretsManagerStore } from '../../../infra/operator/secret-store';
import { type Kernel, openKernel } from '../../../local/kernel/kernel';
import { clockOffset, installClock } from '../../../local/kernel/clock';
import { type Listening, serveApp } from '../../../local/kernel/serve';
import { secretsRoutes } from '../../../local/secrets/secrets';
import { type SecretName, secretSchemas } from '../../../shared/secrets';
import { xeroWebhookKey } from '../../../shared/services';
import { local } from '../../local/aws/clients';
import { connection, startRig as startXeroRig, webhookKey } from '../../local/xero/rig';
import { options as twilioAccount, startRig as startTwilioRig } from '../../local/twilio/rig';
import { useAwsEndpoint } from '../../support/aws-environment';
import { errorOf } from '../../support/error-of';
import { scriptedServer } from '../../support/scripted-server';
import { somePlaces } from './places';

const names = Object.keys(secretSchemas) as SecretName[];

test.each(names)('the guide asks for every field of %s, and for no other', (name) => {
  expect(Object.keys(secretGuide[name].fields)).toEqual(Object.keys(secretSchemas[name].shape));
});

describe('a secret is checked with its vendor', () => {
  test('Xero gives a token for the right client secret and refuses a wrong one', async () => {
    const rig = await startXeroRig();
    const { xero } = secretChecks(somePlaces({ xeroIdentityUrl: rig.xero.identityUrl }));
    const { clientId, clientSecret } = connection;
    expect(await xero({ clientId, clientSecret })).toBeUndefined();
    expect(await xero({ clientId, clientSecret: 'another' })).toBe('Xero refuses this client id and secret.');
    await rig.close();
  });

  test('Twilio knows the account; a wrong token, a strange SID and a suspended account are told apart', async () => {
    const rig = await startTwilioRig();
    const { twilio } = secretChecks(somePlaces({ twilioApiUrl: rig.emulator.url }));
    const { accountSid, authToken } = twilioAccount;
    expect(await twilio({ accountSid, authToken })).toBeUndefined();
    expect(await twilio({ accountSid, authToken: 'another' })).toMatch(/refuses/);
    expect(await twilio({ accountSid: 'SK123', authToken })).toMatch(/no account SID/);
    await rig.emulator.suspendAccount();
    expect(await twilio({ accountSid, authToken })).toMatch(/refuses|suspended/);
    await rig.close();
  });

  test.each([
    ['a trial account', { status: 'active', type: 'Trial' }, /trial/],
    ['a closed account', { status: 'closed', type: 'Full' }, /is closed/],
  ])('Twilio: %s will not do', async (_title, body, problem) => {
    const server = await scriptedServer();
    server.script({ status: 200, body });
    const { accountSid, authToken } = twilioAccount;
    expect(await secretChecks(somePlaces({ twilioApiUrl: server.url })).twilio({ accountSid, authToken })).toMatch(problem);
    await server.close();
  });

  test('Supabase lists users to the secret key alone', async () => {
    const server = await scriptedServer();
    server.script({ status: 200, body: { users: [] } }, { status: 403, body: {} }, { status: 503, body: {} });
    const { supabase } = secretChecks(somePlaces({ supabaseUrl: server.url }));
    expect(await supabase({ secretKey: 'sb_secret_x' })).toBeUndefined();
    expect(server.requests[0]).toMatchObject({ path: '/auth/v1/admin/users', headers: { apikey: 'sb_secret_x' } });
    expect(await supabase({ secretKey: 'sb_publishable_x' })).toMatch(/does not take this/);
    expect(await supabase({ secretKey: 'sb_secret_x' })).toBe('Supabase answered 503.');
    await server.close();
  });

  test('a webhook key has the form that Xero gives it', async () => {
    const check = secretChecks(somePlaces())['xero-webhook'];
    expect(await check({ webhookKey })).toBeUndefined();
    expect(await check({ webhookKey: webhookKey.slice(0, 40) })).toMatch(/88 characters/);
  });

  test('a vendor that cannot be reached is no reason to write', async () => {
    const problem = await secretChecks(somePlaces()).xero({ clientId: 'i', clientSecret: 's' });
    expect(problem).toBe("Xero's identity server gave no answer.");
  });
});

const rightIs = (right: string): SecretChecks => ({
  xero: async () => undefined,
  'xero-webhook': async ({ webhookKey }) => (webhookKey === right ? undefined : 'That is no webhook key.'),
  twilio: async () => undefined,
  supabase: async () => undefined,
});

const talk = async (name: SecretName, typed: string[], checks = rightIs('right')) => {
  const written: [string, string][] = [];
  const said: string[] = [];
  const done = await askForSecret(name, {
    stage: 'prod',
    prompt: async () => typed.shift() ?? '',
    say: (line) => void said.push(line),
    checks,
    store: { put: async (id, text) => void written.push([id, text]) },
  });
  return { done, written, said: said.join('\n') };
};

describe('the dialogue', () => {
  test('writes what the vendor takes, trimmed, and says where to find it', async () => {
    const { done, written, said } = await talk('xero', [' id ', 'secret\t']);
    expect(done).toBe(true);
    expect(written).toEqual([['coresentia/prod/xero', '{"clientId":"id","clientSecret":"secret"}']]);
    expect(said).toMatch(/developer\.xero\.com/);
    expect(said).not.toMatch(/secret\t|"secret"/);
  });

  test('asks again after a refusal, three times at most, and writes nothing refused', async () => {
    expect((await talk('xero-webhook', ['wrong', 'right'])).written).toEqual([['coresentia/prod/xero-webhook', '{"webhookKey":"right"}']]);
    const never = await talk('xero-webhook', ['a', 'b', 'c', 'right']);
    expect([never.done, never.written]).toEqual([false, []]);
  });

  test('leaves a secret as it is when nothing is typed, and does not take half of one', async () => {
    expect(await talk('twilio', [''])).toMatchObject({ done: false, written: [] });
    expect((await talk('twilio', ['AC1', '', ''])).said).toMatch(/authToken is empty/);
  });
});

test('piped lines are read one by one, and their end stops the command', async () => {
  const pipe = new PassThrough();
  let shown = '';
  const input = hiddenInput(pipe as unknown as NodeJS.ReadStream, (text) => {
    shown += text;
  });
  pipe.end('first\nsecond\n');
  expect(await input.prompt('A: ')).toBe('first');
  expect(await input.prompt('B: ')).toBe('second');
  await expect(input.prompt('C: ')).rejects.toThrow('no more input');
  expect(shown).toBe('A: \nB: \nC: \n');
  input.close();
});

describe('against a Secrets Manager', () => {
  let kernel: Kernel;
  let server: Listening;
  const before = { ...process.env };
  beforeEach(async () => {
    kernel = openKernel(undefined);
    const routes = secretsRoutes(kernel, { secrets: { 'coresentia/local/xero-webhook': '{"webhookKey":"old"}' } });
    server = await serveApp({ fetch: (request, env) => routes.fetch(request, env) }, { port: 0 });
    useAwsEndpoint(server.url);
  });
  afterEach(async () => {
    await server.close();
    await kernel.close();
    process.env = { ...before };
  });
  const id = 'coresentia/local/xero-webhook';

  test('the store writes through AWS_ENDPOINT_URL', async () => {
    await secretsManagerStore().put(id, '{"webhookKey":"new"}');
    const read = await new SecretsManagerClient(local(server.url)).send(new GetSecretValueCommand({ SecretId: id }));
    expect(read.SecretString).toBe('{"webhookKey":"new"}');
  });

  test('a secret that no stack has made is not made: the stack could not be deployed over it', async () => {
    const { message, everything } = await errorOf(secretsManagerStore().put('coresentia/prod/xero', 'hush'));
    expect(message).toMatch(/no secret coresentia\/prod\/xero yet: deploy/);
    expect(everything).not.toContain('hush');
  });

  test('a rotated secret is picked up after five minutes, and not read anew before', async () => {
    const offset = clockOffset();
    const restore = installClock(offset);
    try {
      process.env['XERO_WEBHOOK_SECRET_ID'] = id;
      expect(await xeroWebhookKey()).toBe('old');
      await secretsManagerStore().put(id, '{"webhookKey":"rotated"}');
      Atomics.store(offset, 0, BigInt(4 * 60_000));
      expect(await xeroWebhookKey()).toBe('old');
      Atomics.store(offset, 0, BigInt(5 * 60_000 + 1000));
      expect(await xeroWebhookKey()).toBe('rotated');
    } finally {
      restore();
    }
  });
});
