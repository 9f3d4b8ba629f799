import { handler } from '../../../functions/portal';
import { deadUrl } from '../../support/scripted-server';
import { brand } from './world';

type Event = Parameters<typeof handler>[0];
const context = {} as Parameters<typeof handler>[1];

const before = { ...process.env };
beforeEach(async () => {
  const variables = {
    BRAND: JSON.stringify(brand),
    SES_CONFIGURATION_SET: 'mails',
    SUPABASE_URL: 'http://127.0.0.1:1',
    SUPABASE_SECRET_ID: 'supabase',
  };
  const aws = {
    AWS_REGION: 'ap-southeast-2',
    AWS_ACCESS_KEY_ID: 'x',
    AWS_SECRET_ACCESS_KEY: 'x',
    AWS_ENDPOINT_URL_SECRETS_MANAGER: await deadUrl(),
  };
  Object.assign(process.env, variables, aws, { SUPABASE_PUBLISHABLE_KEY: 'sb_publishable_1' });
  jest.spyOn(process.stdout, 'write').mockReturnValue(true);
});
afterEach(() => {
  process.env = { ...before };
  jest.restoreAllMocks();
});

/** As a function URL sends it. */
function event(method: string, rawPath: string, headers: Record<string, string> = {}): Event {
  const http = { method, path: rawPath, protocol: 'HTTP/1.1', sourceIp: '127.0.0.1', userAgent: 'test' };
  const requestContext = { domainName: 'abc.lambda-url.ap-southeast-2.on.aws', http };
  return {
    version: '2.0',
    rawPath,
    rawQueryString: '',
    headers: { 'x-forwarded-proto': 'https', ...headers },
    requestContext,
    isBase64Encoded: false,
  } as unknown as Event;
}

test('the style sheet needs no secret', async () => {
  expect(await handler(event('GET', '/assets/portal.css'), context)).toMatchObject({
    statusCode: 200,
    body: expect.stringContaining('--accent'),
  });
});

test('an error page comes when the secrets cannot be read', async () => {
  const answer = await handler(event('GET', '/onboarding'), context);
  expect(answer).toMatchObject({ statusCode: 503, body: expect.stringContaining('Something went wrong on our side') });
});

test.each([
  [undefined, 'https://abc.lambda-url.ap-southeast-2.on.aws', 503],
  ['https://www.coresentia.example/', 'https://www.coresentia.example', 503],
  ['https://www.coresentia.example/', 'https://abc.lambda-url.ap-southeast-2.on.aws', 503],
  ['https://www.coresentia.example/', 'https://evil.example', 403],
])('with the public URL %s a form from %s gets %i', async (publicUrl, origin, statusCode) => {
  if (publicUrl) process.env['PUBLIC_URL'] = publicUrl;
  const answer = await handler(
    event('POST', '/onboarding', { origin, host: 'evil.example', 'content-type': 'application/x-www-form-urlencoded' }),
    context,
  );
  expect(answer).toMatchObject({ statusCode });
});
