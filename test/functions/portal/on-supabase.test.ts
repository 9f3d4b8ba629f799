/** The portal with its real session and its real ports, on the embedded Supabase over HTTP: what fakes and SQL alone cannot show. */
import { createApp } from '../../../functions/portal/app';
import type { PortalServices } from '../../../functions/portal/services';
import { supabaseSession } from '../../../functions/portal/session';
import { database, supabaseClient } from '../../../shared/clients/supabase/database';
import {
  supabaseCalendarFeeds,
  supabaseEmailChanges,
  supabaseInvitations,
  supabaseManualReplies,
  supabaseRateLimits,
  supabaseRetention,
} from '../../../shared/clients/supabase/portal';
import { weekdays } from '../../../shared/working-hours';
import type { fakeMailer } from '../../fakes/mailer';
import type { fakeTelephony } from '../../fakes/telephony';
import { type Ports, rowsOf, startPorts } from '../../shared/clients/supabase/ports';
import { brand, world } from './world';

const baseUrl = 'https://portal.example';
const password = 'waters the ferns';
const owner = 'owner@bright.example';
const kim = 'kim@bright.example';
const lead = '+61480000777';

let supabase: Ports;
let services: Omit<PortalServices, 'mailer'> & { mailer: ReturnType<typeof fakeMailer>; telephony: ReturnType<typeof fakeTelephony> };
let retention: ReturnType<typeof supabaseRetention>;
let businessId: string;
let home: string;

beforeAll(async () => {
  supabase = await startPorts();
  const { url, secretKey, publishableKey } = supabase.rig.supabase;
  const db = database(supabaseClient({ url, secretKey }));
  const { app: _, ...fakes } = await world();
  const { onboardings, logins, identity, mailLog } = supabase;
  services = {
    ...fakes,
    onboardings,
    logins,
    identity,
    mailLog,
    invitations: supabaseInvitations(db),
    emailChanges: supabaseEmailChanges(db),
    rateLimits: supabaseRateLimits(db),
    calendarFeeds: supabaseCalendarFeeds(db),
    manualReplies: supabaseManualReplies(db),
    brand,
    session: (c) => supabaseSession(c, { url, publishableKey }),
  };
  retention = supabaseRetention(db);
  const run = await supabase.aBusiness();
  businessId = run.businessId;
  home = `/dashboard/${businessId}`;
  await supabase.tables.from('businesses').update({ status: 'active' }).eq('id', businessId);
  const { userId } = (await identity.createUser(owner)) as { userId: string };
  const membership = { business_id: businessId, user_id: userId, role: 'owner', created_at: new Date().toISOString() };
  await supabase.tables.from('business_members').insert(membership);
  await supabase.tables.auth.admin.updateUserById(userId, { password });
}, 60_000);
afterAll(() => supabase.stop());
beforeEach(() => jest.spyOn(process.stdout, 'write').mockReturnValue(true));
afterEach(() => jest.restoreAllMocks());

/** A person with a browser: cookies are kept until they are taken away. */
function browser() {
  const app = createApp(async () => services, baseUrl);
  const cookies = new Map<string, string>();
  const send = async (path: string, init: RequestInit = {}) => {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const answer = await app.request(path, { ...init, headers: { origin: baseUrl, cookie } });
    for (const line of answer.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (/max-age=0/i.test(line)) cookies.delete(name);
      else cookies.set(name, value);
    }
    return { status: answer.status, location: answer.headers.get('location'), html: await answer.text() };
  };
  const post = (path: string, fields: Record<string, string> = {}) => send(path, { method: 'POST', body: new URLSearchParams(fields) });
  return { cookies, get: (path: string) => send(path), post, signIn: (email: string) => post('/sign-in', { email, password }) };
}

/** The newest link to a path in the mails to an address. */
const linkTo = (address: string, path: string) => {
  const texts = services.mailer.sent.filter(({ to }) => to === address).map(({ text }) => text);
  return new RegExp(`https://portal\\.example(${path}[\\w-]{43})`).exec(texts.at(-1) ?? '')?.[1] ?? '';
};

test('somebody is invited, accepts, chooses a password, and sees leads and no settings', async () => {
  const jo = browser();
  expect((await jo.signIn(owner)).location).toBe('/dashboard');
  expect((await jo.post(`${home}/people/invite`, { email: kim })).location).toContain('done=invited');
  const link = linkTo(kim, '/invitation/');
  const guest = browser();
  expect((await guest.get(link)).html).toContain('You are invited');
  expect((await guest.post(link)).location).toBe('/set-password');
  expect((await guest.post('/set-password', { password, again: password })).location).toBe('/dashboard');
  expect((await guest.get('/dashboard')).location).toBe(home);
  expect((await guest.get(`${home}/leads`)).status).toBe(200);
  for (const path of ['/settings', '/people', '/history']) expect((await guest.get(home + path)).status).toBe(404);
  expect((await guest.get(`${home}/walkthrough`)).html).toContain('Four steps');
  expect((await browser().post(link)).status).toBe(410);
});

test('a sign-in e-mail is changed by two links, and the session goes on', async () => {
  const guest = browser();
  await guest.signIn(kim);
  const moved = 'kim@moved.example';
  expect((await guest.post('/account/email', { email: moved })).location).toContain('email-change-asked');
  const links = [linkTo(kim, '/email-change/'), linkTo(moved, '/email-change/')];
  expect((await browser().post(links[0] ?? '')).html).toContain('the other address');
  expect((await browser().post(links[1] ?? '')).html).toContain('Your e-mail is changed');
  expect((await guest.get('/account')).html).toContain(moved);
  expect((await browser().signIn(kim)).status).toBe(401);
  expect((await browser().signIn(moved)).status).toBe(303);
});

test('a session is over where it was signed out, on every device if so wished, and its old cookies open nothing', async () => {
  const [phone, desk] = [browser(), browser()];
  for (const device of [phone, desk]) expect((await device.signIn(owner)).status).toBe(303);
  const stolen = new Map(phone.cookies);
  expect((await desk.post('/account/sign-out-everywhere')).location).toContain('signed-out');
  expect((await desk.get(home)).location).toContain('/sign-in');
  expect((await phone.get(home)).location).toContain('/sign-in');
  const thief = browser();
  for (const [name, value] of stolen) thief.cookies.set(name, value);
  expect((await thief.get(home)).location).toContain('/sign-in');
});

test('a session that somebody else planted is not the one after the sign-in', async () => {
  const [evil, victim] = [browser(), browser()];
  await evil.signIn('kim@moved.example');
  for (const [name, value] of evil.cookies) victim.cookies.set(name, value);
  await victim.signIn(owner);
  expect((await victim.get('/account')).html).toContain(owner);
  expect((await evil.get('/account')).html).not.toContain(owner);
});

test('a text by hand is claimed, sent and recorded; the lead is kept from the machine', async () => {
  const now = new Date().toISOString();
  const row = { business_id: businessId, phone: lead, created_at: now, last_message_at: now };
  const { data } = await supabase.tables.from('leads').insert(row).select().single();
  const leadId = (data as { id: string }).id;
  const jo = browser();
  await jo.signIn(owner);
  const answer = await jo.post(`${home}/leads/${leadId}/reply`, { body: 'On my way', formKey: businessId });
  expect(answer.location).toContain('done=replied');
  expect(services.telephony.sent).toMatchObject([{ to: lead, body: 'On my way' }]);
  expect((await jo.get(`${home}/leads/${leadId}`)).html).toContain('You, by hand');
  expect(await rowsOf(supabase.tables, 'manual_replies', { business_id: businessId })).toMatchObject([{ status: 'sent' }]);
});

test('what is changed in the settings is what the next text is answered from', async () => {
  const jo = browser();
  await jo.signIn(owner);
  const [number] = await rowsOf(supabase.tables, 'businesses', { id: businessId });
  const to = (number as { phone_number: string }).phone_number;
  let texts = 0;
  const next = () => {
    texts += 1;
    return supabase.conversations.receive({ messageSid: `SM-next-${texts}`, from: '+61480000779', to, body: 'Hi there', mediaCount: 0 });
  };
  expect(await next()).toMatchObject({ outcome: 'reply', tone: 'friendly', ownWords: '' });
  const facts = 'Call-out is "$90" & free for <b>neighbours</b>.\nNo solar.';
  expect((await jo.post(`${home}/settings/replies`, { tone: 'relaxed', topic_hours: 'on', facts })).location).toContain('done=saved');
  const week = Object.fromEntries(
    weekdays.flatMap((day) => [
      [`${day}_start`, '07:30'],
      [`${day}_end`, '15:00'],
    ]),
  );
  const hours = { ...week, monday_enabled: 'on', travelBuffer: '45', jobDuration: '120' };
  expect((await jo.post(`${home}/settings/hours`, hours)).location).toContain('done=saved');
  expect(await next()).toMatchObject({
    tone: 'relaxed',
    topics: ['hours'],
    ownWords: facts,
    calendar: {
      travelBuffer: 45,
      jobDuration: 120,
      workingHours: { monday: { enabled: true, start: '07:30' }, tuesday: { enabled: false } },
    },
  });
  await jo.post(`${home}/replies`, { paused: 'yes' });
  expect(await next()).toMatchObject({ outcome: 'silent' });
  await jo.post(`${home}/replies`, { paused: 'no' });
});

test('a calendar reads the feed until the address is switched off', async () => {
  const jo = browser();
  await jo.signIn(owner);
  const { html } = await jo.post(`${home}/calendar/feed`);
  const address = /https:\/\/portal\.example(\/calendar\/[\w-]+\.ics)/.exec(html)?.[1] ?? '';
  expect((await browser().get(address)).html).toContain('BEGIN:VCALENDAR');
  await jo.post(`${home}/calendar/feed/close`);
  expect((await browser().get(address)).status).toBe(404);
});

test('the eleventh try with an e-mail has to wait, and failures of a known person are counted', async () => {
  const stranger = browser();
  const tries: number[] = [];
  for (let time = 0; time < 11; time += 1) tries.push((await stranger.post('/sign-in', { email: owner, password: 'wrong' })).status);
  expect([tries[0], tries.at(-1)]).toEqual([401, 429]);
  const [counted] = await rowsOf(supabase.tables, 'sign_in_failures', {});
  expect(counted).toMatchObject({ failures: expect.any(Number) });
});

test('what is past its time goes', async () => {
  const old = '2020-01-01T00:00:00Z';
  await supabase.tables.from('leads').insert({ business_id: businessId, phone: '+61480000778', created_at: old, last_message_at: old });
  expect(await retention.purgeLeads(10)).toBe(1);
  expect(await retention.purgeLeads(10)).toBe(0);
  await retention.purgeLeftovers();
});
