import { businessId, runId, userId } from '../../fakes/a-run';
import { aFrame, answers, bookingId, feedbackId, leadId, mailId, offboardingId, operatorAnswers, otherUser } from './samples';
import { email, typed, world } from './world';

beforeEach(() => jest.spyOn(process.stdout, 'write').mockReturnValue(true));
afterEach(() => jest.restoreAllMocks());

const home = `/dashboard/${businessId}`;
const hours = { ...typed(), travelBuffer: '30', jobDuration: '60' };
const booking = { title: 'Lights', day: '2026-11-24', start: '10:00', minutes: '60' };

/** Every page of a business. */
const pages = [
  '',
  '/leads',
  '/leads?q=x&show=won&page=2',
  '/leads.csv',
  `/leads/${leadId}`,
  `/leads/${leadId}/delete`,
  `/leads/${leadId}/flag/2`,
  '/calendar',
  '/calendar?view=day&day=2026-11-24',
  '/calendar/new',
  '/calendar/demo',
  `/bookings/${bookingId}`,
  '/settings',
  '/settings/hours',
  '/settings/details',
  '/settings/notifications',
  '/settings/replies',
  '/settings/privacy',
  '/history',
  '/people',
  `/people/${otherUser}/remove`,
  `/people/${otherUser}/hand-over`,
  '/walkthrough',
  '/feedback',
].map((path) => home + path);

/** Every form of a business, filled in, and the change that it makes. */
const forms: [path: string, fields: Record<string, string>, change: string][] = [
  ['/replies', { paused: 'yes' }, 'pauseReplies'],
  [`/leads/${leadId}/reply`, { body: 'On my way', formKey: otherUser }, 'writeReply'],
  [`/leads/${leadId}/take-over`, { taken: 'yes' }, 'takeOver'],
  [`/leads/${leadId}/outcome`, { outcome: 'won' }, 'markLead'],
  [`/leads/${leadId}/delete`, {}, 'deleteLead'],
  [`/leads/${leadId}/flag/2`, { body: 'No' }, 'giveFeedback'],
  ['/calendar/new', booking, 'createBooking'],
  [`/bookings/${bookingId}`, booking, 'moveBooking'],
  [`/bookings/${bookingId}/cancel`, {}, 'cancelBooking'],
  ['/calendar/feed', {}, 'setCalendarFeed'],
  ['/calendar/feed/close', {}, 'setCalendarFeed'],
  ['/settings/hours', hours, 'changeHours'],
  ['/settings/details', { businessName: 'A', services: 'B', timeZone: 'Australia/Perth' }, 'changeDetails'],
  ['/settings/notifications', { by: 'sms', email, phone: '0480 000 123' }, 'changeNotifications'],
  ['/settings/replies', { tone: 'relaxed', facts: '', topic_hours: 'on' }, 'changeReplies'],
  ['/settings/retention', { months: '12' }, 'changeRetention'],
  ['/settings/access', { hours: '24' }, 'grantAccess'],
  ['/people/invite', { email: 'kim@brightsparks.example' }, 'inviteMember'],
  ['/people/withdraw', { email: 'kim@brightsparks.example' }, 'withdrawInvitation'],
  [`/people/${otherUser}/remove`, {}, 'removeMember'],
  [`/people/${otherUser}/hand-over`, {}, 'handOver'],
  ['/leave', {}, 'removeMember'],
  ['/walkthrough/skip', { skip: 'yes' }, 'walkthroughSkip'],
  ['/walkthrough/delete-demo', {}, 'deleteDemo'],
  ['/feedback', { kind: 'bug', body: 'It is slow' }, 'giveFeedback'],
].map(([path, fields, change]) => [home + (path as string), fields as Record<string, string>, change as string]);

const operatorPages = [
  '',
  '?stuck=yes',
  '/clients',
  '/clients.csv',
  '/feedback',
  `/feedback/${feedbackId}`,
  `/runs/${runId}`,
  `/runs/${runId}/checklist`,
  `/runs/${runId}/correct`,
  `/runs/${runId}/offboarding`,
  '/offboardings',
  `/businesses/${businessId}/leads`,
  `/businesses/${businessId}/leads/${leadId}`,
].map((path) => `/operator${path}`);
const operatorForms: [path: string, fields: Record<string, string>, change: string][] = [
  [`/operator/runs/${runId}/note`, { text: 'called' }, 'addNote'],
  [`/operator/runs/${runId}/resend`, { kind: 'invite' }, 'planResend'],
  [`/operator/runs/${runId}/approve`, {}, 'approveForm'],
  [`/operator/runs/${runId}/correct`, typed(), 'correctForm'],
  [`/operator/runs/${runId}/mails/${mailId}`, { decision: 'was-sent' }, 'settleMail'],
  [`/operator/feedback/${feedbackId}`, { status: 'seen' }, 'setFeedback'],
  [`/operator/runs/${runId}/offboarding`, { confirmation: 'INV-0042', reason: 'left' }, 'offboard'],
  [`/operator/runs/${runId}/offboarding/${offboardingId}/undo`, {}, 'decideOffboarding'],
  [`/operator/runs/${runId}/offboarding/${offboardingId}/release`, { confirmation: 'INV-0042' }, 'decideOffboarding'],
  [`/operator/runs/${runId}/offboarding/${offboardingId}/start-again`, {}, 'restartOffboarding'],
];

const texts = { '9': { from: '+61480000001', to: '+61480000777', body: 'On my way' } };
const asOperator = () =>
  world({ manualReplies: { texts }, session: { people: [{ userId, email, businesses: [] }], operator: operatorAnswers() } });

test.each(pages)('%s is shown to its owner', async (path) => {
  const { signedIn } = await world();
  const { status, html } = await signedIn.get(path);
  expect(status).toBe(path.endsWith('/calendar/demo') ? 303 : 200);
  expect(html).not.toMatch(/<script|<style|style=|undefined|\[object/);
});

test.each(forms)('%s with %j makes its one change', async (path, fields, change) => {
  const { signedIn, people } = await world({ manualReplies: { texts } });
  const { status, html } = await signedIn.post(path, fields);
  expect([status, html.slice(0, 0)]).toEqual([path.endsWith('/calendar/feed') ? 200 : 303, '']);
  expect(people.calls.map(({ method }) => method)).toContain(change);
});

test.each(forms)('%s, read instead of posted, changes nothing and helps', async (path, _, change) => {
  const { signedIn, people } = await world();
  const { status } = await signedIn.get(path);
  expect([200, 303]).toContain(status);
  expect(people.calls.map(({ method }) => method)).not.toContain(change);
});

describe('somebody who is not signed in', () => {
  test.each([...pages, ...operatorPages, '/account', '/dashboard'])(
    'is sent from %s to the sign-in page and nothing is read',
    async (path) => {
      const { get, people } = await world({ session: { operator: operatorAnswers() } });
      const { status, location, html } = await get(path);
      expect([status, html]).toEqual([303, '']);
      expect(location).toMatch(/^\/sign-in/);
      expect(people.calls).toEqual([]);
    },
  );

  test.each([...forms, ...operatorForms])('cannot post to %s', async (path, fields) => {
    const { post, people } = await world({ session: { operator: operatorAnswers() } });
    const { status, location } = await post(path, fields);
    expect(status).toBe(303);
    expect(location).toMatch(/^\/sign-in/);
    expect(people.calls).toEqual([]);
  });
});

const stranger = () => world({ session: { people: [{ userId, email, businesses: [otherUser] }], member: answers() } });

describe('a member of another business', () => {
  test.each(pages)('finds nothing at %s', async (path) => {
    const { status, html } = await (await stranger()).signedIn.get(path);
    expect(status).toBe(404);
    expect(html).toContain('Page not found');
    expect(html).not.toMatch(/Bright Sparks|0480/);
  });

  test.each(forms)('changes nothing at %s', async (path, fields) => {
    const { signedIn, mailer, telephony } = await stranger();
    const { status, html } = await signedIn.post(path, fields);
    expect([status, html.includes('Page not found')]).toEqual([404, true]);
    expect(mailer.sent).toEqual([]);
    expect(telephony.sent).toEqual([]);
  });
});

test.each(['nonsense', '%00', '%E0%A4%A', "' or 1=1", '00000000'])('%s is no id of anything', async (id) => {
  const { signedIn, people } = await world({
    session: { people: [{ userId, email, businesses: [businessId] }], member: answers(), operator: operatorAnswers() },
  });
  for (const path of [
    `/dashboard/${id}`,
    `/dashboard/${id}/leads`,
    `${home}/leads/${id}`,
    `${home}/bookings/${id}`,
    `/operator/runs/${id}`,
  ])
    expect((await signedIn.get(path)).status).toBe(404);
  expect(people.calls).toEqual([]);
});

describe('a form from another site', () => {
  test.each([...forms, ...operatorForms, ['/account/sign-out-everywhere', {}, 'x'], ['/account/email', { email: 'x@y.example' }, 'x']])(
    'is refused at %s',
    async (path, fields) => {
      const { request, people } = await world({
        session: { people: [{ userId, email, businesses: [businessId] }], member: answers(), operator: operatorAnswers() },
      });
      const headers = { origin: 'https://evil.example', cookie: `coresentia=${userId}` };
      expect((await request(path, { method: 'POST', headers, body: new URLSearchParams(fields) })).status).toBe(403);
      expect(people.calls).toEqual([]);
    },
  );
});

describe('the operator', () => {
  test.each(operatorPages)('is shown %s', async (path) => {
    const { status, html } = await (await asOperator()).signedIn.get(path);
    expect(status).toBe(200);
    expect(html).not.toMatch(/<script|<style|style=|undefined|\[object/);
  });

  test.each(operatorForms)('changes something at %s', async (path, fields, change) => {
    const { signedIn, people } = await asOperator();
    expect((await signedIn.post(path, fields)).status).toBe(303);
    expect(people.calls.map(({ method }) => method)).toContain(change);
  });

  test.each([...operatorPages])('is the only one who finds anything at %s', async (path) => {
    const { signedIn } = await world();
    const { status, html } = await signedIn.get(path);
    expect([status, html.includes('Page not found')]).toEqual([404, true]);
  });

  test.each(operatorForms)('is the only one who changes anything at %s', async (path, fields) => {
    const { signedIn, mailer } = await world();
    expect((await signedIn.post(path, fields)).status).toBe(404);
    expect(mailer.sent).toEqual([]);
  });
});

/** Puts it into every text of an answer that a person can have written. */
function poisoned<T>(value: T, evil: string): T {
  if (Array.isArray(value)) return value.map((one) => poisoned(one, evil)) as T;
  if (typeof value !== 'object' || value === null) return value;
  const fields = [
    'name',
    'body',
    'text',
    'title',
    'leadName',
    'businessName',
    'services',
    'email',
    'replyFacts',
    'actor',
    'action',
    'comment',
    'message',
    'page',
    'from',
    'clientName',
    'notes',
    'newEmail',
    'goals',
  ];
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key,
      fields.includes(key) && typeof inner === 'string' ? evil : poisoned(inner as unknown, evil),
    ]),
  ) as T;
}

test.each([...pages, ...operatorPages].filter((path) => !path.endsWith('.csv')))('%s escapes whatever people write', async (path) => {
  const evil = `<img src=x onerror=alert(1)>"'</title></textarea><script>alert(1)</script>`;
  const { signedIn } = await world({
    session: {
      people: [{ userId, email, businesses: [businessId] }],
      member: poisoned(answers(aFrame()), evil),
      operator: poisoned(operatorAnswers(), evil),
    },
  });
  const { status, html } = await signedIn.get(path);
  expect(status).toBeLessThan(400);
  expect(html).not.toMatch(/<img src=x|<script/);
});

test.each([...forms, ...operatorForms])('%s refuses a body of more than 64 KB', async (path, fields) => {
  const { signedIn, people } = await asOperator();
  expect((await signedIn.post(path, { ...fields, extra: 'x'.repeat(70_000) })).status).toBe(413);
  expect(people.calls).toEqual([]);
});
