import { type XeroOptions, xeroAccounting } from '../../../shared/clients/xero';
import { tenantId } from '../../support/an-invoice';
import { errorOf } from '../../support/error-of';
import { deadUrl, type Scripted, type ScriptedServer, scriptedServer } from '../../support/scripted-server';

const token: Scripted = { status: 200, body: { access_token: 'secret-token', expires_in: 1800, token_type: 'Bearer' } };
const invoiceId = 'AAAAAAAA-bbbb-cccc-dddd-eeeeeeeeeeee';

/** As Xero writes it. */
const row = {
  Type: 'ACCREC',
  InvoiceID: invoiceId,
  InvoiceNumber: 'INV-0042',
  Reference: 'DEP-1',
  Status: 'PAID',
  CurrencyCode: 'AUD',
  Date: '/Date(1763856000000+0000)/',
  DateString: '2025-11-23T00:00:00',
  UpdatedDateUTC: '/Date(1763860000123+0000)/',
  Total: 330.3,
  AmountDue: 0.0,
  AmountPaid: 330.3,
  AmountCredited: 0.0,
  Contact: {
    ContactID: '99999999-8888-7777-6666-555555555555',
    Name: 'Bright Sparks',
    FirstName: 'Sam',
    EmailAddress: 'sam@example.com',
    Phones: [
      { PhoneType: 'DEFAULT', PhoneNumber: '5550000', PhoneAreaCode: '02', PhoneCountryCode: '61' },
      { PhoneType: 'MOBILE', PhoneNumber: '480 000 001', PhoneAreaCode: '', PhoneCountryCode: '61' },
    ],
  },
  LineItems: [{ ItemCode: 'DEPOSIT', AccountCode: '200', Tracking: [{ Name: 'Kind', Option: 'Deposit' }] }],
};

let server: ScriptedServer;
beforeEach(async () => {
  server = await scriptedServer({ '/connect/token': token });
});
afterEach(() => server.close());

const client = (changes: Partial<XeroOptions> = {}) =>
  xeroAccounting({
    clientId: 'our-id',
    clientSecret: 'our-secret',
    apiUrl: server.url,
    identityUrl: server.url,
    timeoutMs: 300,
    ...changes,
  });

test('reads an invoice into our shape', async () => {
  server.script({ status: 200, body: { Invoices: [row] } });
  expect(await client().getInvoice(tenantId, invoiceId)).toEqual({
    invoiceId: invoiceId.toLowerCase(),
    invoiceNumber: 'INV-0042',
    tenantId,
    type: 'ACCREC',
    status: 'PAID',
    currency: 'AUD',
    totalCents: 33_030,
    amountDueCents: 0,
    amountPaidCents: 33_030,
    date: '2025-11-23',
    updatedUtc: '2025-11-23T01:06:40.123Z',
    reference: 'DEP-1',
    isRepeating: false,
    brandingThemeId: null,
    contact: {
      contactId: '99999999-8888-7777-6666-555555555555',
      name: 'Bright Sparks',
      firstName: 'Sam',
      email: 'sam@example.com',
      phone: '+61 480 000 001',
    },
    lines: [{ itemCode: 'DEPOSIT', accountCode: '200', trackingOptions: ['Deposit'] }],
  });
  const [request] = server.requests;
  expect(request?.path).toBe(`/api.xro/2.0/Invoices/${invoiceId}`);
  expect(request?.headers).toMatchObject({ authorization: 'Bearer secret-token', 'xero-tenant-id': '' });
});

test.each([
  ['an unknown invoice', { status: 404, body: "The resource you're looking for cannot be found" }],
  ['an empty list', { status: 200, body: { Invoices: [] } }],
])('%s is undefined', async (_, answer) => {
  server.script(answer);
  expect(await client().getInvoice(tenantId, invoiceId)).toBeUndefined();
});

const faults: [string, Scripted, { name: string; message?: RegExp }][] = [
  ['400', { status: 400, body: { Type: 'QueryParseException' } }, { name: 'VendorRequestRejected', message: /400/ }],
  ['401 with a fresh token', { status: 401, body: { Title: 'Unauthorized' } }, { name: 'VendorAccountProblem' }],
  ['403', { status: 403, body: { Title: 'Forbidden' } }, { name: 'VendorAccountProblem' }],
  ['409', { status: 409, body: {} }, { name: 'VendorRequestRejected' }],
  [
    '429',
    { status: 429, headers: { 'retry-after': '37', 'x-rate-limit-problem': 'minute' } },
    { name: 'TransientError', message: /minute limit.*37 s/ },
  ],
  ['500', { status: 500, body: { Title: 'An error occurred' } }, { name: 'TransientError', message: /500/ }],
  ['503 that is no JSON', { status: 503, body: '<html>down</html>' }, { name: 'TransientError' }],
  ['no answer', 'silent', { name: 'TransientError' }],
  ['a hang-up', 'hang-up', { name: 'TransientError' }],
  ['an answer that is cut', 'cut', { name: 'TransientError' }],
  ['an answer that stalls', 'stall', { name: 'TransientError' }],
  ['200 that is no JSON', { status: 200, body: '<html>hello</html>' }, { name: 'TransientError' }],
  ['JSON of another shape', { status: 200, body: { Invoices: [{ InvoiceID: 7 }] } }, { name: 'TransientError' }],
];

describe.each(faults)('%s', (_, answer, expected) => {
  test(`of getInvoice is ${expected.name} without credentials`, async () => {
    server.script(answer);
    const error = await errorOf(client().getInvoice(tenantId, invoiceId));
    expect(error).toMatchObject({ name: expected.name, message: expect.stringMatching(expected.message ?? /Xero/) });
    expect(error.everything).not.toMatch(/our-secret|secret-token|Bearer|Basic/);
  });
});

const tokenFaults: [string, Scripted, string][] = [
  ['400 invalid_client', { status: 400, body: { error: 'invalid_client' } }, 'VendorAccountProblem'],
  ['401', { status: 401, body: '' }, 'VendorAccountProblem'],
  ['429', { status: 429, body: '' }, 'TransientError'],
  ['500', { status: 500, body: '' }, 'TransientError'],
  ['no answer', 'silent', 'TransientError'],
  ['an answer that is cut', 'cut', 'TransientError'],
  ['an answer that stalls', 'stall', 'TransientError'],
  ['200 that is no JSON', { status: 200, body: '<html>' }, 'TransientError'],
];

test.each(tokenFaults)('%s of the identity server is our error without credentials', async (_, answer, name) => {
  server.routes['/connect/token'] = answer;
  const error = await errorOf(client().getInvoice(tenantId, invoiceId));
  expect(error.name).toBe(name);
  expect(error.everything).not.toMatch(/our-secret|secret-token|Basic/);
});

test('asks for a token exactly as Xero wants it', async () => {
  delete server.routes['/connect/token'];
  server.script(token, { status: 200, body: { Invoices: [row] } });
  await client().getInvoice(tenantId, invoiceId);
  const [request] = server.requests;
  expect(request?.body).toBe('grant_type=client_credentials');
  expect(request?.headers.authorization).toBe(`Basic ${Buffer.from('our-id:our-secret').toString('base64')}`);
});

test('one token serves many calls, and is replaced after Xero refused it', async () => {
  delete server.routes['/connect/token'];
  const found: Scripted = { status: 200, body: { Invoices: [row] } };
  server.script(token, found, found, { status: 401, body: {} }, token, found);
  const accounting = client();
  await accounting.getInvoice(tenantId, invoiceId);
  await accounting.getInvoice(tenantId, invoiceId);
  expect(await errorOf(accounting.getInvoice(tenantId, invoiceId))).toMatchObject({ name: 'TransientError' });
  await accounting.getInvoice(tenantId, invoiceId);
  expect(server.requests.filter(({ path }) => path === '/connect/token')).toHaveLength(2);
});

test('a token is asked for anew when the clock was put back', async () => {
  delete server.routes['/connect/token'];
  const found: Scripted = { status: 200, body: { Invoices: [row] } };
  server.script(token, found, token, found);
  const accounting = client();
  await accounting.getInvoice(tenantId, invoiceId);
  const earlier = Date.now() - 86_400_000;
  const clock = jest.spyOn(Date, 'now').mockReturnValue(earlier);
  await accounting.getInvoice(tenantId, invoiceId);
  clock.mockRestore();
  expect(server.requests.filter(({ path }) => path === '/connect/token')).toHaveLength(2);
});

test('a server that is down is TransientError', async () => {
  const url = await deadUrl();
  expect(await errorOf(client({ identityUrl: url }).getInvoice(tenantId, invoiceId))).toMatchObject({ name: 'TransientError' });
  expect(await errorOf(client({ apiUrl: url }).getInvoice(tenantId, invoiceId))).toMatchObject({ name: 'TransientError' });
});

const page = (count: number, changes: object) => ({
  status: 200,
  body: { Invoices: Array.from({ length: count }, () => ({ ...row, ...changes })) },
});

test('lists paid and part-paid sales invoices of all pages', async () => {
  server.script(page(1000, {}), page(1000, { AmountPaid: 0 }), page(3, { Status: 'AUTHORISED' }));
  const found = await client({ timeoutMs: 5000 }).paidInvoicesSince(tenantId, new Date('2026-10-01T00:00:00Z'));
  expect(found).toHaveLength(1003);
  const [first, second, third] = server.requests;
  expect([first, second, third].map((request) => request?.query.get('page'))).toEqual(['1', '2', '3']);
  expect(first?.headers['if-modified-since']).toBe('2026-10-01T00:00:00.000Z');
  expect(Object.fromEntries(first?.query ?? [])).toMatchObject({ Statuses: 'PAID,AUTHORISED', where: 'Type=="ACCREC"', pageSize: '1000' });
});

test('one unreadable invoice does not hide the others', async () => {
  server.script({ status: 200, body: { Invoices: [{ InvoiceID: 7 }, row] } });
  expect(await client().paidInvoicesSince(tenantId, new Date(0))).toHaveLength(1);
});
