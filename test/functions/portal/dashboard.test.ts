import { TransientError } from '../../../shared/errors';
import { businessId, userId } from '../../fakes/a-run';
import { aDashboard, aFrame, anAccount, answers } from './samples';
import { email, logged, world } from './world';

beforeEach(() => jest.spyOn(process.stdout, 'write').mockReturnValue(true));
afterEach(() => jest.restoreAllMocks());

const path = `/dashboard/${businessId}`;
const other = '9e4a2d1c-7b7e-4a0b-8d53-6f2c1c9d2e99';
const people = [{ userId, email, businesses: [businessId] }];
const withFrame = (frame: ReturnType<typeof aFrame>) => world({ session: { people, member: answers(frame) } });

test('shows number, state, numbers with their meaning, latest leads and next bookings', async () => {
  const { signedIn, people: asked } = await world();
  const { status, html } = await signedIn.get(path);
  expect(status).toBe(200);
  expect(html).toContain('href="sms:+61480000001">0480 000 001');
  expect(html).toContain('Texts to this number are answered');
  for (const number of ['<dd>3</dd>', '<dd>12</dd>', '<dd>92 %</dd>', '<dd>9 s</dd>', '<dd>4</dd>']) expect(html).toContain(number);
  expect(html).toContain('What these numbers mean');
  expect(html).toContain('0480 000 777');
  expect(html).toContain('22 Nov, 2:05 pm');
  expect(html).toContain('Demo booking: Alex');
  expect(html).toContain('Tue 24 Nov, 9:00 am');
  expect(asked.calls).toEqual([{ userId, method: 'dashboard', args: [businessId] }]);
});

test('numbers without anything to measure are empty', async () => {
  const stats = { leadsThisWeek: 0, conversations: 0, replyRate: null, medianFirstResponseSeconds: null, bookings: 0 };
  const { signedIn } = await world({ session: { people, member: { dashboard: { ...aDashboard(), stats, leads: [], bookings: [] } } } });
  const { html } = await signedIn.get(path);
  expect(html).toContain('<dd>–</dd>');
  expect(html).toContain('No leads yet');
  expect(html).toContain('Nothing booked');
});

test('times are those of the business, UTC for one without a zone', async () => {
  expect((await (await withFrame(aFrame({ timeZone: 'Australia/Perth' }))).signedIn.get(path)).html).toContain('22 Nov, 11:05 am');
  expect((await (await withFrame(aFrame({ timeZone: null }))).signedIn.get(path)).html).toContain('22 Nov, 3:05 am');
});

test.each([
  ['yes', true, 'Pause automatic replies'],
  ['no', false, 'Resume automatic replies'],
])('one tap (paused: %s) changes whether the assistant answers', async (typed, paused, button) => {
  const { signedIn, people: asked } = await withFrame(aFrame({ repliesPaused: !paused }));
  expect((await signedIn.get(path)).html).toContain(button);
  const { status, location } = await signedIn.post(`${path}/replies`, { paused: typed });
  expect([status, location]).toEqual([303, `${path}?done=${paused ? 'paused' : 'resumed'}`]);
  expect(asked.calls.at(-1)).toMatchObject({ method: 'pauseReplies', args: [businessId, paused] });
  expect((await signedIn.get(location ?? '')).html).toMatch(/role="status">Automatic replies are/);
});

test('a note that we do not know is not shown', async () => {
  const { signedIn } = await world();
  expect((await signedIn.get(`${path}?done=<b>hi</b>`)).html).not.toContain('role="status"');
});

test('a member is not led to settings', async () => {
  const { html } = await (await withFrame(aFrame({}, { role: 'member' }))).signedIn.get(path);
  expect(html).not.toContain(`href="${path}/settings"`);
  expect(html).toContain(`href="${path}/leads"`);
});

test('the trail says times by the business’s clock, and leaves alone what somebody wrote', async () => {
  const entry = { at: '2026-11-22T03:05:00.000Z', actor: email };
  const entries = [
    { ...entry, id: 2, action: 'moved a booking', detail: { before: '2026-11-30T23:00:00+00:00', after: '2026-12-01T02:30:00+00:00' } },
    {
      ...entry,
      id: 1,
      action: 'changed what the assistant says',
      detail: { before: {}, after: { reply_facts: '2026-11-30T23:00 or so' } },
    },
  ];
  const auditTrail = { frame: aFrame(), total: 2, pageSize: 50, entries };
  const { signedIn } = await world({
    session: { people: [{ userId, email, businesses: [businessId] }], member: { ...answers(), auditTrail } },
  });
  const { html } = await signedIn.get(`${path}/history`);
  expect(html).toContain('Tue 1 Dec, 10:00 am → Tue 1 Dec, 1:30 pm');
  expect(html).toContain('2026-11-30T23:00 or so');
});

async function asRole(role: 'owner' | 'member') {
  const member = { ...answers(aFrame({}, { role })), removeMember: role === 'member' ? 'done' : 'is-the-owner' };
  return (await world({ session: { people: [{ userId, email, businesses: [businessId] }], member } })).signedIn;
}

test('a member is led to a way out of the business, an owner to people first', async () => {
  const [owner, member] = [await asRole('owner'), await asRole('member')];
  expect((await member.get(path)).html).toContain(`href="${path}/leave"`);
  expect((await member.get(`${path}/leave`)).html).toContain(`action="${path}/leave"`);
  expect((await member.post(`${path}/leave`)).location).toBe('/dashboard?done=left');
  expect((await owner.get(path)).html).not.toContain(`href="${path}/leave"`);
  expect((await owner.get(`${path}/leave`)).html).not.toContain(`action="${path}/leave"`);
  expect((await owner.post(`${path}/leave`)).location).toBe(`${path}/people`);
});

test('leads to the first of several businesses, which all can be switched to', async () => {
  const businesses = [
    { id: businessId, name: 'Bright Sparks Electrical' },
    { id: other, name: 'Second Sparks' },
  ];
  const frame = aFrame({ id: other, name: 'Second Sparks' }, { businesses });
  const { signedIn } = await world({ session: { people: [{ userId, email, businesses: [businessId, other] }], member: answers(frame) } });
  expect((await signedIn.get('/')).location).toBe('/dashboard');
  expect((await signedIn.get('/dashboard')).location).toBe(path);
  const { html } = await signedIn.get(`/dashboard/${other}`);
  expect(html).toContain(`<a href="${path}">Bright Sparks Electrical</a>`);
  expect(html).toContain(`<a href="/dashboard/${other}" aria-current="true">Second Sparks</a>`);
  expect(html).toContain('<title>Dashboard · Second Sparks · CoreSentia</title>');
});

test.each([
  [{ businesses: [] }, 200, 'No business yet'],
  [{ businesses: [], operatorName: 'Sam' }, 303, ''],
])('somebody without a business (%j) gets %i', async (account, status, words) => {
  const { signedIn } = await world({ session: { people: [{ userId, email }], member: { account: anAccount(account) } } });
  expect(await signedIn.get('/dashboard')).toMatchObject({ status, html: expect.stringContaining(words) });
});

test('the walkthrough is offered until every step is done or skipped', async () => {
  const { signedIn } = await world();
  expect((await signedIn.get(path)).html).toContain('Get to know it: 1 of 5 done');
  const over = aFrame().walkthrough.map((step) => ({ ...step, status: 'done' as const }));
  expect((await (await withFrame(aFrame({}, { walkthrough: over }))).signedIn.get(path)).html).not.toContain('Get to know it');
});

test.each(['userId', 'dashboard'] as const)(
  'says that it is our fault when %s fails, with a reference that the log has',
  async (method) => {
    const failure = { [method]: [new TransientError('Supabase does not answer')] };
    const { signedIn } = await world({
      session: { people, member: answers(), ...(method === 'userId' ? { failures: failure } : { memberFailures: failure }) },
    });
    const seen: string[] = [];
    const log = await logged(async () => {
      const { status, html } = await signedIn.get(path);
      expect(status).toBe(503);
      seen.push(/<code>(\w{8})<\/code>/.exec(html)?.[1] ?? 'no reference');
    });
    expect(log).toContain(seen[0]);
  },
);

test('refreshed cookies reach the browser with pages, refusals and redirects', async () => {
  for (const [address, status] of [
    [path, 200],
    [`/dashboard/${other}`, 404],
    ['/dashboard', 303],
  ] as const) {
    const { signedIn } = await world({ session: { people, member: answers(), refresh: true } });
    const answer = await signedIn.get(address);
    expect(answer.status).toBe(status);
    expect(answer.headers.getSetCookie()).toHaveLength(1);
  }
});
