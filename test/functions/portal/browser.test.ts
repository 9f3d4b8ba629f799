import { serve, type ServerType } from '@hono/node-server';
import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { createApp } from '../../../functions/portal/app';
import { aForm, businessId, runId, userId } from '../../fakes/a-run';
import { launchBrowser } from '../../support/browser';
import { aFrame, aThread, aCalendar, anAccount, answers, bookingId, feedbackId, leadId, operatorAnswers, otherUser } from './samples';
import { email, expiredInvite, expiredWelcome, form, typed, welcome, world } from './world';

const smallPhone = { viewport: { width: 320, height: 640 } };
const noScript = { javaScriptEnabled: false };
const axe = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
/** Pictures to look at, if a folder for them is named. */
const pictures = process.env['PICTURES'];

let browser: Browser;
const open: { context: BrowserContext; server: ServerType }[] = [];
beforeAll(async () => {
  browser = await launchBrowser();
}, 90_000);
afterAll(async () => browser?.close());
afterEach(async () => {
  for (const { context, server } of open.splice(0)) {
    await context.close();
    await new Promise((resolve) => server.close(resolve));
  }
});

/** Somebody with a browser in front of the portal of a new world. */
async function visitor(options: BrowserContextOptions = {}, start: Parameters<typeof world>[0] = {}) {
  const { app: _, ...fakes } = await world(start);
  const running: { app?: ReturnType<typeof createApp> } = {};
  const server = serve({
    fetch: (request) => running.app?.fetch(request) ?? new Response('too early', { status: 503 }),
    port: 0,
    hostname: '127.0.0.1',
  });
  await new Promise((resolve) => server.once('listening', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  running.app = createApp(async () => fakes, url);
  const context = await browser.newContext({ baseURL: url, ...options });
  context.setDefaultTimeout(10_000);
  open.push({ context, server });
  const signIn = () => context.addCookies([{ name: 'coresentia', value: userId, url }]);
  return { ...fakes, page: await context.newPage(), context, signIn };
}

async function fill(page: Page, fields: Record<string, string>): Promise<void> {
  for (const [name, value] of Object.entries(fields)) {
    const field = page.locator(`[name="${name}"]`);
    const kind = await field.evaluate((element) => `${element.tagName} ${element.getAttribute('type') ?? ''}`.toLowerCase());
    if (kind.startsWith('select')) await field.selectOption(value);
    else if (kind.endsWith('checkbox')) await field.check();
    else await field.fill(value);
  }
}

/** What has the focus; parts of a time field count as the field. */
function focused(page: Page): Promise<{ name: string; text: string }> {
  return page.evaluate('(({ name, textContent }) => ({ name: name ?? "", text: textContent }))(document.activeElement)');
}

/** What axe-core complains about. */
async function barriers(page: Page, options: object = {}): Promise<string[]> {
  const run = `axe.run(${JSON.stringify(options)})`;
  const found = await page.evaluate<{ violations: { id: string; help: string; nodes: { html: string }[] }[] }>(run);
  return found.violations.map(({ id, help, nodes }) => `${id}: ${help}: ${nodes.map(({ html }) => html).join()}`);
}

async function picture(page: Page, name: string): Promise<void> {
  if (pictures) await page.screenshot({ path: `${pictures}/${name}.png`, fullPage: true });
}

test('a client with a 320 px phone and no JavaScript fills in the form, mends it, sends it and is thanked', async () => {
  const { page, onboardings } = await visitor({ ...smallPhone, ...noScript });
  await page.goto(form);
  await fill(page, typed({ mobile: '12', postcode: '', monday_end: '08:00' }));
  await page.click('text="Send"');
  expect(await page.title()).toMatch(/^Error: /);
  expect(await page.locator('.alert a').allTextContents()).toEqual([
    'Enter a postcode of four digits.',
    'Enter an Australian mobile number like 0412 345 678.',
    expect.stringContaining('Monday: closing must be after opening'),
  ]);
  expect(await page.inputValue('[name=goals]')).toBe('Miss no call');
  expect(await page.inputValue('[name=state]')).toBe('NSW');
  await page.click('.alert a >> nth=1');
  expect(page.url()).toMatch(/#mobile$/);
  await fill(page, { mobile: '0480 000 123', postcode: '2150', monday_end: '17:00' });
  await page.click('text="Send"');
  expect(page.url()).toMatch(/\/thanks$/);
  expect(await page.textContent('h1')).toBe('Thanks, Jo, we have everything we need');
  expect(await page.textContent('main')).toContain('Australia/Sydney');
  expect(onboardings.state.form).toMatchObject({ mobile: '+61480000123', timeZone: 'Australia/Sydney' });
  await page.click('text="Change your details"');
  await fill(page, { state: 'WA', postcode: '6000' });
  await page.click('text="Save changes"');
  expect(await page.textContent('main')).toContain('Australia/Perth');
});

test('the form can be filled in with the keyboard alone', async () => {
  const { page, onboardings } = await visitor(noScript);
  await page.goto(form);
  const answers: Record<string, string> = { ...typed(), state: 'NSW' };
  for (let presses = 0; presses < 150; presses += 1) {
    await page.keyboard.press('Tab');
    const { name, text } = await focused(page);
    if (text === 'Send') break;
    if (name === 'wednesday_enabled') await page.keyboard.press('Space');
    else if (!/_(start|end|enabled)$/.test(name)) await page.keyboard.type(answers[name] ?? '');
  }
  await page.keyboard.press('Enter');
  await page.waitForURL('**/thanks');
  expect(onboardings.state.form).toMatchObject({
    businessName: 'Bright Sparks Electrical',
    state: 'NSW',
    workingHours: { wednesday: { enabled: false } },
  });
});

test('after an error the keyboard starts at the summary, whose links lead to the fields', async () => {
  const { page } = await visitor();
  await page.goto(form);
  await page.focus('text="Send"');
  await page.keyboard.press('Enter');
  await page.waitForSelector('.alert');
  expect(await page.locator(':focus').getAttribute('role')).toBe('alert');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  expect(await page.locator(':focus').getAttribute('name')).toBe('businessName');
});

test('the trap for robots is out of reach for people', async () => {
  const { page } = await visitor();
  await page.goto('/onboarding');
  const trap = await page.locator('.trap input').boundingBox();
  const visible = await page.locator('.trap').evaluate((element) => element.clientWidth * element.clientHeight);
  expect(trap).not.toBeNull();
  expect(visible).toBeLessThanOrEqual(1);
  const seen = new Set<string>();
  for (let presses = 0; presses < 150; presses += 1) {
    await page.keyboard.press('Tab');
    seen.add((await focused(page)).name);
  }
  expect(seen).toContain('goals');
  expect(seen).not.toContain('remarks');
});

test('a client signs in by the link of the mail, chooses a password, sees the dashboard and signs out', async () => {
  const { page } = await visitor({ ...smallPhone, ...noScript });
  await page.goto(`/welcome/${welcome}`);
  await page.click('button');
  expect(await page.textContent('h1')).toBe('Choose a password');
  await fill(page, { password: 'waters the ferns', again: 'waters the ferns' });
  await page.click('text="Save and go to my dashboard"');
  expect(page.url()).toContain(`/dashboard/${businessId}`);
  expect(await page.textContent('.number')).toBe('0480 000 001');
  await page.click('text="Sign out"');
  await page.goto(`/dashboard/${businessId}`);
  expect(page.url()).toContain('/sign-in');
  await fill(page, { password: 'waters the ferns' });
  await page.fill('form[action="/sign-in"] [name=email]', email);
  await page.click('text="Sign in" >> nth=-1');
  expect(page.url()).toContain(`/dashboard/${businessId}`);
});

const offered = { onboardingId: businessId, submittedAt: '2026-11-20T22:00:00Z', form: aForm() };
const long = 'Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch Plumbing';
const businesses = [
  { id: businessId, name: 'Bright Sparks Electrical' },
  { id: otherUser, name: long },
];
const two = {
  people: [{ userId, email, businesses: [businessId, otherUser] }],
  member: answers(aFrame({ id: otherUser, name: long, status: 'suspended', phoneNumber: null }, { businesses, role: 'member' })),
};
const operator = { people: [{ userId, email, businesses: [] }], operator: operatorAnswers() };
const mine = [{ userId, email, businesses: [businessId] }];
const changing = { newEmail: 'jo@new.example', oldConfirmed: true, newConfirmed: false, expiresAt: '2026-12-01T00:00:00.000Z' };
const with_ = (member: object) => ({ start: { session: { people: mine, member: { ...answers(), ...member } } }, signedIn: true });
const home = `/dashboard/${businessId}`;
const wrong = { signedIn: true } as const;

/** Every page; `send` posts the page's first or named form as it is. */
const pages: [
  name: string,
  path: string,
  more?: { start?: Parameters<typeof world>[0]; signedIn?: boolean; press?: string; open?: string; fill?: Record<string, string> },
][] = [
  ['form', form],
  ['form-with-errors', form, { press: 'Send' }],
  ['form-with-offer', form, { start: { onboardings: { unattached: offered } } }],
  ['form-to-change', form, { start: { onboardings: { submitted: aForm() } } }],
  ['form-without-invite', '/onboarding'],
  ['thanks', `${form}/thanks`, { start: { onboardings: { submitted: aForm() } } }],
  ['invite-expired', `/onboarding/${expiredInvite}`],
  ['invite-renewed', `/onboarding/${expiredInvite}`, { press: 'E-mail me a new link' }],
  ['invite-unknown', '/onboarding/unknown'],
  ['link', `/welcome/${welcome}`],
  ['link-expired', `/welcome/${expiredWelcome}`],
  ['sign-in', '/sign-in'],
  ['link-sent', `/welcome/${expiredWelcome}`, { press: 'E-mail me a new link' }],
  ['set-password', '/set-password', { signedIn: true }],
  ['dashboard', `/dashboard/${businessId}`, { signedIn: true }],
  ['dashboard-of-two', `/dashboard/${otherUser}`, { signedIn: true, start: { session: two } }],
  ['dashboard-paused', home, { ...with_({}), press: 'Pause automatic replies' }],
  [
    'no-business',
    '/dashboard',
    { signedIn: true, start: { session: { people: [{ userId, email }], member: { account: anAccount({ businesses: [] }) } } } },
  ],
  ['leads', `${home}/leads?q=power`, wrong],
  ['leads-none', `${home}/leads`, with_({ leadList: { frame: aFrame(), leads: [], total: 0, pageSize: 25 } })],
  ['lead', `${home}/leads/${leadId}`, wrong],
  [
    'lead-refused',
    `${home}/leads/${leadId}`,
    {
      ...with_({
        writeReply: 'opted-out',
        leadThread: aThread({ name: 'W'.repeat(60), takenOverAt: '2026-11-22T03:05:00.000Z', outcome: 'won' }),
      }),
      press: 'Send',
      fill: { body: 'x'.repeat(200) },
    },
  ],
  ['lead-delete', `${home}/leads/${leadId}/delete`, wrong],
  ['lead-flag', `${home}/leads/${leadId}/flag/2`, wrong],
  ['calendar', `${home}/calendar`, wrong],
  [
    'calendar-day',
    `${home}/calendar?view=day&day=2026-11-24`,
    with_({ calendar: aCalendar({ firstDay: '2026-11-24', from: '2026-11-23T13:00:00.000Z', to: '2026-11-24T13:00:00.000Z' }) }),
  ],
  [
    'calendar-feed',
    `${home}/calendar`,
    { ...wrong, open: 'See these bookings in the calendar of your phone', press: 'Make a calendar link' },
  ],
  ['booking-new', `${home}/calendar/new?lead=${leadId}`, wrong],
  [
    'booking-refused',
    `${home}/calendar/new?start=10:00`,
    { ...with_({ createBooking: 'travel-buffer' }), press: 'Book it', fill: { title: 'Lights' } },
  ],
  ['booking', `${home}/bookings/${bookingId}`, wrong],
  ['settings', `${home}/settings`, wrong],
  ['settings-hours', `${home}/settings/hours`, wrong],
  ['settings-hours-wrong', `${home}/settings/hours`, { ...wrong, press: 'Save', fill: { travelBuffer: '999', monday_end: '08:00' } }],
  ['settings-details', `${home}/settings/details`, wrong],
  ['settings-notifications', `${home}/settings/notifications`, wrong],
  ['settings-replies', `${home}/settings/replies`, wrong],
  ['settings-privacy', `${home}/settings/privacy`, wrong],
  ['history', `${home}/history`, wrong],
  ['people', `${home}/people`, wrong],
  ['people-remove', `${home}/people/${otherUser}/remove`, wrong],
  ['walkthrough', `${home}/walkthrough`, wrong],
  ['feedback', `${home}/feedback?about=Leads`, wrong],
  ['account', '/account', with_({ account: anAccount({ emailChange: changing, operatorName: 'Sam' }) })],
  ['operator', '/operator', { signedIn: true, start: { session: operator } }],
  ['operator-run', `/operator/runs/${runId}`, { signedIn: true, start: { session: operator } }],
  ['operator-checklist', `/operator/runs/${runId}/checklist`, { signedIn: true, start: { session: operator } }],
  ['operator-correct', `/operator/runs/${runId}/correct`, { signedIn: true, start: { session: operator } }],
  ['operator-clients', '/operator/clients', { signedIn: true, start: { session: operator } }],
  ['operator-feedback', '/operator/feedback', { signedIn: true, start: { session: operator } }],
  ['operator-flagged', `/operator/feedback/${feedbackId}`, { signedIn: true, start: { session: operator } }],
  ['operator-leads', `/operator/businesses/${businessId}/leads`, { signedIn: true, start: { session: operator } }],
  ['operator-thread', `/operator/businesses/${businessId}/leads/${leadId}`, { signedIn: true, start: { session: operator } }],
  ['not-found', '/nowhere'],
  ['server-error', '/sign-in', { start: { services: () => Promise.reject(new Error('down')) } }],
];

test.each(pages)('the page %s has no barriers, light or dark, and does not scroll sideways at 320 px', async (name, path, more = {}) => {
  const { start, signedIn, press, open: unfold, fill: typing = {} } = more;
  const silent = jest.spyOn(process.stdout, 'write').mockReturnValue(true);
  const { page, signIn } = await visitor({ ...smallPhone, bypassCSP: true }, start ?? {});
  if (signedIn) await signIn();
  await page.goto(path);
  if (unfold) await page.click(`text="${unfold}"`);
  await fill(page, typing);
  if (press) await Promise.all([page.waitForEvent('load'), page.click(`text="${press}"`)]);
  silent.mockRestore();
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(320);
  expect(await page.evaluate('document.compatMode')).toBe('CSS1Compat');
  await page.evaluate(axe);
  await picture(page, `${name}-light`);
  expect(await barriers(page)).toEqual([]);
  await page.emulateMedia({ colorScheme: 'dark' });
  await picture(page, `${name}-dark`);
  expect(await barriers(page, { runOnly: 'color-contrast' })).toEqual([]);
});

test('a page with a barrier would be found', async () => {
  const { page } = await visitor({ bypassCSP: true });
  await page.goto('/sign-in');
  await page.evaluate(axe);
  await page.evaluate('document.querySelector("label").remove(); document.body.style.color = "#ddd"');
  expect((await barriers(page)).map((barrier) => barrier.split(':')[0])).toEqual(expect.arrayContaining(['color-contrast', 'label']));
});

test('no page breaks its own content security policy', async () => {
  const { page, signIn } = await visitor();
  await signIn();
  const complaints: string[] = [];
  page.on('console', (message) => complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(error.message));
  for (const path of [form, '/sign-in', home, `${home}/leads/${leadId}`, `${home}/calendar`, `${home}/settings/hours`])
    await page.goto(path);
  expect(complaints).toEqual([]);
});
