import { readFileSync } from 'node:fs';
import { auditDeposits } from '../../../shared/audit/deposits';
import { adviceFor, findingKinds } from '../../../shared/audit/finding';
import { auditMails } from '../../../shared/audit/mails';
import { auditNumbers } from '../../../shared/audit/numbers';
import { auditOffboardings, auditRuns } from '../../../shared/audit/runs';
import { auditWebhooks } from '../../../shared/audit/webhooks';
import type { AuditedRun, HeardWebhooks, NumberBook } from '../../../shared/ports/audits';
import type { OwnedNumber } from '../../../shared/ports/twilio';

const now = new Date('2026-11-22T12:00:00Z');
const ago = (hours: number) => new Date(now.getTime() - hours * 3_600_000).toISOString();
const runId = '11111111-0000-4000-8000-000000000000';
const otherRun = '22222222-0000-4000-8000-000000000000';
const businessId = '33333333-0000-4000-8000-000000000000';
const e164 = '+61480000001';
const testNumber = '+61480000099';
const webhooks = {
  smsUrl: 'https://a/sms',
  smsFallbackUrl: 'https://a/fallback',
  voiceUrl: 'https://a/voice',
  statusCallback: 'https://a/status',
};
const owned = (changes: Partial<OwnedNumber> = {}): OwnedNumber => ({
  sid: 'PN1',
  e164,
  tag: `run-${runId}`,
  smsMethod: 'POST',
  ...webhooks,
  ...changes,
});
const row = (changes: Partial<NumberBook['numbers'][number]> = {}) => ({
  runId,
  e164,
  sid: 'PN1',
  state: 'configured',
  since: ago(48),
  ...changes,
});
const business = (changes: Partial<NumberBook['businesses'][number]> = {}) => ({ businessId, runId, e164, ...changes });

interface World {
  owned?: OwnedNumber[];
  rows?: ReturnType<typeof row>[];
  before?: ReturnType<typeof row>[];
  businesses?: ReturnType<typeof business>[];
}
function numbers({ owned: inventory = [owned()], rows = [row()], before = rows, businesses = [business()] }: World) {
  const found = auditNumbers({
    owned: [...inventory, owned({ sid: 'PN99', e164: testNumber, tag: 'our test number', smsUrl: '' })],
    book: { numbers: rows, businesses },
    before: { numbers: before, businesses },
    webhooks,
    testNumber,
    now,
  });
  return found.map(({ kind, subject }) => `${kind} ${subject}`);
}

test.each<[string, World]>([
  ['a client’s number that points at us', {}],
  [
    'an adopted number that points elsewhere',
    { owned: [owned({ tag: 'Bright Sparks', smsUrl: 'https://old' })], rows: [row({ state: 'adopted' })] },
  ],
  ['a quarantined number whose business is suspended', { rows: [row({ state: 'quarantined' })], businesses: [] }],
  ['a purchase that is being recorded', { rows: [row({ sid: null, state: 'requested', since: ago(0.5) })], businesses: [] }],
  ['a number that was only chosen', { owned: [], rows: [row({ sid: null, state: 'reserved' })], businesses: [] }],
  ['a number that was bought while Twilio was asked', { owned: [], before: [row({ sid: null, state: 'requested' })] }],
  ['a hand-made client’s number', { owned: [owned({ tag: 'Bright Sparks' })], rows: [], businesses: [business({ runId: null })] }],
])('%s is nothing to find', (_, world) => {
  expect(numbers(world)).toEqual([]);
});

test.each<[string, World, string[]]>([
  ['a configured number that points elsewhere', { owned: [owned({ smsUrl: 'https://old' })] }, ['number-misrouted PN1']],
  [
    'a quarantined number that points elsewhere',
    { owned: [owned({ smsUrl: 'https://old' })], rows: [row({ state: 'quarantined' })], businesses: [] },
    ['number-misrouted PN1'],
  ],
  ['a number that Twilio does not have', { owned: [] }, ['number-missing PN1']],
  ['a quarantined number that is gone', { owned: [], rows: [row({ state: 'quarantined' })], businesses: [] }, ['number-missing PN1']],
  ['an adopted number that is gone', { owned: [], rows: [row({ state: 'adopted' })] }, ['number-missing PN1']],
  ['a number with the tag of a run that has none', { rows: [], businesses: [] }, ['number-orphaned PN1']],
  ['a second number with a run’s tag', { owned: [owned(), owned({ sid: 'PN2', e164: '+61480000002' })] }, ['number-doubled PN2']],
  [
    'a number without a tag and a business',
    { owned: [owned(), owned({ sid: 'PN2', e164: '+61480000002', tag: '0480 000 002' })] },
    ['number-unknown PN2'],
  ],
  [
    'a tag that only looks like ours',
    { owned: [owned(), owned({ sid: 'PN2', e164: '+61480000002', tag: 'run-away' })] },
    ['number-unknown PN2'],
  ],
  [
    'a purchase that nobody recorded',
    { rows: [row({ sid: null, state: 'requested', since: ago(2) })], businesses: [] },
    ['number-unrecorded PN1'],
  ],
  [
    'a business with another number than its run',
    { businesses: [business({ e164: '+61480000007' })] },
    [`business-misnumbered ${businessId}`],
  ],
  [
    'two businesses with one number',
    { businesses: [business(), business({ businessId: otherRun, runId: null })] },
    [`number-doubled ${otherRun}`],
  ],
])('%s is found', (_, world, found) => {
  expect(numbers(world)).toEqual(found);
});

const standing = (changes: Partial<AuditedRun>) =>
  auditRuns([{ runId, invoiceNumber: 'INV-0042', step: 'CreateLogin', waitingFor: 'machine', since: ago(1), ...changes }], now)[0]?.kind;

test.each<[Partial<AuditedRun>, string | undefined]>([
  [{ since: ago(0.4) }, undefined],
  [{ since: ago(0.6) }, 'run-stuck'],
  [{ step: 'SendWelcome', since: ago(0.6) }, undefined],
  [{ step: 'SendWelcome', since: ago(0.8) }, 'run-stuck'],
  [{ waitingFor: 'client', step: 'AwaitOnboarding', since: ago(24 * 9) }, undefined],
  [{ waitingFor: 'client', step: 'AwaitOnboarding', since: ago(24 * 10) }, 'client-silent'],
  [{ waitingFor: 'operator', since: ago(47) }, undefined],
  [{ waitingFor: 'operator', since: ago(48) }, 'run-failed'],
  [{ waitingFor: 'operator', since: ago(24 * 11) }, 'run-redrive-ending'],
  [{ waitingFor: 'operator', since: ago(24 * 14) }, 'run-past-redrive'],
])('a run that stands so (%j) is %s', (changes, kind) => {
  expect(standing(changes)).toBe(kind);
});

test.each([
  [{ step: 'DisableLogin', isFailed: false, since: ago(0.5) }, 'nothing to find'],
  [{ step: 'DisableLogin', isFailed: false, since: ago(2) }, 'stands after DisableLogin'],
  [{ step: null, isFailed: false, since: ago(2) }, 'has not begun'],
  [{ step: 'ReleaseNumber', isFailed: true, since: ago(47) }, 'nothing to find'],
  [{ step: 'ReleaseNumber', isFailed: true, since: ago(49) }, 'failed at ReleaseNumber'],
])('an offboarding that is %j: %s', (changes, words) => {
  const [found] = auditOffboardings([{ offboardingId: otherRun, runId, invoiceNumber: 'INV-0042', ...changes }], now);
  expect(found ? `${found.kind}: ${found.detail}` : 'nothing to find').toMatch(new RegExp(`^(offboarding-stuck: .*)?${words}`));
});

test('a mail of unknown fate waits for the operator’s word, one that came back for an address', () => {
  const mail = { mailId: otherRun, template: 'welcome', runId, invoiceNumber: 'INV-0042', since: ago(2) };
  const found = auditMails([
    { ...mail, status: 'unknown' },
    { ...mail, status: 'bounced' },
    { ...mail, status: 'complained' },
  ]);
  expect(found.map(({ kind }) => kind)).toEqual(['mail-unconfirmed', 'mail-returned', 'mail-returned']);
  expect(found[0]).toMatchObject({ subject: `${otherRun} welcome`, runId });
  expect(adviceFor(found[0]!, 'prod').do).toContain(`npm run settle-mail -- ${otherRun} --was-sent --stage prod`);
});

const heard: HeardWebhooks = { lastXeroWebhookAt: ago(100), missedInvoices: { count: 0, firstAt: null }, missedTexts: [] };
test.each<[string, Partial<HeardWebhooks>, string[]]>([
  ['silence', {}, []],
  ['an invoice that the sweep has just seen first', { missedInvoices: { count: 1, firstAt: ago(5) } }, []],
  ['an invoice that no webhook told of for hours', { missedInvoices: { count: 1, firstAt: ago(7) } }, ['xero-webhook-silent']],
  ['a webhook that never came', { lastXeroWebhookAt: null, missedInvoices: { count: 3, firstAt: ago(7) } }, ['xero-webhook-silent']],
  ['a text of this minute', { missedTexts: [{ sid: 'PN1', runId, count: 1, firstAt: ago(0.5) }] }, []],
  [
    'texts that only the reconciliation brought',
    { missedTexts: [{ sid: 'PN1', runId, count: 2, firstAt: ago(2) }] },
    ['text-webhook-silent'],
  ],
])('%s says of the webhooks what it proves', (_, changes, kinds) => {
  expect(auditWebhooks({ ...heard, ...changes }, now).map(({ kind }) => kind)).toEqual(kinds);
});

const invoice = { invoiceId: otherRun, invoiceNumber: 'INV-0042' };
test.each([
  ['deposit', 1, []],
  ['deposit', 3, ['deposit-without-run INV-0042']],
  ['near-miss', 47, []],
  ['near-miss', 49, ['deposit-undecided INV-0042']],
  ['ask-operator', 49, ['deposit-undecided INV-0042']],
] as const)('a paid invoice judged %s %i hours ago without a run: %j', (verdict, hours, found) => {
  const judged = auditDeposits({ screened: [{ ...invoice, verdict, since: ago(hours) }], unscreened: [] }, now);
  expect(judged.map(({ kind, subject }) => `${kind} ${subject}`)).toEqual(found);
});

test('an invoice whose number is free text is called by its id', () => {
  const [found] = auditDeposits({ screened: [], unscreened: [{ invoiceId: otherRun, invoiceNumber: 'Sam Smith 0480' }] }, now);
  expect(found).toMatchObject({ kind: 'payment-unscreened', subject: otherRun });
  expect(found?.detail).not.toContain('Sam');
});

test.each(findingKinds)('%s says what to do', (kind) => {
  const { title, do: action } = adviceFor({ kind, subject: 'INV-7 welcome', invoiceNumber: null }, 'prod');
  expect([title, action]).toEqual([expect.stringMatching(/^\S+ \S+/), expect.stringMatching(/\.$/)]);
  expect(action).not.toContain('{');
});

test('the runbook has a line for every kind', () => {
  const runbook = readFileSync('docs/runbook.md', 'utf8');
  expect(findingKinds.filter((kind) => !runbook.includes(`| \`${kind}\` |`))).toEqual([]);
});

test('a kind of another release points to the runbook', () => {
  expect(adviceFor({ kind: 'constructor', subject: 'x', invoiceNumber: null }, 'prod')).toEqual({
    title: 'constructor',
    do: 'See docs/runbook.md.',
  });
});
