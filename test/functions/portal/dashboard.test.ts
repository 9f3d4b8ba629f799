import { TransientError } from '../../../shared/errors';
import { businessId, userId } from '../../fakes/a-run';
import { aDashboard, email, logged, world } from './world';

beforeEach(() => jest.spyOn(process.stdout, 'write').mockReturnValue(true));
afterEach(() => jest.restoreAllMocks());

const path = `/dashboard/${businessId}`;
const other = '9e4a2d1c-7b7e-4a0b-8d53-6f2c1c9d2e99';

test('shows number, leads and conversations, and notes the view', async () => {
  const { signedIn, people } = await world();
  const { status, html } = await signedIn.get(path);
  expect(status).toBe(200);
  expect(html).toContain('href="sms:+61480000001">0480 000 001');
  expect(html).toContain('0480 000 777');
  expect(html).toContain('can you fix a powerpoint on Friday?');
  expect(html).toContain('What is the address?');
  expect(html).toContain('22 Nov, 2:05 pm');
  expect(people.views).toEqual([{ userId, businessId }]);
});

test('times are those of the business, and a business without a zone shows none', async () => {
  const page = async (time_zone: string | null) =>
    (await (await world({ session: { ...member, dashboards: [aDashboard({ time_zone })] } })).signedIn.get(path)).html;
  const member = { people: [{ userId, email, businesses: [businessId] }] };
  expect(await page('Australia/Perth')).toContain('22 Nov, 11:05 am');
  expect(await page(null)).not.toContain('<time');
});

test.each([other, 'nonsense', '%00', '%E0%A4%A', "' or 1=1"])(
  "somebody else's or no business (%s) is not found, and no view is noted",
  async (id) => {
    const { signedIn, people } = await world({
      session: { people: [{ userId, email, businesses: [businessId] }], dashboards: [aDashboard(), aDashboard({ id: other })] },
    });
    const { status, html } = await signedIn.get(`/dashboard/${id}`);
    expect(status).toBe(404);
    expect(html).not.toContain('0480');
    expect(people.views).toEqual([]);
  },
);

test.each(['/dashboard', path])('%s sends somebody who is not signed in to the sign-in page', async (address) => {
  const { get, people } = await world();
  const { status, location, html } = await get(address);
  expect(status).toBe(303);
  expect(location).toMatch(/^\/sign-in/);
  expect(html).toBe('');
  expect(people.views).toEqual([]);
});

test('leads to the first of several businesses, which all can be switched to', async () => {
  const dashboards = [aDashboard(), aDashboard({ id: other, business_name: 'Second Sparks' })];
  const { signedIn } = await world({ session: { people: [{ userId, email, businesses: [businessId, other] }], dashboards } });
  expect((await signedIn.get('/')).location).toBe('/dashboard');
  expect((await signedIn.get('/dashboard')).location).toBe(path);
  const { html } = await signedIn.get(`/dashboard/${other}`);
  expect(html).toContain(`<a href="${path}">Bright Sparks Electrical</a>`);
  expect(html).toContain(`<a href="/dashboard/${other}" aria-current="page">Second Sparks</a>`);
});

test('tells somebody without a business what to expect', async () => {
  const { signedIn } = await world({ session: { people: [{ userId, email }] } });
  expect(await signedIn.get('/dashboard')).toMatchObject({ status: 200, html: expect.stringContaining('No business yet') });
});

test('shows the leads although the view cannot be noted', async () => {
  const people = [{ userId, email, businesses: [businessId] }];
  const { signedIn } = await world({
    session: { people, dashboards: [aDashboard()], failures: { recordView: [new TransientError('down')] } },
  });
  const log = await logged(async () => expect((await signedIn.get(path)).status).toBe(200));
  expect(log).toContain(businessId);
});

test.each(['userId', 'dashboard', 'businesses'] as const)(
  'says that it is our fault when %s fails, with a reference that the log has',
  async (method) => {
    const people = [{ userId, email, businesses: [businessId] }];
    const failures = { [method]: [new TransientError('Supabase does not answer')] };
    const { signedIn } = await world({ session: { people, dashboards: [aDashboard()], failures } });
    const seen: string[] = [];
    const log = await logged(async () => {
      const { status, html } = await signedIn.get(path);
      expect(status).toBe(503);
      seen.push(/<code>(\w{8})<\/code>/.exec(html)?.[1] ?? 'no reference');
    });
    expect(log).toContain(seen[0]);
  },
);

const refreshed = () =>
  world({ session: { people: [{ userId, email, businesses: [businessId] }], dashboards: [aDashboard()], refresh: true } });

test('refreshed cookies reach the browser with pages, refusals and redirects', async () => {
  for (const [address, status] of [
    [path, 200],
    [`/dashboard/${other}`, 404],
    ['/dashboard', 303],
  ] as const) {
    const answer = await (await refreshed()).signedIn.get(address);
    expect(answer.status).toBe(status);
    expect(answer.headers.getSetCookie()).toHaveLength(1);
  }
});

test('what leads and businesses are called is escaped', async () => {
  const evil = '<img src=x onerror=alert(1)>"\'';
  const dashboard = aDashboard({ business_name: evil, phone_number: null, status: 'suspended' });
  const lead = { id: other, name: evil, phone: evil, is_test: true, is_demo: true };
  dashboard.leads = [{ ...lead, messages: [{ id: 1, direction: 'inbound', body: evil, created_at: '2026-11-22T03:05:00+00:00' }] }];
  const { signedIn } = await world({ session: { people: [{ userId, email, businesses: [businessId] }], dashboards: [dashboard] } });
  const { html } = await signedIn.get(path);
  expect(html).not.toContain('<img src=x');
  expect(html).toContain('Your number is being set up');
  expect(html).toContain('not answered at the moment');
});
