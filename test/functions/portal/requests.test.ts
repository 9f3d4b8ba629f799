import { baseUrl, form, logged, typed, world } from './world';

beforeEach(() => jest.spyOn(process.stdout, 'write').mockReturnValue(true));
afterEach(() => jest.restoreAllMocks());

const urlEncoded = { 'content-type': 'application/x-www-form-urlencoded' };
const lines = (length: number) => `${'線\r\n'.repeat(length / 2 - 1)}線線`;
const body = () => new URLSearchParams(typed()).toString();

test.each(['/onboarding', form, '/sign-in', '/nowhere'])('%s may not be framed, cached, scripted or told to others', async (path) => {
  const { get } = await world();
  const { headers, html } = await get(path);
  expect(html).toMatch(/^<!doctype html><html lang="en-AU">/);
  expect(headers.get('content-type')).toBe('text/html; charset=UTF-8');
  expect(headers.get('cache-control')).toBe('no-store');
  expect(headers.get('referrer-policy')).toBe('same-origin');
  expect(headers.get('x-content-type-options')).toBe('nosniff');
  expect(headers.get('content-security-policy')).toContain("default-src 'none'");
  expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
  expect(html).not.toMatch(/<script|<style|style=/);
});

test('style sheet and icon are kept by the browser, under addresses that the pages name', async () => {
  const { get } = await world();
  const addresses = [...(await get('/sign-in')).html.matchAll(/(?:href|src)="(\/assets\/[^"]+)"/g)].map(([, address]) => address ?? '');
  expect(addresses.length).toBeGreaterThanOrEqual(2);
  for (const address of addresses) {
    const { status, headers } = await get(address);
    expect(status).toBe(200);
    expect(headers.get('cache-control')).toMatch(/^public, max-age=\d+$/);
  }
});

describe('a form', () => {
  test.each([
    ['our own origin', { origin: baseUrl }],
    ['our own page, though the origin is hidden', { origin: 'null', 'sec-fetch-site': 'same-origin' }],
  ])('from %s is taken', async (_, headers) => {
    const { request } = await world();
    expect((await request(form, { method: 'POST', headers: { ...urlEncoded, ...headers }, body: body() })).status).toBe(303);
  });

  test.each([
    ['another site', { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' }],
    ['another port', { origin: `${baseUrl}:8443` }],
    ['nowhere', {}],
    ['a hidden origin', { origin: 'null' }],
  ])('from %s is refused with advice, and nothing is stored', async (_, headers: Record<string, string>) => {
    const { request, onboardings } = await world();
    const { status, html } = await request(form, { method: 'POST', headers: { ...urlEncoded, ...headers }, body: body() });
    expect(status).toBe(403);
    expect(html).toContain('go back and try again');
    expect(onboardings.state.form).toBeNull();
  });

  test.each([
    ['JSON', 'application/json', JSON.stringify(typed())],
    ['plain text', 'text/plain', 'businessName=x'],
    ['a body of no type', '', 'businessName=x'],
  ])('that is %s is refused', async (_, type, body) => {
    const { request, onboardings } = await world();
    const answer = await request(form, { method: 'POST', headers: { origin: baseUrl, 'content-type': type }, body });
    expect(answer.status).toBe(415);
    expect(onboardings.state.form).toBeNull();
  });

  test('may be multipart; files in it are ignored', async () => {
    const { request, onboardings } = await world();
    const parts = new FormData();
    for (const [name, value] of Object.entries(typed())) parts.append(name, value);
    parts.append('goals', new File(['x'.repeat(100)], 'goals.txt'));
    const answer = await request(form, { method: 'POST', headers: { origin: baseUrl }, body: parts });
    expect(answer.status).toBe(422);
    expect(answer.html).toContain('id="goals-problem"');
    parts.delete('goals');
    parts.append('goals', 'Grow');
    parts.append('photo', new File(['x'.repeat(100)], 'photo.jpg'));
    expect((await request(form, { method: 'POST', headers: { origin: baseUrl }, body: parts })).status).toBe(303);
    expect(onboardings.state.form?.goals).toBe('Grow');
  });

  test.each(['multipart/form-data', 'multipart/form-data; boundary=b'])('that is no %s is unreadable', async (type) => {
    const { request } = await world();
    const answer = await request(form, { method: 'POST', headers: { origin: baseUrl, 'content-type': type }, body: 'nonsense' });
    expect(answer.status).toBe(400);
    expect(answer.html).toContain('could not read');
  });

  test('with fields twice or with brackets is read as far as it makes sense', async () => {
    const { request, onboardings } = await world();
    const extra = '&firstName=Joanna&goals[]=a&goals[]=b&__proto__=x&constructor=y&workingHours=z';
    expect((await request(form, { method: 'POST', headers: { origin: baseUrl, ...urlEncoded }, body: body() + extra })).status).toBe(303);
    expect(onboardings.state.form).toMatchObject({ firstName: 'Joanna', goals: 'Miss no call' });
  });

  test.each(['businessName=%', 'businessName=%zz%FF%FE', '%', '&&&=&=', 'businessName=%ED%A0%80'])(
    'in broken encoding (%s) is shown again',
    async (body) => {
      const { request } = await world();
      expect((await request(form, { method: 'POST', headers: { origin: baseUrl, ...urlEncoded }, body })).status).toBe(422);
    },
  );

  test('that is typed to the brim is taken', async () => {
    const { post, onboardings } = await world();
    const long = typed({
      businessName: '線'.repeat(80),
      firstName: '線'.repeat(50),
      lastName: '線'.repeat(50),
      suburb: '線'.repeat(60),
      services: lines(1000),
      currentBookingProcess: lines(2000),
      goals: lines(2000),
    });
    expect((await post(form, long)).status).toBe(303);
    expect(onboardings.state.form?.goals).toHaveLength(2000);
    const { status, html } = await post(form, { ...long, goals: `${lines(2000)}線` });
    expect(status).toBe(422);
    expect(html).toContain('Use at most 2000 characters here.');
  });

  test.each([{ 'content-length': '70000' }, { 'transfer-encoding': 'chunked' }])('of more than 64 KB (%j) is refused', async (length) => {
    const { request } = await world();
    const headers = { origin: baseUrl, ...urlEncoded, ...(length as Record<string, string>) };
    const answer = await request(form, { method: 'POST', headers, body: `goals=${'x'.repeat(70_000)}` });
    expect(answer.status).toBe(413);
    expect(answer.html).toContain('too long');
  });
});

test('HEAD answers as GET does, without a body', async () => {
  const { request } = await world();
  for (const [path, status] of [
    [form, 200],
    ['/nowhere', 404],
    ['/dashboard', 303],
  ] as const)
    expect(await request(path, { method: 'HEAD' })).toMatchObject({ status, html: '' });
});

test.each(['PUT', 'DELETE', 'PATCH', 'OPTIONS'])('%s is not done here', async (method) => {
  const { request } = await world();
  const { status, headers } = await request(form, { method, headers: { origin: baseUrl } });
  expect(status).toBe(405);
  expect(headers.get('allow')).toBe('GET, HEAD, POST');
});

test('a slash at the end changes nothing', async () => {
  const { get } = await world();
  for (const path of ['/onboarding/', '/sign-in/', `${form}/`]) expect((await get(path)).status).toBe(200);
});

test.each(['/nowhere', '/%E0%A4%A', '/%00', '/onboarding/a/b/c', '/.env'])('%s is a page that is not there', async (path) => {
  const { get } = await world();
  expect(await get(path)).toMatchObject({ status: 404, html: expect.stringContaining('Page not found') });
});

test('a bug shows an error page with a reference; the log has it without what was thrown', async () => {
  const { get } = await world({ services: () => Promise.reject(new Error('key sb_secret_123 of jo@example.com')) });
  const log = await logged(async () => {
    const { status, html } = await get('/sign-in');
    expect(status).toBe(500);
    expect(html).toContain('quote <code>');
    expect(html).not.toContain('sb_secret');
  });
  expect(log).toContain('portal request failed');
  expect(log).not.toMatch(/sb_secret|jo@/);
});
