import { TransientError } from '../../../shared/errors';
import { hashToken } from '../../../shared/token';
import { businessId, userId } from '../../fakes/a-run';
import { aFrame, anAccount, answers, leadId, operatorAnswers, otherUser } from './samples';
import { email, logged, world } from './world';

beforeEach(() => jest.spyOn(process.stdout, 'write').mockReturnValue(true));
afterEach(() => jest.restoreAllMocks());

const token = 'k'.repeat(43);
const kim = 'kim@brightsparks.example';
const future = new Date('2099-01-01T00:00:00Z');
const invitation = { email: kim, businessId, businessName: 'Bright Sparks Electrical', expiresAt: future };
const mine = [{ userId, email, businesses: [businessId] }];
const linksIn = (text: string) => [...text.matchAll(/https:\/\/portal\.example\S+/g)].map(([link]) => new URL(link).pathname);

const invited = (changes: Partial<typeof invitation> = {}) =>
  world({ invitations: { invitations: new Map([[hashToken(token), { ...invitation, ...changes }]]) } });

describe('an invitation', () => {
  test('is mailed with a link that only its hash is kept of', async () => {
    const { signedIn, people, mailer } = await world();
    await signedIn.post(`/dashboard/${businessId}/people/invite`, { email: 'Kim@BrightSparks.example' });
    expect(mailer.sent).toMatchObject([{ to: kim, subject: 'You are invited to Bright Sparks Electrical on CoreSentia' }]);
    const [link = ''] = linksIn(mailer.sent[0]?.text ?? '');
    const call = people.calls.find(({ method }) => method === 'inviteMember');
    expect(call?.args[1]).toMatchObject({ email: kim, tokenHash: hashToken(link.split('/')[2] ?? '') });
    expect(JSON.stringify(people.calls)).not.toContain(link.split('/')[2]);
  });

  test('is looked at without being used up, and accepted by its button', async () => {
    const { get, post, invitations, logins } = await invited();
    expect(await get(`/invitation/${token}`)).toMatchObject({ status: 200, html: expect.stringContaining(kim) });
    expect([...invitations.invitations.values()][0]).not.toHaveProperty('acceptedBy');
    const { status, location } = await post(`/invitation/${token}`);
    expect([status, location]).toEqual([303, '/set-password']);
    expect(logins.users.map((user) => user.email)).toContain(kim);
    expect((await post(`/invitation/${token}`)).status).toBe(410);
  });

  test.each([
    ['expired', { expiresAt: new Date(0) }, 410],
    ['for somebody who is removed', null, 404],
  ])('that is %s leads to a way forward', async (_, changes, status) => {
    const { get, post } = await (changes ? invited(changes) : world());
    for (const answer of [await get(`/invitation/${token}`), await post(`/invitation/${token}`)]) {
      expect(answer.status).toBe(status);
      expect(answer.html).toContain('href="/sign-in"');
    }
  });
});

describe('a new sign-in e-mail', () => {
  test('is asked for at both addresses, each with a link of its own', async () => {
    const { signedIn, mailer } = await world();
    expect((await signedIn.post('/account/email', { email: 'Jo@New.example' })).location).toBe('/account?done=email-change-asked');
    expect(mailer.sent.map(({ to }) => to)).toEqual([email, 'jo@new.example']);
    expect(new Set(mailer.sent.flatMap(({ text }) => linksIn(text).filter((path) => path.startsWith('/email-change/')))).size).toBe(2);
  });

  test('may be asked for five times a day', async () => {
    const { signedIn, mailer } = await world();
    for (let time = 0; time < 5; time += 1) await signedIn.post('/account/email', { email: 'jo@new.example' });
    const { status, html } = await signedIn.post('/account/email', { email: 'jo@new.example' });
    expect([status, html.includes('Please try again tomorrow')]).toEqual([422, true]);
    expect(mailer.sent).toHaveLength(10);
  });

  const [oldToken, newToken] = ['o'.repeat(43), 'n'.repeat(43)];
  const changing = () =>
    world({
      emailChanges: {
        changes: [
          {
            changeId: otherUser,
            userId,
            newEmail: 'jo@new.example',
            oldTokenHash: hashToken(oldToken),
            newTokenHash: hashToken(newToken),
            expiresAt: future,
            confirmed: new Set(),
            isApplied: false,
          },
        ],
      },
    });

  test('changes when both have pressed their button, and not before', async () => {
    const { get, post, logins } = await changing();
    expect((await get(`/email-change/${oldToken}`)).html).toContain('jo@new.example');
    expect((await post(`/email-change/${oldToken}`)).html).toContain('the other address');
    expect(logins.users[0]?.email).toBe(email);
    expect((await post(`/email-change/${newToken}`)).html).toContain('Your e-mail is changed');
    expect(logins.users[0]?.email).toBe('jo@new.example');
    expect((await post(`/email-change/${newToken}`)).status).toBe(410);
  });

  test('that is no address is refused with advice', async () => {
    const { signedIn, mailer } = await world({ session: { people: mine, member: { ...answers(), requestEmailChange: 'email' } } });
    const { status, html } = await signedIn.post('/account/email', { email: 'jo@new.example\r\nBcc: all@example.com' });
    expect(status).toBe(422);
    expect(html).toContain('Enter an e-mail address');
    expect(mailer.sent).toEqual([]);
  });
});

test.each([
  [{ oldConfirmed: true }, 'The new address has not confirmed it yet'],
  [{ newConfirmed: true }, 'The old address has not confirmed it yet'],
  [{}, 'Neither address has confirmed it yet'],
  [{ oldConfirmed: true, newConfirmed: true }, 'open one of the links again'],
  [{ oldConfirmed: true, expiresAt: '2020-01-01T00:00:00.000Z' }, 'The links have expired'],
])('a wish for a new e-mail, %j, is shown as it stands', async (changes, words) => {
  const asked = { newEmail: 'jo@new.example', oldConfirmed: false, newConfirmed: false, expiresAt: '2099-01-01T00:00:00.000Z' };
  const account = anAccount({ emailChange: { ...asked, ...changes } });
  const { signedIn } = await world({ session: { people: mine, member: { ...answers(), account } } });
  expect((await signedIn.get('/account')).html).toContain(words);
});

test('signing out everywhere takes the cookies too', async () => {
  const { signedIn } = await world();
  const { location, headers } = await signedIn.post('/account/sign-out-everywhere');
  expect(location).toBe('/sign-in?done=signed-out');
  expect(headers.getSetCookie().join()).toContain('Max-Age=0');
});

test('the eleventh try with an e-mail is not made, and the answer says when to come back', async () => {
  const { post, rateLimits, people } = await world({ session: { people: [{ userId, email, password: 'right' }] } });
  for (let time = 0; time < 10; time += 1) expect((await post('/sign-in', { email, password: 'wrong' })).status).toBe(401);
  const { status, html } = await post('/sign-in', { email, password: 'right' });
  expect([status, html.includes('too many tries')]).toEqual([429, true]);
  expect(rateLimits.failedSignIns).toHaveLength(10);
  expect(people.calls).toEqual([]);
  expect([...rateLimits.hits.keys()].join()).not.toContain('@');
});

interface Asked {
  fields: Record<string, string>;
  /** What CloudFront says. */
  viewer?: string;
}
const wrong = (count: number) => ({ email: `guess-${count}@example.com`, password: 'wrong' });

/** The answer's status to a form that comes from one of CloudFront's addresses, as Lambda gives it to Hono. */
async function asked({ app }: Awaited<ReturnType<typeof world>>, path: string, { fields, viewer }: Asked): Promise<number> {
  const headers = { origin: 'https://portal.example', ...(viewer && { 'x-forwarded-for': viewer }) };
  const connection = { requestContext: { http: { sourceIp: '130.176.0.1' } } };
  return (await app.request(path, { method: 'POST', headers, body: new URLSearchParams(fields) }, connection)).status;
}

describe('one connection', () => {
  test('tries fifty addresses in a quarter of an hour, not more', async () => {
    const start = await world();
    for (let count = 0; count < 50; count += 1) expect(await asked(start, '/sign-in', { fields: wrong(count) })).toBe(401);
    expect(await asked(start, '/sign-in', { fields: wrong(50) })).toBe(429);
  });

  test('may be CloudFront’s: whoever guesses keeps nobody else behind it out', async () => {
    const start = await world({ session: { people: [{ userId, email, password: 'right' }] } });
    for (let count = 0; count < 51; count += 1) await asked(start, '/sign-in', { fields: wrong(count), viewer: '203.0.113.9' });
    expect(await asked(start, '/sign-in', { fields: { email, password: 'right' }, viewer: '198.51.100.7' })).toBe(303);
    for (let count = 0; count < 21; count += 1) await asked(start, '/sign-in/link', { fields: wrong(count), viewer: '203.0.113.9' });
    start.eventPublisher.published.length = 0;
    await asked(start, '/sign-in/link', { fields: { email }, viewer: '203.0.113.9' });
    expect(start.eventPublisher.published).toEqual([]);
    await asked(start, '/sign-in/link', { fields: { email }, viewer: '198.51.100.7' });
    expect(start.eventPublisher.published).toMatchObject([{ detailType: 'Link Requested', detail: { userId } }]);
  });

  test('has a limit of its own, whomever it says that it speaks for', async () => {
    const start = await world();
    const statuses = new Set<number>();
    for (let count = 0; count < 1000; count += 1)
      statuses.add(await asked(start, '/sign-in', { fields: wrong(count), viewer: `203.0.113.${count}` }));
    expect([...statuses]).toEqual([401]);
    expect(await asked(start, '/sign-in', { fields: wrong(1000), viewer: '203.0.113.1000' })).toBe(429);
  });
});

test('an unknown e-mail gets the same answers as a known one', async () => {
  const { post } = await world({ session: { people: [{ userId, email, password: 'right' }] } });
  const answer = async (address: string) => {
    const { status, html } = await post('/sign-in', { email: address, password: 'wrong' });
    return [status, html.replaceAll(address, 'X')];
  };
  expect(await answer('nobody@example.com')).toEqual(await answer(email));
  expect(await post('/sign-in/link', { email: 'nobody@example.com' })).toMatchObject({
    html: (await post('/sign-in/link', { email })).html,
  });
});

test('a counter that does not answer lets people in', async () => {
  const failures = { hit: [new Error('down')] };
  const { post } = await world({ rateLimits: { failures }, session: { people: [{ userId, email, password: 'right' }] } });
  await logged(async () => expect((await post('/sign-in', { email, password: 'right' })).status).toBe(303));
});

test('the same reply sent twice is one text', async () => {
  const texts = { '9': { from: '+61480000001', to: '+61480000777', body: 'On my way' } };
  const { signedIn, telephony } = await world({ manualReplies: { texts } });
  const path = `/dashboard/${businessId}/leads/${leadId}/reply`;
  for (let press = 0; press < 2; press += 1) {
    expect((await signedIn.post(path, { body: 'On my way', formKey: otherUser })).location).toContain('done=replied');
  }
  expect(telephony.sent).toMatchObject([texts['9']]);
});

test('the subscribed calendar needs no cookie and knows only its own address', async () => {
  const feeds = new Map([[hashToken(token), { businessName: 'Bright Sparks', bookings: [] }]]);
  const { get } = await world({ calendarFeeds: { feeds } });
  const { status, headers, html } = await get(`/calendar/${token}.ics`);
  expect([status, headers.get('content-type')]).toEqual([200, 'text/calendar; charset=utf-8']);
  expect(html).toContain('BEGIN:VCALENDAR');
  expect((await get(`/calendar/${'z'.repeat(43)}.ics`)).status).toBe(404);
});

test('feedback tells the operator that there is some, and not what it says', async () => {
  const { signedIn, notices } = await world();
  const given = { kind: 'bug', body: 'secret words', about: 'Leads' };
  for (let press = 0; press < 2; press += 1) await signedIn.post(`/dashboard/${businessId}/feedback`, given);
  expect(notices.published).toEqual([
    {
      subject: 'Feedback: a bug',
      body: expect.stringContaining('https://portal.example/operator/feedback'),
    },
  ]);
  expect(JSON.stringify(notices.published)).not.toContain('secret words');
});

test('feedback of which nobody could be told is thanked for all the same: it is on the board', async () => {
  const { signedIn } = await world({ notices: { failures: { publish: [new TransientError('SNS does not answer')] } } });
  const log = await logged(async () => {
    expect((await signedIn.post(`/dashboard/${businessId}/feedback`, { kind: 'bug', body: 'secret words' })).location).toContain(
      'done=thanks',
    );
  });
  expect(log).toContain('nobody was told of feedback');
  expect(log).not.toContain('secret words');
});

test('a table for a spreadsheet holds no formula', async () => {
  const { signedIn } = await world({ session: { people: mine, operator: operatorAnswers() } });
  const { html, headers } = await signedIn.get('/operator/clients.csv');
  expect(html).toContain(`"'=HYPERLINK(""https://evil.example"")"`);
  expect(headers.get('content-disposition')).toBe('attachment; filename="clients.csv"');
});

const evilLine = 'Bright\r\nBcc: all@evil.example\r\n\r\nHi';

test('no mail’s head holds a line that a person typed', async () => {
  const member = { ...answers(aFrame({ name: evilLine })), inviteMember: 'done', requestEmailChange: { oldEmail: email } };
  const { signedIn, post, mailer } = await world({ session: { people: mine, member, operator: operatorAnswers() } });
  for (const address of ['kim@brightsparks.example', `kim@brightsparks.example${evilLine}`])
    await signedIn.post(`/dashboard/${businessId}/people/invite`, { email: address });
  await signedIn.post('/account/email', { email: `jo@new.example${evilLine}` });
  await post('/sign-in/link', { email: `${email}${evilLine}` });
  expect(mailer.sent.map(({ to }) => to)).toEqual(['kim@brightsparks.example']);
  for (const { to, subject } of mailer.sent) expect(`${to}${subject}`).not.toMatch(/[\r\n]/);
});

test('a session in the wrong hands invites forty a day and texts two hundred an hour, not more', async () => {
  const texts = { '9': { from: '+61480000001', to: '+61480000777', body: 'Hi' } };
  const { signedIn, mailer, rateLimits } = await world({ manualReplies: { texts } });
  const invite = () => signedIn.post(`/dashboard/${businessId}/people/invite`, { email: 'kim@brightsparks.example' });
  for (let time = 0; time < 40; time += 1) expect((await invite()).status).toBe(303);
  expect(await invite()).toMatchObject({ status: 422, html: expect.stringContaining('try again tomorrow') });
  expect(mailer.sent).toHaveLength(40);
  rateLimits.hits.set(`reply:${businessId}:${userId}`, 200);
  const reply = await signedIn.post(`/dashboard/${businessId}/leads/${leadId}/reply`, { body: 'One more', formKey: otherUser });
  expect([reply.status, reply.html.includes('One more'), reply.html.includes('try again later')]).toEqual([422, true, true]);
});
