import { readFileSync } from 'node:fs';
import type { Browser, Page } from 'playwright-core';
import { launchBrowser } from '../../support/browser';
import { type OpenStack, openStack, statusWithHost } from './room';

const SETUP = { untilIdle: true, withinSeconds: 1800 };
const json = { 'content-type': 'application/json' };
let room: OpenStack;
let clients = 0;

beforeAll(async () => {
  room = await openStack();
});
afterAll(() => room.close());

/** Pays a deposit and lets the pipeline go on until the form is awaited. */
async function newClient(more: Record<string, unknown> = {}) {
  clients += 1;
  const paid = await room.post('/api/deposits', {
    contactName: `Mia Nguyen${'x'.repeat(clients)}`,
    email: `mia${clients}@client.example`,
    ...more,
  });
  expect(paid.status).toBe(201);
  await room.post('/api/clock', SETUP);
  return paid.json as { invoiceId: string; invoiceNumber: string };
}
const run = async (id: string) => (await room.get(`/api/runs/${id}`)).json;

describe('the API', () => {
  test('lists what it can do', async () => {
    const { json: endpoints } = await room.get('/api');
    expect(endpoints).toContainEqual({ method: 'POST', path: '/api/faults', does: expect.stringContaining('vendor') });
  });

  test('a deposit becomes a run that waits for the form, with checklist and machine', async () => {
    const { invoiceId, invoiceNumber } = await newClient();
    const [newest] = (await room.get('/api/runs?limit=1')).json;
    expect(newest).toMatchObject({ invoiceId, invoiceNumber, status: 'RUNNING', state: 'AwaitOnboarding' });
    const found = await run(invoiceId);
    expect(await run(newest.id)).toMatchObject({ id: found.id, machine: found.machine });
    expect(found.checklist.lines[0]).toMatchObject({ number: 1, status: 'done' });
    expect(found.machine.find((state: { name: string }) => state.name === 'AwaitOnboarding')).toMatchObject({
      status: 'waiting',
      isCallback: true,
    });
    expect((await room.get(`/api/mailbox?to=mia${clients}@client.example`)).json).toHaveLength(1);
  });

  test.each([
    ['/api/deposits', {}, 'Say who pays'],
    ['/api/deposits', { contactName: ' ', email: 'a@b.example' }, 'Say who pays'],
    ['/api/deposits', { contactName: 'Mia', email: 'nobody' }, 'looks like'],
    ['/api/deposits', { contactName: 'Mia', email: 'a@b.example', amountCents: -5 }, 'more than nothing'],
    ['/api/deposits', { contactName: 'Mia', email: 'a@b.example', amountCents: 4.5 }, 'whole cents'],
    ['/api/deposits', { contactName: 'Mia', email: 'a@b.example', amountCents: 5, paidCents: 6 }, 'Nobody pays more'],
    ['/api/deposits', 'not json', 'not JSON'],
    ['/api/deposits', [], 'expected object'],
    ['/api/phones/x!/messages', { to: '+61480000000', body: 'hi' }, 'is no phone'],
    ['/api/phones/0491570157/messages', { to: '+61480000000', body: '' }, 'Write something'],
    ['/api/clock', {}, 'advanceSeconds'],
    ['/api/clock', { advanceSeconds: -1 }, 'only goes forward'],
    ['/api/clock', { advanceSeconds: 60, untilIdle: true }, 'advanceSeconds'],
    ['/api/twilio/money', { balanceUsd: 'a lot', mobileUsd: 8 }, 'US dollars'],
    ['/api/faults', { vendor: 'nasa', mode: 'refuse' }, 'twilio'],
    ['/api/faults', { vendor: 'xero', mode: 'explode' }, 'lose-response'],
    ['/api/faults', { vendor: 'xero', mode: 'refuse', times: 0 }, 'At least once'],
  ])('%s refuses %j with words', async (path, body, words) => {
    const { status, json: answer } = await room.post(path, body);
    expect(status).toBe(400);
    expect(answer.error).toContain(words);
  });

  test('names what is not there, what a path takes, and that it wants JSON', async () => {
    expect(await room.get('/api/nothing')).toMatchObject({ status: 404, json: { error: expect.stringContaining('GET /api') } });
    expect((await room.get('/api/runs/INV-9999')).status).toBe(404);
    expect((await room.post('/api/runs/INV-9999/redrive')).status).toBe(404);
    const wrongMethod = await room.post('/api/mailbox', {});
    expect([wrongMethod.status, wrongMethod.headers.get('allow')]).toEqual([405, 'GET']);
    expect((await room.post('/api/clock', '{}', { 'content-type': 'text/plain' })).status).toBe(415);
    expect((await room.post('/api/deposits', { contactName: 'x'.repeat(70_000) })).status).toBe(413);
    expect((await room.get('/api/runs?limit=many')).status).toBe(400);
    expect((await room.post('/api/phones/0491570157/messages', { to: '+61480999999', body: 'hi' })).status).toBe(404);
  });

  test('takes no orders from other sites', async () => {
    const before = (await room.get('/api/clock')).json.offsetSeconds;
    const foreign = await room.post('/api/clock', { advanceSeconds: 60 }, { ...json, origin: 'https://evil.example' });
    const opaque = await room.post('/api/clock', { advanceSeconds: 60 }, { ...json, origin: 'null' });
    expect([foreign.status, opaque.status]).toEqual([403, 403]);
    expect(await statusWithHost(`${room.url}/api/runs`, 'evil.example')).toBe(403);
    expect(await statusWithHost(`${room.url}/api/runs`, new URL(room.url).host.replace('127.0.0.1', 'localhost'))).toBe(200);
    expect((await room.get('/api/clock')).json.offsetSeconds).toBe(before);
  });

  test('moves the clock, one move after another', async () => {
    const before = (await room.get('/api/clock')).json.offsetSeconds;
    const moves = await Promise.all([60, 120, 30].map((advanceSeconds) => room.post('/api/clock', { advanceSeconds })));
    expect(moves.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect((await room.get('/api/clock')).json.offsetSeconds - before).toBeCloseTo(210, 0);
    expect((await room.post('/api/clock', { advanceTo: '2020-01-01T00:00:00Z' })).status).toBe(409);
  });

  test('arms faults and mends them; looking on uses none up', async () => {
    await room.post('/api/faults', { vendor: 'supabase', mode: 'server-error', times: 2 });
    await room.get('/');
    await room.get('/api/runs');
    expect((await room.get('/api/faults')).json).toEqual([expect.objectContaining({ vendor: 'supabase', call: '*', times: 2 })]);
    expect((await fetch(`${room.url}/api/faults`, { method: 'DELETE' })).status).toBe(204);
    expect((await room.get('/api/faults')).json).toEqual([]);
  });

  test('a hundred copies of the webhook change nothing', async () => {
    const { invoiceNumber } = await newClient();
    const before = (await room.get('/api/runs')).json.length;
    expect((await room.post(`/api/runs/${invoiceNumber}/webhooks`)).json).toEqual({ copies: 100, answers: { 200: 100 } });
    await room.post('/api/clock', SETUP);
    expect((await room.get('/api/runs')).json).toHaveLength(before);
  });
});

describe('an operator', () => {
  test('redrives what failed and nothing else', async () => {
    const { invoiceNumber } = await newClient();
    const early = await room.post(`/api/runs/${invoiceNumber}/redrive`);
    expect(early).toMatchObject({ status: 409, json: { error: expect.stringContaining('RUNNING') } });
    await room.post('/api/twilio/money', { balanceUsd: 20, mobileUsd: 8.25 });
    expect((await room.post(`/api/runs/${invoiceNumber}/fill-form`)).status).toBe(200);
    await room.post('/api/clock', SETUP);
    expect(await run(invoiceNumber)).toMatchObject({ status: 'FAILED', failure: { step: 'ProvisionNumber', error: 'BalanceTooLow' } });
    expect((await room.get(`/?run=${invoiceNumber}`)).text).toContain('Redrive from ProvisionNumber');
    expect((await room.post('/api/twilio/money', { balanceUsd: 1000, mobileUsd: 8.25 })).status).toBe(200);
    expect((await room.post(`/api/runs/${invoiceNumber}/redrive`)).status).toBe(202);
    await room.post('/api/clock', SETUP);
    expect(await run(invoiceNumber)).toMatchObject({ status: 'RUNNING', state: 'WaitForDay1', redriveCount: 1 });
    expect((await room.post(`/api/runs/${invoiceNumber}/fill-form`)).status).toBe(409);
  });

  test('stops an execution and lets it go on', async () => {
    const { invoiceNumber } = await newClient();
    expect((await room.post(`/api/runs/${invoiceNumber}/stop`)).status).toBe(202);
    expect(await run(invoiceNumber)).toMatchObject({ status: 'ABORTED' });
    expect((await room.post(`/api/runs/${invoiceNumber}/stop`)).status).toBe(409);
    await room.post(`/api/runs/${invoiceNumber}/redrive`);
    await room.post('/api/clock', SETUP);
    expect(await run(invoiceNumber)).toMatchObject({ status: 'RUNNING', state: 'AwaitOnboarding' });
  });

  test('decides about invoices that are almost deposits', async () => {
    const [start, dismiss] = [await newClient({ paidCents: 100 }), await newClient({ paidCents: 100 })];
    expect((await room.get('/api/screenings')).json).toContainEqual(
      expect.objectContaining({ invoiceNumber: start.invoiceNumber, reasons: ['it is paid in part only'] }),
    );
    expect((await room.post(`/api/screenings/${dismiss.invoiceNumber}`, { decision: 'dismiss' })).json).toEqual({ verdict: 'dismissed' });
    expect((await room.post(`/api/screenings/${start.invoiceNumber}`, { decision: 'start' })).json).toEqual({ verdict: 'deposit' });
    expect((await room.post('/api/screenings/INV-9999', { decision: 'start' })).status).toBe(404);
    await room.post('/api/clock', SETUP);
    expect(await run(start.invoiceNumber)).toMatchObject({ status: 'RUNNING' });
    expect((await room.get(`/api/runs/${dismiss.invoiceNumber}`)).status).toBe(404);
    expect((await room.get('/api/screenings')).json).toEqual([]);
  });

  test('settles a mail that nobody knows went out', async () => {
    await room.post('/api/faults', { vendor: 'ses', call: 'SendEmail', mode: 'lose-response' });
    await room.post('/api/faults', { vendor: 'ses', call: 'event', mode: 'reject', times: 2 });
    const { invoiceNumber } = await newClient();
    expect(await run(invoiceNumber)).toMatchObject({ status: 'FAILED', failure: { error: 'EmailUnconfirmed' } });
    expect((await room.get(`/?run=${invoiceNumber}`)).text).toContain('Send it again');
    const settled = await room.post(`/api/runs/${invoiceNumber}/mails/confirmation`, { decision: 'was-sent' });
    expect(settled.json).toEqual({ settled: 1 });
    expect((await room.post(`/api/runs/${invoiceNumber}/mails/confirmation`, { decision: 'was-sent' })).status).toBe(409);
    await room.post(`/api/runs/${invoiceNumber}/redrive`);
    await room.post('/api/clock', SETUP);
    expect(await run(invoiceNumber)).toMatchObject({ status: 'RUNNING', state: 'AwaitOnboarding' });
  });
});

describe('the page', () => {
  test('shows hostile names as text', async () => {
    const { invoiceNumber } = await newClient({ contactName: '"><script>alert(1)</script><img src=x onerror=alert(2)>' });
    const { text, headers } = await room.get(`/?run=${invoiceNumber}`);
    expect(text).toContain('&lt;script&gt;alert(1)');
    expect(text).not.toContain('<script>alert');
    expect(text).not.toContain('<img src=x');
    expect(headers.get('content-security-policy')).toContain("script-src 'self'");
  });

  test('shows mails in a frame without scripts', async () => {
    await newClient();
    const [mail] = (await room.get('/api/mailbox?limit=1')).json;
    const shown = await room.get(`/mails/${mail.id}`);
    expect(shown.text).toContain('<base target="_blank">');
    expect(shown.headers.get('content-security-policy')).toMatch(/default-src 'none'.*sandbox allow-popups/);
    expect((await room.get('/mails/none')).status).toBe(404);
  });

  test('keeps what was typed when a form is wrong, and says why', async () => {
    const { status, text } = await room.send('deposit', { contactName: 'Zoe Tan', email: 'zoe', phone: '', amount: 'lots', at: '/' });
    expect(status).toBe(400);
    expect(text).toContain('value="Zoe Tan"');
    expect(text).toContain('An e-mail address looks like');
    expect(text).toContain('The amount is a number');
  });

  test('leads on to the new client after its deposit', async () => {
    const { status, headers } = await room.send('deposit', {
      contactName: 'Zoe Tan',
      email: 'zoe@client.example',
      amount: '495.00',
      at: '/?show=stuck',
    });
    expect(status).toBe(303);
    expect(headers.get('location')).toMatch(/^\/\?run=INV-\d{4}&said=/);
    const page = await room.get(headers.get('location') ?? '');
    expect(page.text).toContain('is paid. Xero sends its webhook.');
    expect((await room.get(headers.get('location') ?? '')).text).not.toContain('is paid. Xero sends its webhook.');
    await room.post('/api/clock', SETUP);
  });

  test('answers an unchanged page with 304', async () => {
    const statuses: number[] = [];
    let version = '';
    for (let time = 0; time < 3; time += 1) {
      const answer = await fetch(`${room.url}/live?run=none&mail=none`, { headers: { 'if-none-match': version } });
      version = answer.headers.get('etag') ?? '';
      statuses.push(answer.status);
    }
    expect(statuses[0]).toBe(200);
    expect(statuses).toContain(304); // one of the three may see the minute change
  });

  test('takes a client to day 3 and carries a conversation', async () => {
    const { invoiceNumber } = await newClient();
    await room.send(`fill-form/${invoiceNumber}`, { at: '/' });
    await room.post('/api/clock', SETUP);
    const { phoneNumber } = await run(invoiceNumber);
    await room.send('text', { from: '0491 570 157', to: phoneNumber, body: 'Do you do <b>gas</b>?', at: '/' });
    await room.post('/api/clock', SETUP);
    const phone = (await room.get('/api/phones/0491570157')).json;
    expect(phone.map(({ direction }: { direction: string }) => direction)).toEqual(['sent', 'received']);
    expect((await room.get('/?phone=%2B61491570157')).text).toContain('Do you do &lt;b&gt;gas&lt;/b&gt;?');
    expect((await room.send(`day/${invoiceNumber}`, { day: '3', at: '/' })).status).toBe(303);
    expect(await run(invoiceNumber)).toMatchObject({ state: 'WaitForDay7' });
    expect((await room.send(`day/${invoiceNumber}`, { day: 'x', at: '/' })).status).toBe(400);
  });
});

describe('in a browser', () => {
  let browser: Browser;
  let page: Page;
  const complaints: string[] = [];

  beforeAll(async () => {
    browser = await launchBrowser();
    page = await browser.newPage({ viewport: { width: 1400, height: 1000 } });
    page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(error.message));
  });
  afterAll(() => browser?.close());

  test('what is typed survives the refresh, and a form is carried out without leaving the page', async () => {
    await page.goto(room.url);
    await page.fill('#deposit-contactName', 'Half a na');
    const { invoiceNumber } = await newClient(); // changes the suggestion beside what is typed
    await page.locator('#clients', { hasText: invoiceNumber }).waitFor();
    expect(await page.inputValue('#deposit-contactName')).toBe('Half a na');
    expect(await page.evaluate('document.activeElement.id')).toBe('deposit-contactName');
    await page.fill('#deposit-email', 'half');
    await page.click('text=Pay the deposit');
    await page.locator('#deposit-email-problem', { hasText: 'looks like' }).waitFor();
    await page.fill('#deposit-email', 'half@client.example');
    await page.click('text=Pay the deposit');
    await page.locator('#said', { hasText: 'is paid' }).waitFor();
    await page.locator('#client h2', { hasText: 'Half a na' }).waitFor();
    expect(await page.inputValue('#deposit-contactName')).not.toBe('Half a na');
    await page.locator('#mails-rows li').last().locator('a').click();
    await page.waitForURL(/mail=/);
    const refused = complaints.filter((text) => !text.includes('400')); // the browser logs the form that was wrong
    expect(refused).toEqual([]);
  });

  test.each([320, 1400])('axe finds nothing at %i px, and nothing runs over the edge', async (width) => {
    await page.setViewportSize({ width, height: 900 });
    await page.goto(room.url);
    await page.evaluate(readFileSync(require.resolve('axe-core'), 'utf8'));
    const found = await page.evaluate(
      "axe.run({ iframes: false }).then(({ violations }) => violations.map(({ id, nodes }) => id + ' ' + nodes[0].html))",
    );
    expect(found).toEqual([]);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
  });
});
