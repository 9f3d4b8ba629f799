import { TransientError } from '../../../shared/errors';
import { businessId, userId } from '../../fakes/a-run';
import { email, expiredWelcome, welcome, world } from './world';

beforeEach(() => jest.spyOn(process.stdout, 'write').mockReturnValue(true));
afterEach(() => jest.restoreAllMocks());

const path = `/welcome/${welcome}`;
const down = () => [new TransientError('Auth does not answer')];
const password = 'waters the ferns';
const person = { userId, email, password, businesses: [businessId] };

const start = () => world({ session: { people: [{ ...person }] } });

describe('the link of a mail', () => {
  test('is not burnt by being looked at', async () => {
    const { get, post, request } = await world();
    for (const _ of [1, 2]) expect(await get(path)).toMatchObject({ status: 200, html: expect.stringContaining('Welcome to CoreSentia') });
    await request(path, { method: 'HEAD' });
    expect((await post(path)).status).toBe(303);
  });

  test('signs in once, by the button', async () => {
    const { get, post } = await world();
    const signedIn = await post(path);
    expect(signedIn).toMatchObject({ status: 303, location: '/set-password' });
    expect(signedIn.headers.getSetCookie()).toEqual([expect.stringContaining(userId)]);
    const again = await post(path);
    expect(again).toMatchObject({ status: 410, html: expect.stringContaining('has been used') });
    expect(again.headers.getSetCookie()).toEqual([]);
    expect((await get(path)).status).toBe(410);
  });

  test('of two taps at once one signs in', async () => {
    const { post } = await world();
    const answers = await Promise.all([post(path), post(path)]);
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([303, 410]);
  });

  test.each([
    ['the credential cannot be made', { identity: { failures: { signInToken: down() } } }],
    ['Auth does not answer', { session: { people: [person], failures: { signInWithToken: down() } } }],
    ['Auth does not take the credential', { session: { people: [] } }],
  ])('leads to a new one when %s', async (_, fault) => {
    const { post } = await world(fault);
    const { status, html } = await post(path);
    expect(status).toBe(503);
    expect(html).toContain(`action="${path}/renew"`);
  });

  test('that has expired is renewed by mail, and the new one works', async () => {
    const { get, post, mailer, mailLinks } = await world();
    const old = `/welcome/${expiredWelcome}`;
    expect(await get(old)).toMatchObject({ status: 410, html: expect.stringContaining(`action="${old}/renew"`) });
    expect((await post(old)).status).toBe(410);
    await post(`${old}/renew`);
    await mailLinks();
    const fresh = /https:\/\/portal\.example(\/welcome\/[\w-]{43})/.exec(mailer.sent[0]?.text ?? '')?.[1] ?? '';
    expect(mailer.sent).toMatchObject([{ to: email }]);
    expect(await post(fresh)).toMatchObject({ status: 303, location: '/set-password' });
  });

  test.each(['n'.repeat(43), '%E0%A4%A', '%00', '"><script>'])('that is not ours (%s) is unknown', async (token) => {
    const { get, post, eventPublisher } = await world();
    for (const { status, html } of [await get(`/welcome/${token}`), await post(`/welcome/${token}`)]) {
      expect(status).toBe(404);
      expect(html).not.toContain('<script');
    }
    expect((await post(`/welcome/${token}/renew`)).status).toBe(200);
    expect(eventPublisher.published).toEqual([]);
  });

  test('opening the address of its button leads back', async () => {
    const { get } = await world();
    expect((await get(`${path}/renew`)).location).toBe(path);
  });
});

describe('asking for a link', () => {
  const ask = { email: ` ${email.toUpperCase()} ` };

  test('mails one to a person that we know, once in ten minutes', async () => {
    jest.useFakeTimers({ now: new Date('2026-11-24T01:00:00Z'), doNotFake: ['nextTick', 'setImmediate', 'performance'] });
    const { post, mailer, mailLinks } = await world();
    for (const _ of [1, 2, 3]) expect((await post('/sign-in/link', ask)).status).toBe(200);
    await mailLinks();
    jest.useRealTimers();
    expect(mailer.sent).toMatchObject([{ to: email }]);
  });

  test('says and does the same for somebody whom we do not know, and mails nobody', async () => {
    const { post, mailer, eventPublisher, mailLinks, waits } = await world();
    const known = await post('/sign-in/link', ask);
    const events = () => eventPublisher.published.splice(0).map((event) => ({ ...event, detail: Object.keys(event.detail) }));
    const event = events();
    expect(event).toEqual([{ detailType: 'Link Requested', detail: ['userId', 'requestedAt'] }]);
    for (const stranger of ['nobody@example.com', 'x'.repeat(5000)]) {
      expect(await post('/sign-in/link', { email: stranger })).toMatchObject({ status: 200, html: known.html });
      expect(events()).toEqual(event);
      await post('/sign-in/link', { email: stranger });
      await mailLinks();
    }
    for (const nothing of [{ email: '' }, { email: '\0' }, {}])
      expect(await post('/sign-in/link', nothing)).toMatchObject({ status: 200, html: known.html });
    expect(new Set(waits.map((ms) => Math.ceil(ms / 1000)))).toEqual(new Set([1]));
    expect({ mails: mailer.sent, events: events() }).toEqual({ mails: [], events: [] });
  });

  test('does not say that a mail is coming if nobody was told to send it', async () => {
    const down = new TransientError('the bus is down', { accepted: 'no' });
    const { post } = await world({ eventPublisher: { failures: { publish: [down, down] } } });
    const known = await post('/sign-in/link', ask);
    expect(known).toMatchObject({ status: 503, html: expect.stringContaining('try again') });
    expect((await post('/sign-in/link', { email: 'nobody@example.com' })).status).toBe(503);
  });
});

describe('signing in with a password', () => {
  test('leads to the dashboard', async () => {
    const { post } = await start();
    const answer = await post('/sign-in', { email: ` ${email.toUpperCase()}`, password });
    expect(answer).toMatchObject({ status: 303, location: '/dashboard' });
    expect(answer.headers.getSetCookie()).toHaveLength(1);
  });

  test('leads to the page that was asked for, an alert’s say, and never elsewhere', async () => {
    const { get, post } = await start();
    const page = `/dashboard/${businessId}/leads/${userId}`;
    const asked = (await get(page)).location ?? '';
    expect((await get(asked)).html).toContain(`name="page" value="${page}"`);
    expect((await post('/sign-in', { email, password, page })).location).toBe(page);
    expect((await get('/dashboard')).location).toBe('/sign-in');
    for (const elsewhere of [
      '//evil.example',
      '/sign-out',
      '/dashboard/../sign-out',
      '/dashboard//evil.example',
      'https://evil.example/dashboard',
    ]) {
      expect((await post('/sign-in', { email, password, page: elsewhere })).location).toBe('/dashboard');
      expect((await get(`/sign-in?page=${encodeURIComponent(elsewhere)}`)).html).not.toContain('name="page"');
    }
  });

  test.each([{ password: 'wrong' }, { password: ` ${password}` }, {}, { email: 'nobody@example.com', password }])(
    'refuses %j without telling which is wrong, and keeps the e-mail',
    async (fields) => {
      const { post } = await start();
      const { status, html, headers } = await post('/sign-in', { email, ...fields });
      expect(status).toBe(401);
      expect(html).toContain('E-mail or password is not right');
      expect(html).toContain(`value="${'email' in fields ? fields.email : email}"`);
      expect(html).not.toContain(password);
      expect(headers.getSetCookie()).toEqual([]);
    },
  );

  test('is refused after the same time for a known and an unknown address, and let in at once', async () => {
    const { post, waits } = await start();
    await post('/sign-in', { email, password });
    expect(waits).toEqual([]);
    await post('/sign-in', { email, password: 'wrong' });
    await post('/sign-in', { email: 'nobody@example.com', password });
    expect(waits.map((ms) => Math.ceil(ms / 1000))).toEqual([1, 1]);
  });

  test('keeps the e-mail when Auth does not answer', async () => {
    const { post } = await world({ session: { failures: { signIn: down() } } });
    const { status, html } = await post('/sign-in', { email, password });
    expect(status).toBe(503);
    expect(html).toContain(`value="${email}"`);
    expect(html).not.toContain(password);
  });
});

describe('choosing a password', () => {
  test('needs somebody who is signed in', async () => {
    const { get, post, people } = await world();
    expect(await get('/set-password')).toMatchObject({ status: 303, location: '/sign-in' });
    expect(await post('/set-password', { password, again: password })).toMatchObject({ status: 303, location: '/sign-in' });
    expect(people.people[0]?.password).toBeUndefined();
  });

  test('sets it and goes to the dashboard', async () => {
    const { signedIn, people } = await world();
    expect((await signedIn.get('/set-password')).html).toContain('Choose a password');
    expect(await signedIn.post('/set-password', { password, again: password })).toMatchObject({ status: 303, location: '/dashboard' });
    expect(people.people[0]?.password).toBe(password);
  });

  test.each([
    [{ password: 'short', again: 'short' }, 'at least 10'],
    [{ password: 'é'.repeat(37), again: 'é'.repeat(37) }, 'at most 72'],
    [{ password, again: 'waters the firs' }, 'not the same'],
    [{}, 'at least 10'],
  ])('refuses %j and says why', async (fields, why) => {
    const { signedIn, people } = await world();
    const { status, html } = await signedIn.post('/set-password', fields);
    expect(status).toBe(422);
    expect(html).toContain(why);
    expect(html).not.toMatch(/waters|short"/);
    expect(people.people[0]?.password).toBeUndefined();
  });

  test.each([
    ['too-weak', 'too easy to guess', 422],
    ['refused', 'choose another', 422],
    ['same-as-before', '', 303],
  ] as const)('passes on that Auth finds it %s', async (passwordOutcome, words, status) => {
    const { signedIn } = await world({ session: { people: [person], passwordOutcome } });
    expect(await signedIn.post('/set-password', { password, again: password })).toMatchObject({
      status,
      html: expect.stringContaining(words),
    });
  });
});

test('signing out takes the cookie away, and only a press of the button does it', async () => {
  const { signedIn } = await world();
  expect(await signedIn.get('/sign-out')).toMatchObject({ status: 303, location: '/dashboard' });
  const answer = await signedIn.post('/sign-out');
  expect(answer).toMatchObject({ status: 303, location: '/sign-in' });
  expect(answer.headers.getSetCookie().join()).toContain('Max-Age=0');
});
