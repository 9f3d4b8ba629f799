/** The operator's board on a bad day: mails that fail, words that are looked for, and what a page tells whoever comes without the alert. */
import { failureAdvice } from '../../../functions/portal/operator/failure-advice';
import { TerminalError, TransientError } from '../../../shared/errors';
import { aForm, businessId, runId, userId } from '../../fakes/a-run';
import { aRunPage, feedbackId, mailId, operatorAnswers, otherUser } from './samples';
import { email, logged, world } from './world';

type Start = NonNullable<Parameters<typeof world>[0]>;
const asOperator = (answers: object = {}, start: Start = {}) =>
  world({ ...start, session: { people: [{ userId, email, businesses: [] }], operator: { ...operatorAnswers(), ...answers } } });
const runPath = `/operator/runs/${runId}`;

test.each([
  [
    'that SES did not take for lack of strength',
    new TransientError('SES answered 500', { accepted: 'no' }),
    'Nothing went out: SES answered 500. Try again',
  ],
  ['that nobody knows of', new TransientError('SES did not answer'), 'Nobody knows whether the mail went out.'],
  [
    'to an address that is none',
    new TerminalError('EmailAddressRejected', 'x'),
    'Nothing went out: the mail service does not take the address',
  ],
])('a mail %s leads back to the run, which says so', async (_, failure, words) => {
  const { signedIn, mailer } = await asOperator({}, { mailer: { failures: { send: [failure] } } });
  const log = await logged(async () => {
    const { status, html } = await signedIn.post(`${runPath}/resend`, { kind: 'invite' });
    expect([status, html.includes(words), html.includes('<h2>Where it stands</h2>')]).toEqual([503, true, true]);
  });
  expect(log).toContain('has not surely gone out');
  expect(mailer.sent).toEqual([]);
});

test('a bug in sending is a bug', async () => {
  const { signedIn } = await asOperator({}, { mailer: { failures: { send: [new TypeError('x')] } } });
  await logged(async () => expect((await signedIn.post(`${runPath}/resend`, { kind: 'invite' })).status).toBe(500));
});

test.each([
  ['0480 000 001', '+61480000001'],
  ['(02) 9876 5432', '+61298765432'],
  ['+61 480 000 001', '+61480000001'],
  ['INV-0042', 'INV-0042'],
  ['0480', '0480'],
])('%s is looked for as %s, and stays as it was typed', async (typed, sought) => {
  const { signedIn, people } = await asOperator();
  const search = (path: string) => signedIn.get(`${path}?${new URLSearchParams({ q: typed }).toString()}`);
  const shown = [await search('/operator'), await search('/operator/clients')];
  await search('/operator/clients.csv');
  expect(shown.map(({ html }) => html.includes(`value="${typed}"`))).toEqual([true, true]);
  const searches = people.calls.flatMap(({ args: [wish] }) => (wish as { search?: string } | undefined)?.search ?? []);
  expect(searches).toEqual([sought, sought, sought]);
});

test.each([
  [{ shown: 'new', page: '3' }, '/operator/feedback?status=new&page=3'],
  [{ shown: 'new', page: '1' }, '/operator/feedback?status=new'],
  [{}, '/operator/feedback'],
  [{ shown: 'https://evil.example', page: '2&x=y' }, '/operator/feedback'],
])('whoever marks feedback on %o comes back to where it stood', async (fields, location) => {
  const { signedIn } = await asOperator();
  expect((await signedIn.post(`/operator/feedback/${feedbackId}`, { status: 'seen', ...fields })).location).toBe(location);
});

test.each([
  ['confirmation', 'redrive', 'was-sent', 'settled'],
  ['confirmation', 'redrive', 'send-again', 'settled'],
  ['lead-alert', 'schedule', 'was-sent', 'settled-own'],
  ['lead-alert', 'schedule', 'send-again', 'settled-scheduled'],
  ['sign-in-link', null, 'was-sent', 'settled-own'],
  ['sign-in-link', null, 'never-sent', 'settled-never'],
  ['invite-by-operator', null, 'never-sent', 'settled-own-again'],
])(
  '%s, sent again by %s, settled as %s says what is to be done now, on either page',
  async (...[template, sentAgainBy, decision, note]) => {
    const { signedIn } = await asOperator({ settleMail: { template, sentAgainBy } });
    for (const path of [runPath, '/operator/audits'])
      expect((await signedIn.post(`${path}/mails/${mailId}`, { decision })).location).toBe(`${path}?done=${note}`);
  },
);

test('a mail that is settled already is refused on either page, and so is a word that is none', async () => {
  const { signedIn } = await asOperator({ settleMail: 'settled' });
  for (const path of [runPath, '/operator/audits']) {
    const refused = await signedIn.post(`${path}/mails/${mailId}`, { decision: 'was-sent' });
    expect([refused.status, refused.html.includes('is settled already')]).toEqual([422, true]);
    expect((await signedIn.post(`${path}/mails/${mailId}`, { decision: 'perhaps' })).status).toBe(404);
  }
});

const buttonsOf = (html: string) => [...html.matchAll(/name="decision" value="([\w-]+)"/g)].map(([, decision]) => decision);

test('the board asks whether a mail was sent, or is to be sent again where something would', async () => {
  const { signedIn } = await asOperator();
  expect(buttonsOf((await signedIn.get(runPath)).html)).toEqual(['was-sent', 'send-again']);
  const audits = await signedIn.get('/operator/audits');
  expect(buttonsOf(audits.html)).toEqual(['was-sent', 'never-sent']);
  expect(audits.html).toContain('It was for jo@brightsparks.example.');
});

test('another run’s mail is not settled from this one', async () => {
  const { signedIn, people } = await asOperator();
  expect((await signedIn.post(`${runPath}/mails/${otherUser}`, { decision: 'was-sent' })).status).toBe(404);
  expect(people.calls.map(({ method }) => method)).not.toContain('settleMail');
});

const reversed = (value: object) => Object.fromEntries(Object.entries(value).toReversed());

test('the submission stands in the form’s order, the week in the week’s, whatever the database keeps', async () => {
  const form = { ...reversed(aForm()), workingHours: reversed(aForm().workingHours), 'of old': 'an answer' };
  const page = aRunPage();
  const { signedIn } = await asOperator({ runPage: { ...page, submission: { ...page.submission!, form } } });
  const { html } = await signedIn.get(runPath);
  const order = ['Business name', 'Services', 'First name', 'Working hours', 'monday', 'tuesday', 'sunday', 'Goals', 'of old'];
  const places = order.map((word) => html.indexOf(word, html.indexOf('<h2>Submission</h2>')));
  expect(places).toEqual(places.toSorted((one, two) => one - two));
  expect(places).not.toContain(-1);
});

test('what looked odd stands with the submission, and that a correction does not change who signs in', async () => {
  const page = aRunPage();
  const steps = page.report.steps.map((step) => ({
    ...step,
    evidence: step.step === 'ReviewOnboarding' ? { flags: 'services: too short' } : {},
  }));
  const shown = { ...page, loginEmail: 'jo@gmial.com', report: { ...page.report, steps } };
  const { html } = await (await asOperator({ runPage: shown })).signedIn.get(runPath);
  expect(html).toContain('Looked odd: services: too short.');
  expect(html).toContain('The client signs in as jo@gmial.com');
  const { html: fine } = await (await asOperator()).signedIn.get(runPath);
  expect(fine).not.toContain('Looked odd');
  expect(fine).not.toContain('The client signs in as');
});

const rounds = (names: string[]) => Object.fromEntries(names.map((name) => [name, '2026-11-22T00:00:00.000Z']));

test('where no audit has looked yet the board does not say that all is well', async () => {
  const audits = { operatorName: 'Sam', openTotal: 0, open: [], resolved: [] };
  const said = async (names: string[]) =>
    (await (await asOperator({ audits: { ...audits, rounds: rounds(names) } })).signedIn.get('/operator/audits')).html;
  expect(await said([])).toContain('Nobody has looked yet.');
  expect(await said(['numbers', 'runs', 'mails', 'webhooks'])).toContain('Not looked at yet: deposits.');
  expect(await said(['numbers', 'runs', 'mails', 'webhooks', 'deposits'])).toContain('what the vendors hold is what we have noted');
});

test('one conversation is read from a text on', async () => {
  const { signedIn, people } = await asOperator();
  const path = `/operator/businesses/${businessId}/leads/${otherUser}`;
  expect((await signedIn.get(path)).html).toContain('?before=1">Earlier texts</a>');
  await signedIn.get(`${path}?before=7`);
  await signedIn.get(`${path}?before=x`);
  expect(people.calls.filter(({ method }) => method === 'clientThread').map(({ args: [, before] }) => before)).toEqual([null, '7', null]);
});

describe('a run that waits for the operator', () => {
  const facts = aRunPage();
  const failing = (step: 'ProvisionNumber' | 'SendWelcome' | 'VerifySystem' | 'ConfirmDeposit', error: string) =>
    failureAdvice({ ...facts, report: { ...facts.report, failure: { step, error, message: null } } });

  test('says what the alert says: meaning, remedy, and what a redrive does and costs', async () => {
    const { html } = await (await asOperator()).signedIn.get(runPath);
    expect(html).toContain('The reply to the test SMS is not fit for a client.');
    expect(html).toContain('It sends one fresh test SMS and looks for the answer again. Cost: two SMS');
  });

  test.each([
    [failing('ProvisionNumber', 'RegulatoryBundleRequired'), 'approved regulatory bundle', 'buys nothing, for the number is there'],
    [failing('SendWelcome', 'EmailUnconfirmed'), 'handed over', 'never a second one'],
    [failing('ConfirmDeposit', 'InvoiceNotScreened'), 'never passed', 'Don’t redrive'],
    [failing('VerifySystem', 'TypeError'), 'This is a bug', 'Then redrive the execution'],
  ])('%o', (advice, means, redrive) => {
    expect(advice).toEqual({ means: expect.stringContaining(means), do: expect.any(String), redrive: expect.stringContaining(redrive) });
    expect(advice?.do).not.toContain('{');
  });

  test('and whose ledger was told nothing points at the alert', () => {
    const report = { ...facts.report, failure: null, currentStep: 'AwaitOnboarding' as const };
    expect(failureAdvice({ ...facts, report })?.do).toContain('Its alert says why');
  });

  test.each(['machine', 'client', 'schedule', null] as const)('is not one that waits for %s', (waitingFor) => {
    expect(failureAdvice({ ...facts, standing: { ...facts.standing, waitingFor } })).toBeUndefined();
  });

  test('for more than 14 days is to be re-issued, not redriven', () => {
    const standing = { ...facts.standing, sinceMs: 15 * 86_400_000 };
    expect(failureAdvice({ ...facts, standing })?.redrive).toMatch(/re-issue -- INV-0042.* It /);
  });
});
