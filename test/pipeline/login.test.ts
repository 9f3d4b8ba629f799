/** Steps 6 and 8: the way in, for new people and for people who are here already. */
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Browser } from '../../local/rehearsal/browser';
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

/** The recipe of the runbook: what its first command sends to Auth, and what its SQL sets to now, where it is for this user and those columns are empty. */
function recipe() {
  const section = readFileSync('docs/runbook.md', 'utf8').split('## A wrong sign-in e-mail')[1]?.split('\n## ')[0] ?? '';
  const [, put = ''] = /-d '(\{.*\})'`/.exec(section) ?? [];
  const updates = [...section.matchAll(/`update public\.(\w+) set (\w+) = now\(\) where user_id = '<user id>'((?: and \w+ is null)+);`/g)];
  return {
    body: (address: string) => put.replace('<right address>', address).replace(/'"\$\(openssl rand -base64 30\)"'/, 'nobody knows it'),
    updates: updates.map(([, table = '', column = '', where = '']) => ({
      table,
      column,
      empty: [...where.matchAll(/(\w+) is null/g)].map(([, name = '']) => name),
    })),
  };
}

test('a login that was made with a wrong address is the client’s after the runbook’s recipe, and nobody else’s', async () => {
  const [wrong, elsewhere, password] = ['slip@gmial.example', 'elsewhere@gmial.example', 'not mine and still here'];
  const { portal, supabase, keys } = pipeline.endpoints;
  const client = await pipeline.paid();
  const right = client.client.email;
  await pipeline.submit(await pipeline.link(right, '/onboarding/'), { ...client.client.form, email: wrong });
  await pipeline.settle();
  // Whoever has that mailbox signs in, chooses a password, and has more links mailed.
  const stranger = new Browser();
  await stranger.submit(await pipeline.link(wrong, '/welcome/'), {});
  expect((await stranger.submit(`${portal}/set-password`, { password, again: password })).html).toContain('Your number');
  await stranger.submit(`${portal}/account/email`, { email: elsewhere });
  await new Browser().submit(`${portal}/sign-in/link`, { email: wrong });
  await pipeline.settle(60);
  const links = [
    await pipeline.link(wrong, '/welcome/'),
    await pipeline.link(wrong, '/email-change/'),
    await pipeline.link(elsewhere, '/email-change/'),
  ];
  for (const link of links) expect((await pipeline.page(link)).status).toBe(200);

  const operator = await pipeline.hire('Kim');
  const page = `${portal}/operator/runs/${(await pipeline.run(client)).runId}`;
  const corrected = await operator.submit(`${page}/correct`, { ...client.client.form, email: right });
  expect(corrected.html).toContain(`The client signs in as ${wrong}`);
  const [, userId = ''] = /userId: ([0-9a-f-]{36})/.exec(corrected.html) ?? [];
  const { body, updates } = recipe();
  const headers = { apikey: keys.supabaseSecret, authorization: `Bearer ${keys.supabaseSecret}`, 'content-type': 'application/json' };
  const put = await fetch(`${supabase}/auth/v1/admin/users/${userId}`, { method: 'PUT', headers, body: body(right) });
  expect(put.status).toBe(200);
  expect(updates.map(({ table }) => table)).toEqual(['sign_in_links', 'email_changes']);
  for (const { table, column, empty } of updates) {
    const update = pipeline.db
      .from(table)
      .update({ [column]: new Date().toISOString() })
      .eq('user_id', userId);
    expect((await empty.reduce((query, name) => query.is(name, null), update).select('*')).data).toHaveLength(1);
  }

  expect((await stranger.open(`${portal}/dashboard`)).html).not.toContain('Your number');
  for (const email of [wrong, right]) expect((await pipeline.submit(`${portal}/sign-in`, { email, password })).status).toBe(401);
  for (const link of links) expect([404, 410]).toContain((await pipeline.page(link)).status);
  await operator.submit(`${page}/resend`, { kind: 'sign-in-link' });
  await client.signIn();
  expect((await operator.open(page)).html).not.toContain('The client signs in as');
}, 60_000);
