import { request } from 'node:http';
import { type Kernel, openKernel } from '../../../local/kernel/kernel';
import type { Invocation } from '../../../local/kernel/wiring';
import { type FunctionUrls, openFunctionUrls } from '../../../local/lambda/function-urls';

interface UrlEvent {
  body?: string;
  isBase64Encoded: boolean;
  headers: Record<string, string>;
  cookies?: string[];
  [key: string]: unknown;
}
let kernel: Kernel;
let urls: FunctionUrls;
let events: UrlEvent[];
let result: Invocation;

beforeEach(async () => {
  kernel = openKernel(undefined);
  urls = await openFunctionUrls(kernel, { names: ['portal'] });
  events = [];
  result = { payload: { statusCode: 200, body: '' } };
  urls.connect(async (_, event) => {
    events.push(event as UrlEvent);
    return result;
  });
});
afterEach(async () => {
  await urls.close();
  await kernel.close();
});

test('builds the event as AWS does', async () => {
  await fetch(`${urls.url('portal')}onboarding/a%20b?x=1&x=2&y=%C3%A9`, {
    headers: { 'X-Odd': 'Ä'.normalize('NFD').slice(0, 1), cookie: 'a=1; b=2', 'user-agent': 'test' },
  });
  const port = new URL(urls.url('portal')).port;
  expect(events[0]).toMatchObject({
    version: '2.0',
    routeKey: '$default',
    rawPath: '/onboarding/a%20b',
    rawQueryString: 'x=1&x=2&y=%C3%A9',
    queryStringParameters: { x: '1,2', y: 'é' },
    cookies: ['a=1', 'b=2'],
    headers: { 'x-odd': 'A', 'x-forwarded-proto': 'http', 'x-forwarded-port': port, 'x-forwarded-for': '127.0.0.1' },
    requestContext: {
      domainName: `127.0.0.1:${port}`,
      http: { method: 'GET', path: '/onboarding/a%20b', protocol: 'HTTP/1.1', sourceIp: '127.0.0.1', userAgent: 'test' },
      time: expect.stringMatching(/^\d\d\/\w{3}\/\d{4}:\d\d:\d\d:\d\d \+0000$/),
      timeEpoch: expect.any(Number),
    },
    isBase64Encoded: false,
  });
  expect(events[0]?.headers['cookie']).toBeUndefined();
  expect(events[0]?.body).toBeUndefined();
});

test.each([
  ['application/json; charset=utf-8', '{"a":1}', false],
  ['text/plain', 'é', false],
  ['application/x-www-form-urlencoded', 'Body=hi', true],
  ['application/octet-stream', 'raw', true],
])('hands over a body of %s', async (type, body, encoded) => {
  await fetch(urls.url('portal'), { method: 'POST', body, headers: { 'content-type': type } });
  expect(events[0]).toMatchObject({ isBase64Encoded: encoded, body: encoded ? Buffer.from(body).toString('base64') : body });
});

test('answers what the function returns', async () => {
  const pixel = Buffer.from([0x89, 0x50]);
  result = {
    payload: {
      statusCode: 201,
      headers: { 'Content-Type': 'image/png', 'X-N': 3 },
      cookies: ['a=1; Path=/', 'b=2'],
      body: pixel.toString('base64'),
      isBase64Encoded: true,
    },
  };
  const response = await fetch(urls.url('portal'));
  expect(response.status).toBe(201);
  expect(response.headers.get('content-type')).toBe('image/png');
  expect(response.headers.get('x-n')).toBe('3');
  expect(response.headers.getSetCookie()).toEqual(['a=1; Path=/', 'b=2']);
  expect(Buffer.from(await response.arrayBuffer())).toEqual(pixel);
});

test.each([
  [{ payload: 'plain' }, 200, 'plain'],
  [{ payload: { ok: true } }, 200, '{"ok":true}'],
  [{ payload: null }, 200, 'null'],
  [{ payload: { statusCode: 204 } }, 204, ''],
  [{ payload: { statusCode: 401, body: '' } }, 401, ''],
  [{ payload: { statusCode: 'ok' } }, 502, 'Internal Server Error'],
  [{ payload: { statusCode: 200, body: { not: 'text' } } }, 502, 'Internal Server Error'],
  [{ error: { errorType: 'Error', errorMessage: 'secret' } }, 502, 'Internal Server Error'],
])('maps %j to %i', async (given, status, body) => {
  result = given;
  const response = await fetch(urls.url('portal'));
  expect([response.status, await response.text()]).toEqual([status, body]);
});

test('refuses a body of more than 6 MB before the function sees it', async () => {
  const response = await fetch(urls.url('portal'), { method: 'POST', body: Buffer.alloc(6 * 1024 * 1024 + 1) });
  expect(response.status).toBe(413);
  expect(events).toHaveLength(0);
});

test('joins repeated headers', async () => {
  await new Promise((answered) =>
    request(urls.url('portal'), { headers: { 'x-many': ['a', 'b'] } }, (response) => response.resume().on('end', answered)).end(),
  );
  expect(events[0]?.headers['x-many']).toBe('a,b');
});
