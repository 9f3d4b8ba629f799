import { businessId, userId } from '../../fakes/a-run';
import {
  accountForms,
  accountPages,
  home,
  leadBack,
  memberForms as forms,
  memberPages as pages,
  openForms,
  openPages,
  operatorForms,
  operatorPages,
  reaches,
  routes,
  unreached,
} from './pages';
import { aFrame, answers, operatorAnswers, otherUser } from './samples';
import { email, world } from './world';

beforeEach(() => jest.spyOn(process.stdout, 'write').mockReturnValue(true));
afterEach(() => jest.restoreAllMocks());

const texts = { '9': { from: '+61480000001', to: '+61480000777', body: 'On my way' } };
/** `member`: the operator is a client as well. */
const asOperator = (member?: ReturnType<typeof answers>) =>
  world({
    manualReplies: { texts },
    session: {
      people: [{ userId, email, businesses: member ? [businessId] : [] }],
      operator: operatorAnswers(),
      ...(member && { member }),
    },
  });

test('every route stands in a list of pages.ts, so that it is tested below', () => {
  expect(
    unreached(
      'POST',
      [...forms, ...operatorForms, ...accountForms, ...openForms].map(([path]) => path),
    ),
  ).toEqual([]);
  expect(unreached('GET', [...pages, ...operatorPages, ...accountPages, ...openPages, ...leadBack])).toEqual([]);
  expect(routes().length).toBeGreaterThan(80);
  expect(reaches('/a/:id/b/:c{x|y}', '/a/1/b/y?d=e')).toBe(true);
  expect(reaches('/a/:id/b/:c{x|y}', '/a/1/b/z')).toBe(false);
});

/** Bytes of a page, its style sheet and its icon: what a phone loads the first time. */
const mostBytes = 100 * 1024;

test.each([...pages, ...operatorPages, '/account'])('%s weighs less than 100 KB, style sheet and icon included', async (path) => {
  const { get, signedIn } = await asOperator(answers());
  const { html } = await signedIn.get(path);
  const assets = [await get('/assets/portal.css'), await get('/assets/icon.svg')];
  expect([html, ...assets.map((asset) => asset.html)].reduce((sum, text) => sum + Buffer.byteLength(text), 0)).toBeLessThan(mostBytes);
});

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
  test.each([...pages, ...operatorPages, ...accountPages])('is sent from %s to the sign-in page and nothing is read', async (path) => {
    const { get, people } = await world({ session: { operator: operatorAnswers() } });
    const { status, location, html } = await get(path);
    expect([status, html]).toEqual([303, '']);
    expect(location).toMatch(/^\/sign-in/);
    expect(people.calls).toEqual([]);
  });

  test.each([...forms, ...operatorForms, ...accountForms])('cannot post to %s', async (path, fields) => {
    const { post, people } = await world({ session: { operator: operatorAnswers() } });
    const { status, html } = await post(path, fields);
    expect(status).toBe(401);
    expect(html).toContain('<h1>Please sign in again</h1>');
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
    const { signedIn, mailer, telephony, rateLimits } = await stranger();
    const { status, html } = await signedIn.post(path, fields);
    expect([status, html.includes('Page not found')]).toEqual([404, true]);
    // What is counted is counted against the stranger, so that nobody uses up what a business may do.
    expect([...rateLimits.hits.keys()].filter((key) => !key.includes(userId))).toEqual([]);
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
  test.each([...forms, ...operatorForms, ...accountForms, ...openForms])('is refused at %s', async (path, fields) => {
    const { request, people } = await world({
      session: { people: [{ userId, email, businesses: [businessId] }], member: answers(), operator: operatorAnswers() },
    });
    const headers = { origin: 'https://evil.example', cookie: `coresentia=${userId}` };
    expect((await request(path, { method: 'POST', headers, body: new URLSearchParams(fields) })).status).toBe(403);
    expect(people.calls).toEqual([]);
  });
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

const evil = `<img src=x onerror=alert(1)>"'</title></textarea><script>alert(1)</script>`;
const harm = /<img src=x|<script/;

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

test.each([...pages, ...operatorPages, '/account'].filter((path) => !path.endsWith('.csv')))(
  '%s escapes whatever people write',
  async (path) => {
    const { signedIn } = await world({
      session: {
        people: [{ userId, email, businesses: [businessId] }],
        member: poisoned(answers(aFrame()), evil),
        operator: poisoned(operatorAnswers(), evil),
      },
    });
    const { status, html } = await signedIn.get(path);
    expect(status).toBeLessThan(400);
    expect(html).not.toMatch(harm);
  },
);

/** What the database says to what it does not take, so that the page comes back with what was typed. */
const refusals: Record<string, string> = {
  writeReply: 'length',
  createBooking: 'title',
  moveBooking: 'title',
  changeDetails: 'business-name',
  changeNotifications: 'email',
  changeCalls: 'ring-phone',
  changeReplies: 'facts',
  changeRetention: 'months',
  grantAccess: 'hours',
  inviteMember: 'email',
  requestEmailChange: 'email',
  giveFeedback: 'body',
};
const everyForm = [...forms, ...operatorForms, ...accountForms, ...openForms];

test.each(everyForm)('%s escapes whatever is typed, signed in or not', async (path, fields) => {
  const typed = Object.fromEntries(Object.keys(fields).map((name) => [name, evil]));
  const refusing = Object.fromEntries(Object.entries(answers()).map(([name, answer]) => [name, refusals[name] ?? answer]));
  const session = { people: [{ userId, email, businesses: [businessId] }], member: refusing, operator: operatorAnswers() };
  const { post, signedIn } = await world({ session });
  for (const answer of [await post(path, typed), await signedIn.post(path, typed)]) {
    expect(answer.status).toBeLessThan(500);
    expect(answer.html).not.toMatch(harm);
    expect(answer.location ?? '').not.toMatch(/[<>"'\r\n]/);
  }
});

test.each(everyForm)('%s refuses a body of more than 64 KB', async (path, fields) => {
  const { signedIn, people } = await asOperator();
  expect((await signedIn.post(path, { ...fields, extra: 'x'.repeat(70_000) })).status).toBe(413);
  expect(people.calls).toEqual([]);
});
