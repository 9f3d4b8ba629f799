import { businessId, userId } from '../../fakes/a-run';
import { leadId, otherUser } from './samples';
import { email, world } from './world';

beforeEach(() => jest.spyOn(process.stdout, 'write').mockReturnValue(true));
afterEach(() => jest.restoreAllMocks());

const password = 'waters the ferns';
const path = `/dashboard/${businessId}/leads/${leadId}/reply`;
const text = 'Jo here: "Friday" <at> nine?\nBring the ladder.';
const reply = { body: text, formKey: otherUser };
const texts = { '9': { from: '+61480000001', to: '+61480000777', body: text } };

const start = () => world({ manualReplies: { texts }, session: { people: [{ userId, email, password, businesses: [businessId] }] } });

const unescaped = (html: string) =>
  html.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&quot;', '"').replaceAll('&#39;', "'").replaceAll('&amp;', '&');
/** Address and hidden fields of the form with this button. */
function formIn(html: string, action: RegExp): { action: string; fields: Record<string, string> } {
  const form = html.split('<form').find((part) => action.test(part.split('>')[0] ?? '')) ?? '';
  const inside = form.split('</form>')[0] ?? '';
  const hidden = [...inside.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)"/g)];
  return {
    action: /action="([^"]+)"/.exec(form)?.[1] ?? '',
    fields: Object.fromEntries(hidden.map(([, name = '', value = '']) => [unescaped(name), unescaped(value)])),
  };
}

test('a text typed while the session ran out is shown, survives the sign-in, and is sent by one press', async () => {
  const { post, request, people, telephony } = await start();
  const lost = await post(path, reply);
  expect([lost.status, people.calls, lost.headers.getSetCookie()]).toEqual([401, [], []]);
  expect(unescaped(lost.html)).toContain(text);
  const signIn = formIn(lost.html, /"\/sign-in"/);
  const wrong = await post(signIn.action, { ...signIn.fields, email, password: 'wrong' });
  expect(wrong.status).toBe(401);
  const again = formIn(wrong.html, /"\/sign-in"/);
  const signedIn = await post(again.action, { ...again.fields, email, password });
  expect([signedIn.status, signedIn.location]).toEqual([200, null]);
  expect(signedIn.headers.getSetCookie().join()).not.toContain('Friday');
  expect(unescaped(signedIn.html)).toContain(text);
  expect(telephony.sent).toEqual([]);
  const kept = formIn(signedIn.html, /reply/);
  expect(kept).toEqual({ action: path, fields: reply });
  const [cookie = ''] = signedIn.headers.getSetCookie()[0]?.split(';') ?? [];
  const headers = { origin: 'https://portal.example', cookie };
  expect((await request(kept.action, { method: 'POST', headers, body: new URLSearchParams(kept.fields) })).location).toContain(
    'done=replied',
  );
  expect(telephony.sent).toMatchObject([texts['9']]);
});

test.each([
  '//evil.example/x',
  'https://evil.example/dashboard/a',
  '/sign-out',
  '/dashboard/../sign-out',
  '/dashboard/a?b=c',
  '/dashboard/a b',
  'javascript:alert(1)',
  '',
])('a page that says to go on at %j is not believed', async (to) => {
  const { post } = await start();
  expect((await post('/sign-in', { email, password, to, 'typed.body': 'x' })).location).toBe('/dashboard');
});

test('passwords that were typed without a session come back in no page', async () => {
  const { post } = await start();
  const { status, location, html } = await post('/set-password', { password, again: password });
  expect([status, location, html]).toEqual([303, '/sign-in', '']);
});
