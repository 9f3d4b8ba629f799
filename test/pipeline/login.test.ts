/** Steps 6 and 8: the way in, for new people and for people who are here already. */
import { randomUUID } from 'node:crypto';
import { DAY, usePipeline } from './stack';

const pipeline = usePipeline();

async function usersWith(email: string) {
  const { data } = await pipeline.db.auth.admin.listUsers({ perPage: 1000 });
  return data.users.filter((user) => user.email === email);
}

function welcomeText(email: string): string {
  const mails = pipeline.laptop.aws.mailbox().filter(({ to, subject }) => to.includes(email) && subject.includes('Live'));
  return mails.at(-1)?.text ?? '';
}

test('the answer to creating the user is lost: there is one user, and one link that works', async () => {
  await pipeline.arm({ vendor: 'supabase', call: 'auth/admin/users', mode: 'lose-response' });
  const client = await pipeline.onboarded();
  expect(await pipeline.stands(client)).toBe('RUNNING WaitForDay1');
  expect(await usersWith(client.client.email)).toHaveLength(1);
  expect(await pipeline.mails(client.client.email)).toEqual(['confirmation', 'welcome']);
  await client.signIn();
});

test.each(['server-error', 'rate-limit', 'refuse'] as const)('Auth fails for a while (%s): there is one user', async (mode) => {
  await pipeline.arm({ vendor: 'supabase', call: 'auth/admin/users', mode, times: 3 });
  const client = await pipeline.onboarded();
  expect(await pipeline.stands(client)).toBe('RUNNING WaitForDay1');
  expect(await usersWith(client.client.email)).toHaveLength(1);
});

test('an existing user gets a second membership, no link, and is told to sign in as usual', async () => {
  const first = await pipeline.onboarded();
  await first.signIn();
  const { email } = first.client;
  const second = await pipeline.paid();
  await pipeline.submit(await pipeline.link(second.client.email, '/onboarding/'), { ...second.client.form, email });
  await pipeline.settle();
  expect(await pipeline.stands(second)).toBe('RUNNING WaitForDay1');
  const [user, ...more] = await usersWith(email);
  expect(more).toEqual([]);
  const memberships = await pipeline.rows('business_members', { user_id: user?.id ?? '' });
  expect(memberships.map(({ role }) => role)).toEqual(['owner', 'owner']);
  expect(welcomeText(email)).toContain('sign in as usual');
  expect(welcomeText(email)).not.toContain('/welcome/');
});

test('looking at the welcome link does not burn it, using it does', async () => {
  const client = await pipeline.onboarded();
  const link = await pipeline.link(client.client.email, '/welcome/');
  for (let look = 0; look < 3; look += 1) expect((await pipeline.page(link)).status).toBe(200);
  await client.signIn();
  expect((await pipeline.page(link)).status).toBe(410);
  const again = await pipeline.submit(link, {});
  expect(again.status).toBe(410);
  expect(again.html).not.toContain('Choose a password');
});

test('of two taps at once one signs in', async () => {
  const client = await pipeline.onboarded();
  const link = await pipeline.link(client.client.email, '/welcome/');
  const taps = await Promise.all([pipeline.submit(link, {}), pipeline.submit(link, {}), pipeline.submit(link, {})]);
  expect(taps.filter(({ html }) => html.includes('Choose a password'))).toHaveLength(1);
});

test('a welcome link that has expired is renewed by mail, once however often the button is pressed', async () => {
  const client = await pipeline.onboarded();
  const { email } = client.client;
  const link = await pipeline.link(email, '/welcome/');
  await pipeline.pass(15 * DAY);
  expect(await pipeline.page(link)).toMatchObject({ status: 410, html: expect.stringContaining('expired') });
  expect((await pipeline.submit(link, {})).status).toBe(410);
  const before = (await pipeline.mails(email)).length;
  await Promise.all([pipeline.submit(`${link}/renew`, {}), pipeline.submit(`${link}/renew`, {})]);
  await pipeline.settle();
  expect((await pipeline.mails(email)).slice(before)).toEqual(['sign-in-link']);
  expect(await pipeline.link(email, '/welcome/')).not.toBe(link);
  await client.signIn();
});

test('a link that nobody made, and an address that nobody has, tell nothing and mail nobody', async () => {
  const { portal } = pipeline.endpoints;
  const before = pipeline.laptop.aws.mailbox().length;
  expect((await pipeline.submit(`${portal}/welcome/${'A'.repeat(43)}`, {})).status).toBe(404);
  const known = await pipeline.submit(`${portal}/sign-in/link`, { email: 'nobody@client.example' });
  expect(known).toMatchObject({ status: 200, html: expect.stringContaining('If we know this address') });
  await pipeline.settle(60);
  expect(pipeline.laptop.aws.mailbox()).toHaveLength(before);
});

test("somebody else's dashboard is a 404, one's own shows one's own leads only, and a stranger is sent to sign in", async () => {
  const [anna, bert] = [await pipeline.onboarded(), await pipeline.onboarded()];
  for (const client of [anna, bert]) await client.signIn();
  await pipeline.room.text({ from: anna.client.lead.phone, to: anna.number, body: 'Only Anna may read this' });
  await pipeline.room.text({ from: bert.client.lead.phone, to: bert.number, body: 'Only Bert may read this' });
  await pipeline.settle(60);
  const businessOf = async (client: typeof anna) => (await pipeline.run(client)).report?.businessId ?? '';
  const dashboard = async (client: typeof anna) => `${pipeline.endpoints.portal}/dashboard/${await businessOf(client)}`;
  const thread = async (client: typeof anna) => {
    const [lead] = await pipeline.rows('leads', { business_id: await businessOf(client), phone: client.client.lead.phone });
    return `${await dashboard(client)}/leads/${String(lead?.['id'])}`;
  };
  expect((await anna.visit(await dashboard(anna))).status).toBe(200);
  const own = await anna.visit(await thread(anna));
  expect(own.html).toContain('Only Anna may read this');
  expect(own.html).not.toContain('Only Bert may read this');
  expect((await anna.visit(await thread(bert))).status).toBe(404);
  const foreign = await anna.visit(await dashboard(bert));
  expect(foreign.status).toBe(404);
  expect(foreign.html).toBe((await anna.visit(`${pipeline.endpoints.portal}/dashboard/${randomUUID()}`)).html);
  expect((await pipeline.page(await dashboard(anna))).url).toContain('/sign-in');
});

test('nobody reads leads through the API without signing in', async () => {
  const { supabase, keys } = pipeline.endpoints;
  const answer = await fetch(`${supabase}/rest/v1/leads?select=*`, { headers: { apikey: keys.supabasePublishable } });
  const body = await answer.text();
  expect(answer.ok ? body : '[]').toBe('[]');
});

test('a text to a client from anyone else than Twilio is refused and stored nowhere', async () => {
  const form = { MessageSid: `SM${'0'.repeat(32)}`, From: '+61491570110', To: '+61480000001', Body: 'forged', NumMedia: '0' };
  const answer = await fetch(pipeline.endpoints.smsWebhook, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded', 'x-twilio-signature': 'AAAA' },
    body: new URLSearchParams(form).toString(),
  });
  expect([401, 403]).toContain(answer.status);
  expect(await pipeline.rows('messages', { body: 'forged' })).toEqual([]);
});
