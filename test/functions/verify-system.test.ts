import { verifySystem } from '../../functions/verify-system';
import { TransientError } from '../../shared/errors';
import { aRun } from '../fakes/a-run';
import { fakeIdentity } from '../fakes/identity';
import { fakeLedger } from '../fakes/ledger';
import { fakeLogins } from '../fakes/logins';
import { fakeSystemTests } from '../fakes/system-tests';
import { fakeTelephony } from '../fakes/telephony';
import { logged } from './portal/world';
import { type ScriptedServer, scriptedServer } from '../support/scripted-server';

/** The portal, as far as step 7 looks. */
let portal: ScriptedServer;
beforeAll(async () => {
  portal = await scriptedServer();
});
afterAll(() => portal.close());
beforeEach(() => {
  portal.requests.length = 0;
  users.length = 0;
});
const signedIn = { status: 303, headers: { location: '/set-password', 'set-cookie': 'coresentia=me; HttpOnly' } };
const dashboard = { status: 200, body: 'Bright Sparks Electrical Your number Leads this week Reply rate Demo booking' };
const calendar = { status: 200, body: 'Week of 23 November New booking' };
const toDemo = { status: 303, headers: { location: '/dashboard/x/bookings/y' } };
const demo = { status: 200, body: 'This is the demo' };
const fine = [signedIn, dashboard, calendar, toDemo, demo] as const;

const leadId = '4e9faa22-74b9-4c5e-9b5a-7f7e2f3a3b06';
const reply = "Hi, it's Bright Sparks Electrical. What suburb is the job in? Reply STOP to opt out";
const complete = { leadId, inboundBody: 'CoreSentia test abc: Hi', reply };
const run = aRun({ testSms: { nonce: 'abc', messageSid: 'SM1' } });
const users: { userId: string; email: string }[] = [];
const parts = (script: Parameters<typeof fakeSystemTests>[0] = {}) => ({
  identity: fakeIdentity({ users }),
  ledger: fakeLedger(),
  logins: fakeLogins({ users }),
  portal: { portalUrl: portal.url },
  systemTests: fakeSystemTests(script),
  telephony: fakeTelephony(),
  settings: { testNumber: '+61480000090' },
});
const verify = (script: Parameters<typeof fakeSystemTests>[0]) => verifySystem(run, parts(script), { redriveCount: 0 });

test('is content with a lead, a conversation and a fitting reply', async () => {
  portal.script(...fine);
  const seen = { dashboard: true, calendar: true, demoBooking: true, stats: true };
  expect(await verify({ result: complete })).toEqual({ evidence: { leadId, replyChecked: true, conversation: true, ...seen } });
  expect(portal.requests.map(({ method, path }) => `${method} ${path.replace(/[\w-]{36,}/, 'x')}`)).toEqual([
    'POST /welcome/x',
    'GET /dashboard/x',
    'GET /dashboard/x/calendar',
    'GET /dashboard/x/calendar/demo',
    'GET /dashboard/x/bookings/y',
  ]);
  expect(portal.requests[1]?.headers.cookie).toBe('coresentia=me');
  expect(users).toEqual([]);
});

test.each([
  ['the link to sign in is answered with 410', { status: 410 }, []],
  ['the dashboard is answered with 500', signedIn, [{ status: 500 }]],
  ['the dashboard does not show: Demo booking', signedIn, [{ ...dashboard, body: dashboard.body.replace('Demo booking', '') }]],
  ['the calendar does not show: New booking', signedIn, [dashboard, { status: 200, body: 'Week of' }]],
  ['the demo booking does not show: This is the demo', signedIn, [dashboard, calendar, { status: 200, body: 'Week of' }]],
])('stops when %s, and the test person is gone', async (message, first, more) => {
  portal.script(first, ...more);
  await expect(verify({ result: complete })).rejects.toMatchObject({ name: 'DashboardBroken', message });
  expect(users).toEqual([]);
});

test('says what is broken even if the test person could not be taken away', async () => {
  portal.script(signedIn, { status: 500 });
  const services = parts({ result: complete, failures: { endIdentity: [new TransientError('the database does not answer')] } });
  const log = await logged(async () => {
    await expect(verifySystem(run, services, { redriveCount: 0 })).rejects.toMatchObject({ name: 'DashboardBroken' });
  });
  expect(log).toContain('could not be taken away');
});

test('does not pass while the test person could not be taken away', async () => {
  portal.script(...fine);
  const services = parts({ result: complete, failures: { endIdentity: [new TransientError('the database does not answer')] } });
  await logged(async () => {
    await expect(verifySystem(run, services, { redriveCount: 0 })).rejects.toMatchObject({ name: 'TransientError' });
  });
});

test('tries again when the portal does not answer, and takes over the person that a dead attempt has left', async () => {
  portal.script({ status: 503, body: 'busy' }, ...fine);
  await expect(verify({ result: complete })).rejects.toMatchObject({ name: 'TransientError' });
  users.push({ userId: leadId, email: `system-test-${run.runId}@test.invalid` });
  await expect(verify({ result: complete })).resolves.toBeDefined();
  expect(users).toEqual([]);
});

test.each([
  ['lead, no conversation, no reply', {}],
  ['lead', { ...complete, leadId: null }],
  ['conversation', { ...complete, inboundBody: null }],
  ['reply', { ...complete, reply: null }],
])('is patient while there is no %s', async (missing, result) => {
  await expect(verify({ result })).rejects.toMatchObject({ name: 'ReplyPending', message: `the test SMS has had no ${missing} yet` });
});

test.each([
  ['without the name of the business', 'Hi, what suburb? Reply STOP to opt out'],
  ['with a price', 'Bright Sparks Electrical: that is $90. Reply STOP to opt out'],
  ['that is empty', ''],
])('stops at a reply %s, without quoting it', async (_, unfit) => {
  await expect(verify({ result: { ...complete, reply: unfit } })).rejects.toMatchObject({
    name: 'ReplyInappropriate',
    message: expect.stringMatching(/^the reply to the test SMS: [a-z ,;A-Z0-9-]+$/),
  });
});

test('can be repeated when the database gave no answer', async () => {
  const services = parts({ result: complete, loseResponseOf: 'result' });
  await expect(verifySystem(run, services, { redriveCount: 0 })).rejects.toMatchObject({ name: 'TransientError' });
  portal.script(...fine);
  await expect(verifySystem(run, services, { redriveCount: 0 })).resolves.toBeDefined();
});

test('sends no SMS of its own before a redrive', async () => {
  const services = parts({ result: complete });
  portal.script(...fine);
  await verifySystem(run, services, { redriveCount: 0 });
  expect(services.telephony.sent).toEqual([]);
});

test('sends one more test after a redrive, however often it is retried, and does not count the old one', async () => {
  const services = parts({ result: complete });
  for (let attempt = 0; attempt < 3; attempt += 1) {
    await expect(verifySystem(run, services, { redriveCount: 1 })).rejects.toMatchObject({ name: 'ReplyPending' });
  }
  expect(services.telephony.sent).toMatchObject([{ to: run.number?.e164, body: expect.stringContaining('CoreSentia test abc-1:') }]);
});

test('has the demo booking moved ahead before it looks for it', async () => {
  const services = { ...parts({ result: complete }), ledger: fakeLedger({ loseResponseOf: 'createDemo' }) };
  await expect(verifySystem(run, services, { redriveCount: 0 })).rejects.toMatchObject({ name: 'TransientError' });
  expect(portal.requests).toEqual([]);
});

test('is content with the answer to the test of its own redrive', async () => {
  const services = parts({ result: { ...complete, inboundBody: 'CoreSentia test abc-2: Hi' } });
  portal.script(...fine);
  await expect(verifySystem(run, services, { redriveCount: 2 })).resolves.toMatchObject({ evidence: { leadId } });
});
