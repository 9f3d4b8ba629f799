import { randomUUID } from 'node:crypto';
import type { Screenings } from '../../../../shared/ports/screenings';
import { anInvoice, laterBy, type Ports, setTime, start, startPorts, tenantId } from './ports';

let ports: Ports;
let screenings: Screenings;
beforeAll(async () => {
  ports = await startPorts();
  ({ screenings } = ports);
});
beforeEach(() => setTime(start));
afterAll(() => ports.stop());

const updatedUtc = start.toISOString();
const aSecondLater = new Date(start.getTime() + 1000).toISOString();
const outcomeOf = async (event: { invoiceId: string; updatedUtc: string }) => (await screenings.claim(event)).outcome;

describe('claim', () => {
  test('gives one of a thousand copies the invoice, and the others wait', async () => {
    const invoiceId = randomUUID();
    const outcomes = await Promise.all(Array.from({ length: 20 }, () => outcomeOf({ invoiceId, updatedUtc })));
    expect(outcomes.filter((outcome) => outcome === 'fetch')).toHaveLength(1);
    expect(outcomes.filter((outcome) => outcome === 'busy')).toHaveLength(19);
  });

  test('gives the invoice to the next copy when the first one died and its 60 seconds are over', async () => {
    const event = { invoiceId: randomUUID(), updatedUtc };
    await screenings.claim(event);
    laterBy({ seconds: 59 });
    expect(await outcomeOf(event)).toBe('busy');
    laterBy({ seconds: 2 });
    expect(await outcomeOf(event)).toBe('fetch');
  });

  test('announces a deposit that starts no run again and again, each time after twice as long, at most a day', async () => {
    const invoice = anInvoice();
    await screenings.claim(invoice);
    await screenings.record({ invoice, verdict: 'deposit', reasons: [] });
    await screenings.announced(invoice.invoiceId);
    const halfHours: number[] = [];
    for (let halfHour = 1; halfHour <= 4 * 48; halfHour += 1) {
      laterBy({ minutes: 30 });
      if ((await screenings.unsettled([invoice])).length === 0) continue;
      expect(await outcomeOf(invoice)).toBe('announce');
      await screenings.announced(invoice.invoiceId);
      halfHours.push(halfHour);
    }
    expect(halfHours).toEqual([1, 2, 4, 7, 13, 24, 46, 89, 137, 185]);
    const { invoiceId } = invoice;
    await screenings.decide({ invoiceId, decision: 'start', by: 'Pat' });
    expect(await outcomeOf(invoice)).toBe('announce');
    await screenings.announced(invoiceId);
    laterBy({ minutes: 11 });
    expect(await outcomeOf(invoice)).toBe('announce');
  });

  test.each(['near-miss', 'not-a-deposit', 'ask-operator'] as const)('is done with a %s until a newer event comes', async (verdict) => {
    const invoice = anInvoice();
    await screenings.claim(invoice);
    await screenings.record({ invoice, verdict, reasons: ['because'] });
    expect(await screenings.claim(invoice)).toEqual({ outcome: 'done', invoiceNumber: invoice.invoiceNumber });
    expect(await outcomeOf({ ...invoice, updatedUtc: aSecondLater })).toBe('fetch');
  });

  test('is done with the copies of an event whose time is later than the invoice says', async () => {
    const invoice = anInvoice();
    const event = { ...invoice, updatedUtc: aSecondLater };
    await screenings.claim(event);
    await screenings.record({ invoice, verdict: 'not-a-deposit', reasons: [] });
    expect(await outcomeOf(event)).toBe('done');
  });

  test('lets one copy announce a deposit whose announcer died', async () => {
    const invoice = anInvoice();
    await screenings.claim(invoice);
    await screenings.record({ invoice, verdict: 'deposit', reasons: [] });
    expect(await outcomeOf(invoice)).toBe('busy');
    laterBy({ seconds: 61 });
    expect(await screenings.claim(invoice)).toEqual({ outcome: 'announce', invoiceNumber: invoice.invoiceNumber });
    expect(await outcomeOf(invoice)).toBe('busy');
    await screenings.announced(invoice.invoiceId);
    expect(await outcomeOf(invoice)).toBe('done');
    expect(await outcomeOf({ ...invoice, updatedUtc: aSecondLater })).toBe('done');
  });

  test('announces a deposit again when ten minutes later no execution has claimed it', async () => {
    const invoice = anInvoice();
    await screenings.record({ invoice, verdict: 'deposit', reasons: [] });
    await screenings.announced(invoice.invoiceId);
    laterBy({ minutes: 11 });
    expect(await outcomeOf(invoice)).toBe('announce');
  });

  test('is done with a deposit that has its run', async () => {
    const { invoice } = await ports.aRunningRun();
    laterBy({ days: 3 });
    expect(await outcomeOf({ ...invoice, updatedUtc: new Date().toISOString() })).toBe('done');
  });
});

describe('record', () => {
  test('asks the operator when the contact already has a run, and says which', async () => {
    const { invoice } = await ports.aRunningRun();
    const second = anInvoice({ contact: { contactId: invoice.contact.contactId } });
    expect(await screenings.record({ invoice: second, verdict: 'deposit', reasons: ['paid'] })).toEqual({
      verdict: 'ask-operator',
      reasons: ['paid', `the contact already has a run (invoice ${invoice.invoiceNumber})`],
    });
  });

  test('asks the operator when another contact has the same e-mail address, however it is written', async () => {
    const { invoice } = await ports.aRunningRun();
    const second = anInvoice({ contact: { email: invoice.contact.email!.toUpperCase() } });
    expect(await screenings.record({ invoice: second, verdict: 'deposit', reasons: [] })).toMatchObject({ verdict: 'ask-operator' });
  });

  test('lets one of two deposits of a contact pass that are judged side by side', async () => {
    const contact = { contactId: randomUUID(), email: 'both@example.com' };
    const invoices = [anInvoice({ contact }), anInvoice({ contact })];
    const judged = await Promise.all(invoices.map((invoice) => screenings.record({ invoice, verdict: 'deposit', reasons: [] })));
    expect(judged.map(({ verdict }) => verdict).sort()).toEqual(['ask-operator', 'deposit']);
  });

  test('asks the operator about a business of the days before the pipeline, known by its name', async () => {
    await ports.tables.from('businesses').insert({ business_name: 'Old Hands Plumbing', status: 'active' });
    const invoice = anInvoice({ contact: { name: 'old hands plumbing ' } });
    expect(await screenings.record({ invoice, verdict: 'deposit', reasons: [] })).toMatchObject({ verdict: 'ask-operator' });
  });

  test('asks the operator about a member of a business, known by the e-mail address', async () => {
    const { userId } = await ports.rig.signedIn('already.owner@example.com');
    const { data } = await ports.tables.from('businesses').insert({ business_name: 'Owned', status: 'active' }).select('id').single();
    await ports.tables.from('business_members').insert({ business_id: data!.id, user_id: userId, role: 'owner', created_at: updatedUtc });
    const invoice = anInvoice({ contact: { email: 'Already.Owner@example.com' } });
    expect(await screenings.record({ invoice, verdict: 'deposit', reasons: [] })).toMatchObject({ verdict: 'ask-operator' });
  });

  test('is the same the second time, also with the run in between', async () => {
    const { invoice } = await ports.aRunningRun();
    expect(await screenings.record({ invoice, verdict: 'deposit', reasons: [] })).toEqual({ verdict: 'deposit', reasons: [] });
    expect(await screenings.record({ invoice, verdict: 'not-a-deposit', reasons: ['un-paid'] })).toMatchObject({ verdict: 'deposit' });
  });

  test('leaves what the operator dismissed', async () => {
    const invoice = anInvoice();
    await screenings.record({ invoice, verdict: 'near-miss', reasons: ['no e-mail address'] });
    await screenings.decide({ invoiceId: invoice.invoiceId, decision: 'dismiss', by: 'Maya' });
    expect(await screenings.record({ invoice, verdict: 'deposit', reasons: [] })).toMatchObject({ verdict: 'dismissed' });
  });
});

describe('decide', () => {
  test('start makes a deposit of it that the next event announces, and notes who said so', async () => {
    const invoice = anInvoice();
    await screenings.record({ invoice, verdict: 'ask-operator', reasons: [] });
    await screenings.decide({ invoiceId: invoice.invoiceId, decision: 'start', by: 'Maya' });
    expect(await outcomeOf(invoice)).toBe('announce');
    const { data } = await ports.tables.from('audit_log').select('actor, action').eq('invoice_id', invoice.invoiceId);
    expect(data).toEqual([{ actor: 'Maya', action: 'screening start' }]);
  });

  test('a start without an e-mail address in Xero is fetched again, and goes on once there is one', async () => {
    const invoice = anInvoice({ contact: { email: null } });
    const executionId = 'without-address';
    await screenings.record({ invoice, verdict: 'near-miss', reasons: ['no e-mail address'] });
    await screenings.decide({ invoiceId: invoice.invoiceId, decision: 'start', by: 'Maya' });
    const claim = () => ports.ledger.claimInvoice({ invoiceId: invoice.invoiceId, tenantId, executionId });
    await expect(claim()).rejects.toMatchObject({ name: 'ContactEmailMissing' });
    expect(await outcomeOf(invoice)).toBe('fetch');
    const mended = { ...invoice, contact: { ...invoice.contact, email: 'mended@example.com' } };
    expect(await screenings.record({ invoice: mended, verdict: 'deposit', reasons: [] })).toMatchObject({ verdict: 'deposit' });
    expect(await claim()).toMatchObject({ claim: 'yours' });
  });

  test('dismiss ends it, and start begins it all the same', async () => {
    const invoice = anInvoice();
    await screenings.record({ invoice, verdict: 'ask-operator', reasons: [] });
    await screenings.decide({ invoiceId: invoice.invoiceId, decision: 'dismiss', by: 'Maya' });
    expect(await outcomeOf({ ...invoice, updatedUtc: aSecondLater })).toBe('done');
    await screenings.decide({ invoiceId: invoice.invoiceId, decision: 'start', by: 'Maya' });
    expect(await outcomeOf(invoice)).toBe('announce');
  });

  test('refuses an invoice that was never screened, and to dismiss one that has its run', async () => {
    const never = { invoiceId: randomUUID(), decision: 'start', by: 'Maya' } as const;
    await expect(screenings.decide(never)).rejects.toMatchObject({ name: 'InvoiceNotScreened' });
    const { invoice } = await ports.aRunningRun();
    const dismiss = { invoiceId: invoice.invoiceId, decision: 'dismiss', by: 'Maya' } as const;
    await expect(screenings.decide(dismiss)).rejects.toMatchObject({ name: 'ExecutionMismatch' });
  });
});

test('unsettled lists what has no verdict for its version, and deposits without a run', async () => {
  const unseen = anInvoice();
  const judged = anInvoice();
  const changed = anInvoice();
  const lost = anInvoice();
  const dismissed = anInvoice();
  const { invoice: running } = await ports.aRunningRun();
  for (const invoice of [judged, changed]) await screenings.record({ invoice, verdict: 'not-a-deposit', reasons: [] });
  await screenings.record({ invoice: lost, verdict: 'deposit', reasons: [] });
  await screenings.record({ invoice: dismissed, verdict: 'near-miss', reasons: [] });
  await screenings.decide({ invoiceId: dismissed.invoiceId, decision: 'dismiss', by: 'Maya' });
  const listed = await screenings.unsettled([unseen, judged, { ...changed, updatedUtc: aSecondLater }, lost, dismissed, running]);
  expect(new Set(listed)).toEqual(new Set([unseen.invoiceId, changed.invoiceId, lost.invoiceId]));
  await screenings.announced(lost.invoiceId);
  expect(await screenings.unsettled([lost])).toEqual([]);
  laterBy({ minutes: 11 });
  expect(await screenings.unsettled([lost])).toEqual([lost.invoiceId]);
});

test('byNumber finds a judged invoice by the number that people use', async () => {
  const invoice = anInvoice();
  await screenings.record({ invoice, verdict: 'near-miss', reasons: ['no e-mail address'] });
  expect(await screenings.byNumber(invoice.invoiceNumber)).toEqual({
    invoiceId: invoice.invoiceId,
    tenantId,
    verdict: 'near-miss',
    reasons: ['no e-mail address'],
  });
  expect(await screenings.byNumber('INV-none')).toBeUndefined();
});
