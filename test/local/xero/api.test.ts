import { XERO_LIMITS } from '../../../local/xero/limits';
import { failure, requestToken, startRig, xeroSdk } from './rig';

let rig: Awaited<ReturnType<typeof startRig>>;
beforeEach(async () => {
  rig = await startRig();
});
afterEach(() => rig.close());

const deposit = { contactName: 'Jo Citizen', email: 'jo@example.com', phone: '0412 345 678', amountCents: 49_900 };

describe('identity', () => {
  test('issues a bearer token for 30 minutes', async () => {
    const { status, body } = await requestToken(rig.xero);
    expect(status).toBe(200);
    expect(body).toMatchObject({ expires_in: 1800, token_type: 'Bearer' });
  });

  test.each([
    { what: 'any scope', form: 'grant_type=client_credentials&scope=accounting.transactions', error: 'invalid_scope' },
    { what: 'a wrong secret', form: 'grant_type=client_credentials', secret: 'nope', error: 'invalid_client' },
    { what: 'another grant', form: 'grant_type=password', error: 'unsupported_grant_type' },
  ])('refuses $what', async ({ form, secret, error }) => {
    expect(await requestToken(rig.xero, form, secret)).toEqual({ status: 400, body: { error } });
  });

  test('refuses a token once 30 minutes of local time are over', async () => {
    const api = await xeroSdk(rig.xero);
    const { invoiceId } = await rig.xero.createDepositInvoice(deposit);
    await expect(api.getInvoice('', invoiceId)).resolves.toBeDefined();
    await rig.kernel.advance(1801);
    const { statusCode, body } = await failure(api.getInvoice('', invoiceId));
    expect(statusCode).toBe(401);
    expect(body).toMatchObject({ Title: 'Unauthorized', Detail: expect.stringContaining('TokenExpired') });
  });

  test('names its tenant in GET /connections', async () => {
    const { body } = await requestToken(rig.xero);
    const response = await fetch(`${rig.xero.url}/connections`, { headers: { authorization: `Bearer ${String(body['access_token'])}` } });
    expect(await response.json()).toMatchObject([{ tenantType: 'ORGANISATION' }]);
  });
});

describe('one invoice', () => {
  test('is what xero-node reads: dollars, dates, contact with e-mail, item code', async () => {
    const { invoiceId } = await rig.xero.createDepositInvoice({ ...deposit, reference: 'DEP-77' });
    await rig.xero.payInvoice(invoiceId);
    const { body } = await (await xeroSdk(rig.xero)).getInvoice('', invoiceId);
    const invoice = body.invoices?.[0];
    expect(invoice).toMatchObject({
      type: 'ACCREC',
      status: 'PAID',
      amountDue: 0,
      amountPaid: 499,
      total: 499,
      totalTax: 45.36,
      reference: 'DEP-77',
      currencyCode: 'AUD',
      contact: { name: 'Jo Citizen', emailAddress: 'jo@example.com' },
      lineItems: [{ itemCode: 'DEPOSIT', lineAmount: 499 }],
    });
    expect(invoice?.updatedDateUTC).toBeInstanceOf(Date);
    expect(invoice?.fullyPaidOnDate).toBeInstanceOf(Date);
    expect(invoice?.contact?.phones?.map(({ phoneNumber }) => phoneNumber)).toContain('0412 345 678');
  });

  test('is found by its number too, and an unknown one is 404 in plain words', async () => {
    const { invoiceNumber } = await rig.xero.createDepositInvoice(deposit);
    const api = await xeroSdk(rig.xero);
    expect((await api.getInvoice('', invoiceNumber)).body.invoices).toHaveLength(1);
    expect(await failure(api.getInvoice('', '00000000-0000-0000-0000-000000000000'))).toMatchObject({
      statusCode: 404,
      body: "The resource you're looking for cannot be found",
    });
  });

  test('is refused to a foreign tenant id', async () => {
    const { invoiceId } = await rig.xero.createDepositInvoice(deposit);
    expect(await failure((await xeroSdk(rig.xero)).getInvoice('11111111-1111-1111-1111-111111111111', invoiceId))).toMatchObject({
      statusCode: 403,
      body: { Detail: 'AuthenticationUnsuccessful' },
    });
  });
});

describe('the books', () => {
  test('a part payment leaves the invoice AUTHORISED with the rest due', async () => {
    const { invoiceId } = await rig.xero.createDepositInvoice(deposit);
    expect(await rig.xero.payInvoice(invoiceId, 10_000)).toMatchObject({ status: 'AUTHORISED' });
    const { body } = await (await xeroSdk(rig.xero)).getInvoice('', invoiceId);
    expect(body.invoices?.[0]).toMatchObject({ amountPaid: 100, amountDue: 399 });
  });

  test('a deleted payment un-pays, and the invoice can be paid again', async () => {
    const { invoiceId } = await rig.xero.createDepositInvoice(deposit);
    await rig.xero.payInvoice(invoiceId);
    expect(await rig.xero.deletePayment(invoiceId)).toMatchObject({ status: 'AUTHORISED', payments: [] });
    expect(await rig.xero.payInvoice(invoiceId)).toMatchObject({ status: 'PAID' });
  });

  test('a credit note makes an invoice PAID without a payment', async () => {
    const { invoiceId } = await rig.xero.createDepositInvoice(deposit);
    await rig.xero.creditInvoice(invoiceId);
    const { body } = await (await xeroSdk(rig.xero)).getInvoice('', invoiceId);
    expect(body.invoices?.[0]).toMatchObject({ status: 'PAID', amountPaid: 0, amountCredited: 499 });
  });

  test('nobody can pay more than is due, or pay twice', async () => {
    const { invoiceId } = await rig.xero.createDepositInvoice(deposit);
    await expect(rig.xero.payInvoice(invoiceId, 50_000)).rejects.toThrow('exceeds the amount outstanding');
    await rig.xero.payInvoice(invoiceId);
    await expect(rig.xero.payInvoice(invoiceId)).rejects.toThrow('not of valid status');
  });

  test('the same name and e-mail is the same contact, a changed e-mail is not', async () => {
    const [first, again, other] = [
      await rig.xero.createDepositInvoice(deposit),
      await rig.xero.createDepositInvoice({ ...deposit, email: 'JO@example.com' }),
      await rig.xero.createDepositInvoice({ ...deposit, email: 'other@example.com' }),
    ];
    expect(again.contactId).toBe(first.contactId);
    expect(other.contactId).not.toBe(first.contactId);
  });
});

describe('the list of invoices', () => {
  test('filters by where, status, number and modification, and orders', async () => {
    const [one, two] = [await rig.xero.createDepositInvoice(deposit), await rig.xero.createDepositInvoice({ ...deposit, amountCents: 1 })];
    await rig.kernel.advance(3600);
    const since = new Date();
    await rig.xero.payInvoice(two.invoiceId);
    const api = await xeroSdk(rig.xero);
    const ids = async (...args: Parameters<typeof api.getInvoices>) =>
      ((await api.getInvoices(...args)).body.invoices ?? []).map(({ invoiceID }) => invoiceID);
    expect(await ids('', undefined, 'Status=="PAID" AND Type=="ACCREC"')).toEqual([two.invoiceId]);
    expect(await ids('', undefined, '(AmountDue > 100 OR Reference.StartsWith("X")) AND Date >= DateTime(2020, 01, 01)')).toEqual([
      one.invoiceId,
    ]);
    expect(await ids('', undefined, `Contact.ContactID==Guid("${one.contactId.toUpperCase()}")`)).toHaveLength(2);
    expect(await ids('', since)).toEqual([two.invoiceId]);
    expect(await ids('', undefined, undefined, undefined, [one.invoiceId])).toEqual([one.invoiceId]);
    expect(await ids('', undefined, undefined, undefined, undefined, [two.invoiceNumber])).toEqual([two.invoiceId]);
    expect(await ids('', undefined, undefined, undefined, undefined, undefined, undefined, ['PAID'])).toEqual([two.invoiceId]);
    expect(await ids('', undefined, undefined, 'InvoiceNumber DESC')).toEqual([two.invoiceId, one.invoiceId]);
  });

  test('has line items only when it is paged, and never the e-mail', async () => {
    await rig.xero.createDepositInvoice(deposit);
    const api = await xeroSdk(rig.xero);
    expect((await api.getInvoices('')).body.invoices?.[0]).toMatchObject({ lineItems: [] });
    const paged = (await api.getInvoices('', undefined, undefined, undefined, undefined, undefined, undefined, undefined, 1)).body
      .invoices?.[0];
    expect(paged?.lineItems).toHaveLength(1);
    expect(paged?.contact?.emailAddress).toBeUndefined();
  });

  test('pages', async () => {
    for (let count = 0; count < 5; count += 1) await rig.xero.createDepositInvoice(deposit);
    const api = await xeroSdk(rig.xero);
    const page = async (number: number) => {
      const { body } = await api.getInvoices(
        '',
        undefined,
        undefined,
        'InvoiceNumber',
        undefined,
        undefined,
        undefined,
        undefined,
        number,
        false,
        false,
        undefined,
        false,
        2,
      );
      return { numbers: body.invoices?.map(({ invoiceNumber }) => invoiceNumber), pagination: body.pagination };
    };
    expect(await page(2)).toMatchObject({ numbers: ['INV-0003', 'INV-0004'], pagination: { page: 2, pageCount: 3, itemCount: 5 } });
    expect(await page(4)).toMatchObject({ numbers: [] });
  });

  test('answers an unreadable filter with QueryParseException', async () => {
    await rig.xero.createDepositInvoice(deposit);
    const api = await xeroSdk(rig.xero);
    for (const where of ['Status=="PAID', 'Colour=="red"', 'Status PAID', 'AmountDue >'])
      expect(await failure(api.getInvoices('', undefined, where))).toMatchObject({
        statusCode: 400,
        body: { Type: 'QueryParseException' },
      });
  });
});

test('contacts are read by id', async () => {
  const { contactId } = await rig.xero.createDepositInvoice(deposit);
  const api = await xeroSdk(rig.xero);
  expect((await api.getContact('', contactId)).body.contacts?.[0]).toMatchObject({ name: 'Jo Citizen', emailAddress: 'jo@example.com' });
  expect((await failure(api.getContact('', 'nobody'))).statusCode).toBe(404);
});

describe('limits and faults', () => {
  test("the 61st call in a minute of Xero's own limit is 429 with retry-after, and the next minute is free", async () => {
    const limited = await startRig({ limits: XERO_LIMITS });
    const api = await xeroSdk(limited.xero);
    for (let call = 0; call < 60; call += 1) await api.getInvoices('');
    const { statusCode, headers } = await failure(api.getInvoices(''));
    expect(statusCode).toBe(429);
    expect(headers).toMatchObject({ 'x-rate-limit-problem': 'minute' });
    const waitSeconds = Number(headers['retry-after']);
    expect(waitSeconds).toBeGreaterThan(30);
    await limited.kernel.advance(waitSeconds);
    await expect(api.getInvoices('')).resolves.toBeDefined();
    await limited.close();
  });

  test.each([
    ['rate-limit', 429, undefined],
    ['server-error', 500, undefined],
    ['reject', 403, undefined],
    ['reject', 404, '404'],
  ] as const)('a scripted %s is answered with %i', async (mode, status, code) => {
    const api = await xeroSdk(rig.xero);
    await rig.kernel.faults.arm({ vendor: 'xero', call: 'getInvoices', mode, times: 1, slowMs: 1, ...(code && { code }) });
    expect((await failure(api.getInvoices(''))).statusCode).toBe(status);
    await expect(api.getInvoices('')).resolves.toBeDefined();
  });

  test('a refused call has status 0 for xero-node', async () => {
    const api = await xeroSdk(rig.xero);
    await rig.kernel.faults.arm({ vendor: 'xero', call: '*', mode: 'refuse', times: 1, slowMs: 1 });
    expect((await failure(api.getInvoices(''))).statusCode).toBe(0);
  });
});
