/** Adopting on the real SQL, in a project that holds the hand-made system's rows. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { randomUUID } from 'node:crypto';
import { Hono } from 'hono';
import { operatorOf } from '../../functions/portal/operator/operator';
import { OperatorRunPage } from '../../functions/portal/pages/operator-run-page';
import type { Adoption, HandMadeClient } from '../../shared/adoption';
import { supabaseAdoptions } from '../../shared/clients/supabase/adoptions';
import { supabaseLateMessages } from '../../shared/clients/supabase/late-messages';
import { supabaseRunReader } from '../../shared/clients/supabase/run-reader';
import { supabaseScreenings } from '../../shared/clients/supabase/screenings';
import { displayPhone } from '../../shared/phone';
import { checklistOf } from '../../shared/run-report';
import { defaultWorkingHours } from '../../shared/working-hours';
import { ourSettings } from '../../infra/operator/number-settings';
import { aForm } from '../fakes/a-run';
import { anInvoice } from '../support/an-invoice';
import { aTenant, hours } from './a-business';
import { databaseAs, setClock, sunday } from './portal';
import { emptyPostgres, member, type Postgres, service } from './postgres';

const harbour = '11111111-1111-4111-8111-111111111111';
let postgres: Postgres;
let count = 0;
beforeAll(async () => {
  setClock(sunday);
  postgres = await emptyPostgres(readFileSync(join(__dirname, 'baseline/sop-tables.sql'), 'utf8'));
  await postgres.migrate();
});
afterAll(async () => {
  jest.useRealTimers();
  await postgres.close();
});

const db = () => databaseAs(postgres, service);
const adoptions = () => supabaseAdoptions(db());
const rows = (sql: string, parameters: unknown[] = []) => postgres.query(sql, parameters);
const tables = [
  'clients',
  'provisioning_runs',
  'provisioning_steps',
  'phone_numbers',
  'businesses',
  'business_settings',
  'client_onboarding',
  'business_members',
  'audit_log',
];
const counted = async () =>
  Object.fromEntries(await Promise.all(tables.map(async (table) => [table, (await rows(`select * from public.${table}`)).length])));

/** Somebody new with every call. */
function aClient(changes: Partial<HandMadeClient> = {}): { client: HandMadeClient; number: { e164: string; sid: string } } {
  count += 1;
  const { workingHours, ...form } = aForm({ businessName: `By Hand ${count}`, email: `hand${count}@example.com` });
  const { businessName, firstName, email, mobile, timeZone } = form;
  const names = { businessName, firstName, email, mobile, timeZone, form };
  const rest = { invoiceNumber: null, businessId: null, notes: null };
  const client = {
    ...names,
    ...rest,
    contactId: randomUUID(),
    liveAt: '2025-03-01T00:00:00.000Z',
    workingHours: workingHours ?? null,
    ...changes,
  };
  const digits = String(count).padStart(3, '0');
  return { client, number: { e164: `+61480001${digits}`, sid: `PNhand${digits}` } };
}
const adopt = (wish: ReturnType<typeof aClient>, isDryRun = false) => adoptions().adopt({ ...wish, isDryRun, by: 'Pat' });
const runOf = (adoption: Adoption) => ('runId' in adoption ? adoption.runId : '');

const kim = (changes: Partial<HandMadeClient> = {}) => {
  const wish = aClient({ businessName: 'Harbour Plumbing', ...changes });
  return { ...wish, number: { e164: '+61480000042', sid: 'PNharbour' } };
};
const reconciled = async (e164: string) => (await supabaseLateMessages(db()).numbers()).find((number) => number.e164 === e164);
const known = async (e164: string) => (await adoptions().numbers()).find((number) => number.e164 === e164);

test('a client without rows becomes a completed run, with all that the portal and the conversation read', async () => {
  const wish = aClient({ invoiceNumber: 'INV-0007', notes: 'pays by cash' });
  const adoption = await adopt(wish);
  expect(adoption).toMatchObject({ outcome: 'adopted', business: 'created', login: 'none' });
  const report = await supabaseRunReader(db()).run(runOf(adoption));
  expect(report).toMatchObject({
    status: 'completed',
    executionId: null,
    invoiceId: null,
    invoiceNumber: 'INV-0007',
    clientStatus: 'Live',
    liveAt: '2025-03-01T00:00:00+00:00',
    businessName: wish.client.businessName,
    phoneNumber: wish.number.e164,
    stepsDone: 16,
    failure: null,
    notes: 'pays by cash',
  });
  expect(report && checklistOf(report)).toMatchObject({ provisioner: 'by hand; adopted by Pat', minutes: { total: 0 } });
  expect(report?.steps.every(({ evidence }) => evidence['adopted'] === 'done by hand')).toBe(true);
  const message = {
    p_message_sid: 'SM-adopted',
    p_from: '+61400111222',
    p_to: wish.number.e164,
    p_body: 'hi',
    p_media_count: 0,
    p_now: sunday,
  };
  expect(await postgres.rpc('receive_message', message)).toMatchObject({
    outcome: 'reply',
    businessName: wish.client.businessName,
    services: wish.client.form.services,
    workingHours: defaultWorkingHours,
    travelBuffer: 30,
  });
});

async function anOperator(name: string) {
  const userId = randomUUID();
  await rows(`insert into auth.users (id, email) values ($1, $2)`, [userId, `${name.toLowerCase()}@coresentia.example`]);
  await rows(`insert into public.operators (user_id, name, created_at) values ($1, $2, $3)`, [userId, name, sunday]);
  return operatorOf(databaseAs(postgres, member(userId)));
}

test('the board, the run’s page and the client list show it without an execution', async () => {
  const operator = await anOperator('Maya');
  const wish = aClient();
  const runId = runOf(await adopt(wish));
  const board = await operator.board({ search: wish.number.e164, isStuckOnly: false, page: 1 });
  expect(board?.runs).toEqual([
    expect.objectContaining({ runId, executionId: null, standing: expect.objectContaining({ waitingFor: null, isStuck: false }) }),
  ]);
  const page = await operator.runPage(runId);
  expect(page).toMatchObject({ canInvite: false, canSignIn: false, submission: { form: { businessName: wish.client.businessName } } });
  const shown = new Hono().get('/', (context) => context.html(OperatorRunPage({ page: page!, note: undefined, problem: undefined })));
  const html = await (await shown.request('/')).text();
  expect(html).toContain(displayPhone(wish.number.e164));
  expect(html).not.toContain('console.aws.amazon.com');
  const clients = await operator.clients({ search: wish.client.email, status: 'Live', page: 1 });
  expect(clients?.clients).toEqual([expect.objectContaining({ runId, phoneNumber: wish.number.e164 })]);
});

test('a second import changes nothing, but links a login that has come since', async () => {
  const wish = aClient();
  const first = await adopt(wish);
  const before = await counted();
  expect(await adopt(wish)).toEqual({ outcome: 'already', runId: runOf(first), businessId: expect.any(String), login: 'none' });
  expect(await counted()).toEqual(before);
  await rows('insert into auth.users (email) values ($1)', [wish.client.email.toUpperCase()]);
  expect(await adopt(wish)).toMatchObject({ outcome: 'already', login: 'linked' });
  expect(await adopt(wish)).toMatchObject({ outcome: 'already', login: 'linked' });
  expect(await counted()).toEqual({ ...before, business_members: before['business_members']! + 1 });
  const [run] = await rows('select login_user_id is not null as linked from public.provisioning_runs where id = $1', [runOf(first)]);
  expect(run).toEqual({ linked: true });
});

test('a dry run tells what would happen and leaves nothing', async () => {
  const before = await counted();
  const wish = aClient();
  expect(await adopt(wish, true)).toMatchObject({ outcome: 'adopted', business: 'created' });
  expect(await counted()).toEqual(before);
});

test('of ten imports of one client at once, one adopts', async () => {
  const wish = aClient();
  const outcomes = (await Promise.all(Array.from({ length: 10 }, () => adopt(wish)))).map(({ outcome }) => outcome);
  expect(outcomes.toSorted()).toEqual(['adopted', ...Array.from({ length: 9 }, () => 'already')]);
});

describe('the rows of the hand-made system', () => {
  test('two businesses with one number are told apart by the file, or not adopted', async () => {
    expect(await adopt(kim())).toMatchObject({ outcome: 'refused', reason: expect.stringContaining('business_id') });
  });

  test('hours of another shape need the file’s', async () => {
    const wish = kim({ businessId: harbour, workingHours: null });
    expect(await adopt(wish)).toMatchObject({ outcome: 'refused', reason: expect.stringContaining('working_hours') });
  });

  test('are taken over with their ids, and both settings rows say the same', async () => {
    const adoption = await adopt(kim({ businessId: harbour }));
    expect(adoption).toMatchObject({ outcome: 'adopted', business: 'taken over', businessId: harbour });
    const [business] = await rows('select * from public.businesses where id = $1', [harbour]);
    expect(business).toMatchObject({
      business_name: 'Harbour Plumbing',
      owner_email: 'kim@harbour.example',
      time_zone: 'Australia/Sydney',
      run_id: runOf(adoption),
    });
    const settings = await rows('select working_hours, default_travel_buffer from public.business_settings where business_id = $1', [
      harbour,
    ]);
    expect(settings).toEqual([1, 2].map(() => ({ working_hours: defaultWorkingHours, default_travel_buffer: 30 })));
  });

  test('a business that is not active is not adopted, and its typed number is understood', async () => {
    const wish = { ...aClient({ businessName: 'Typed By Hand' }), number: { e164: '+61480000043', sid: 'PNtyped' } };
    expect(await adopt(wish)).toMatchObject({ outcome: 'refused', reason: expect.stringContaining('"paused"') });
    await rows(`update public.businesses set status = 'Active' where business_name = 'Typed By Hand'`);
    expect(await adopt(wish)).toMatchObject({ outcome: 'adopted', business: 'taken over' });
    const [business] = await rows(`select phone_number, status from public.businesses where business_name = 'Typed By Hand'`);
    expect(business).toEqual({ phone_number: '+61480000043', status: 'active' });
  });

  test('hours that the client has set stay', async () => {
    const [row] = await rows(
      `insert into public.businesses (business_name, phone_number, owner_email) values ('Own Hours', '+61480000044', 'x') returning id`,
    );
    const own = JSON.stringify({ ...(JSON.parse(hours) as object), sunday: { enabled: false, start: '10:00', end: '11:00' } });
    await rows('insert into public.business_settings (business_id, working_hours, default_travel_buffer) values ($1, $2, 15)', [
      row!['id'],
      own,
    ]);
    const adoption = await adopt({
      ...aClient({ businessName: 'own hours ', workingHours: null }),
      number: { e164: '+61480000044', sid: 'PNown' },
    });
    expect(adoption).toMatchObject({ outcome: 'adopted', businessId: row!['id'] });
    const [settings] = await rows('select working_hours, default_travel_buffer from public.business_settings where business_id = $1', [
      row!['id'],
    ]);
    expect(settings).toEqual({ working_hours: JSON.parse(own), default_travel_buffer: 15 });
  });

  test.each([
    ['another name', 'Someone Else', '+61480000045'],
    ['another number', 'Named Alike', '+61480000046'],
  ])('a row with %s is not taken', async (what, businessName, e164) => {
    await rows(
      `insert into public.businesses (business_name, phone_number, owner_email) values ('Named Alike', '+61480000045', 'x') on conflict do nothing`,
    );
    const before = await counted();
    const adoption = await adopt({ ...aClient({ businessName }), number: { e164, sid: `PN${e164}` } });
    expect(adoption).toMatchObject({ outcome: 'refused', reason: expect.stringContaining(what) });
    expect(await counted()).toEqual(before);
    await rows(`delete from public.businesses where business_name = 'Named Alike'`);
  });
});

describe('nobody is taken over twice', () => {
  test.each(['Suspended', 'Cancelled'])('a client who was adopted and is %s gets no login back by the old file', async (status) => {
    const wish = aClient();
    await adopt(wish);
    await rows('insert into auth.users (email) values ($1)', [wish.client.email]);
    await rows('update public.clients set status = $2 where contact_id = $1', [wish.client.contactId, status]);
    const before = await counted();
    expect(await adopt(wish)).toMatchObject({ outcome: 'refused', reason: expect.stringContaining(status) });
    expect(await counted()).toEqual(before);
  });

  test('a number of another client is refused', async () => {
    const { number } = aClient();
    await adopt({ ...aClient(), number });
    expect(await adopt({ ...aClient(), number })).toMatchObject({ outcome: 'refused', reason: expect.stringContaining('another client') });
    await aTenant(postgres, 7);
    const pipelines = { e164: '+61480000007', sid: 'PNother' };
    expect(await adopt({ ...aClient(), number: pipelines })).toMatchObject({
      outcome: 'refused',
      reason: expect.stringContaining('INV-7'),
    });
  });

  test('a Xero contact that has a run is refused', async () => {
    const { client } = aClient();
    await adopt({ ...aClient(), client });
    expect(await adopt({ ...aClient(), client })).toMatchObject({
      outcome: 'refused',
      reason: expect.stringContaining('a client already'),
    });
  });

  test('a deposit of the contact that is about to start is refused, and one that comes later is asked about', async () => {
    const wish = aClient();
    const invoice = anInvoice({ invoiceId: randomUUID(), invoiceNumber: 'INV-0900' });
    const contact = { ...invoice.contact, contactId: wish.client.contactId, email: 'someone@else.example', name: 'X' };
    const screenings = supabaseScreenings(db());
    await screenings.record({ invoice: { ...invoice, contact }, verdict: 'deposit', reasons: [] });
    expect(await adopt(wish)).toMatchObject({
      outcome: 'refused',
      reason: expect.stringContaining('npm run screen -- INV-0900 --dismiss'),
    });
    await screenings.decide({ invoiceId: invoice.invoiceId, decision: 'dismiss', by: 'Pat' });
    expect(await adopt(wish)).toMatchObject({ outcome: 'adopted' });
    const later = { ...invoice, invoiceId: randomUUID(), invoiceNumber: 'INV-0901', contact };
    expect(await screenings.record({ invoice: later, verdict: 'deposit', reasons: [] })).toMatchObject({
      verdict: 'ask-operator',
      reasons: [expect.stringContaining('already has a run (invoice by-hand-')],
    });
  });

  test('a number that was adopted today does not count against today’s cap', async () => {
    const { runId } = await aTenant(postgres, 8);
    await rows(`update public.phone_numbers set state = 'released', released_at = $2 where run_id = $1`, [runId, sunday]);
    await adopt(aClient({ liveAt: '2026-11-21T23:59:00.000Z' }));
    await rows('update public.system_settings set daily_number_cap = 1');
    const taken = await rows(`select private.numbers_taken_on('2026-11-22', $1) as n`, [runId]);
    const pipelines = await rows(
      `select count(*) as n from public.phone_numbers where adopted_at is null and state <> 'released' and reserved_at::date = '2026-11-22'`,
    );
    expect(taken).toEqual(pipelines);
    await rows('update public.system_settings set daily_number_cap = 20');
  });
});

const previous = {
  ...ourSettings({ smsUrl: 'https://old.example/sms', smsFallbackUrl: '', voiceUrl: '', statusCallback: '' }, 'x'),
  friendly_name: 'Kim',
};

describe('moving', () => {
  test('a number is not compared with Twilio’s log before it has moved, nor for the time before', async () => {
    const { client, number } = aClient();
    await adopt({ client, number });
    const { e164 } = number;
    expect(await reconciled(e164)).toBeUndefined();
    expect(await adoptions().beginMove({ e164, previous })).toBe(true);
    expect(await reconciled(e164)).toBeUndefined();
    expect(await adoptions().beginMove({ e164, previous: null })).toBe(true);
    expect(await adoptions().finishMove({ e164, by: 'Pat' })).toBe(true);
    expect(await reconciled(e164)).toEqual({ e164, since: new Date(sunday) });
    expect(await known(e164)).toMatchObject({ state: 'configured', previousSettings: previous });
    expect(await adoptions().finishMove({ e164, by: 'Pat' })).toBe(false);

    expect(await adoptions().beginUndo(e164)).toBe(true);
    expect(await reconciled(e164)).toBeUndefined();
    expect(await adoptions().finishUndo({ e164, by: 'Pat' })).toBe(true);
    expect(await known(e164)).toMatchObject({ state: 'adopted', previousSettings: null, movedAt: null });
    expect(await adoptions().beginUndo(e164)).toBe(false);
    const trail = await rows(
      `select action from public.audit_log a join public.phone_numbers n using (run_id) where n.e164 = $1 order by a.id`,
      [e164],
    );
    expect(trail.map(({ action }) => action)).toEqual(['adopted', 'moved the number', 'moved the number back']);
  });

  test('a hand-made business that was not adopted is not compared with Twilio’s log, and a pipeline’s number is', async () => {
    await rows(`insert into public.businesses (business_name, phone_number, owner_email) values ('Left Alone', '+61480000099', 'x')`);
    expect(await reconciled('+61480000099')).toBeUndefined();
    expect(await reconciled('+61480000007')).toBeDefined();
  });

  test('a number that the pipeline bought is none of these', async () => {
    expect(await adoptions().beginMove({ e164: '+61480000007', previous })).toBe(false);
    expect(await adoptions().beginUndo('+61480000007')).toBe(false);
    expect(await known('+61480000007')).toBeUndefined();
  });
});

const call = (name: string, args: Record<string, unknown>) => postgres.rpc(name, { ...args, p_now: sunday }, service);

describe('a client who leaves', () => {
  test('is offboarded only once its number has moved, and an undo leaves it moved, with the way back', async () => {
    const operator = await anOperator('Pat');
    const { client, number } = aClient({ invoiceNumber: 'INV-77' });
    const { e164 } = number;
    const runId = runOf(await adopt({ client, number }));
    const wish = { runId, confirmation: 'INV-77', reason: 'sold the business' };
    expect(await operator.runOffboardings(runId)).toMatchObject({ isUnmoved: true });
    expect(await operator.offboard(wish)).toBe('not-moved');
    expect(await rows('select from public.offboardings where run_id = $1', [runId])).toEqual([]);

    await adoptions().beginMove({ e164, previous });
    await adoptions().finishMove({ e164, by: 'Pat' });
    expect(await operator.runOffboardings(runId)).toMatchObject({ isUnmoved: false });
    const started = await operator.offboard(wish);
    const offboardingId = typeof started === 'string' ? started : started.offboardingId;
    const of = { p_offboarding_id: offboardingId };
    await call('begin_offboarding_step', { ...of, p_step: 'StopProvisioning', p_execution_id: 'leaving', p_redrive_count: 0 });

    // Somebody moves it back in between.
    await adoptions().beginUndo(e164);
    await expect(call('quarantine_number', of)).rejects.toMatchObject({ message: 'NumberMisconfigured' });
    await adoptions().finishMove({ e164, by: 'Pat' });
    await call('quarantine_number', of);
    const state = async () => (await rows('select state from public.phone_numbers where e164 = $1', [e164]))[0]?.['state'];
    expect([await state(), await adoptions().beginUndo(e164)]).toEqual(['quarantined', false]);
    await operator.decideOffboarding({ offboardingId, decision: 'undo', confirmation: '' });
    await call('restore_business', of);
    expect(await known(e164)).toMatchObject({ state: 'configured', previousSettings: previous });
  });
});
