import { DepositRule, judge } from '../../shared/deposit-rule';
import type { Invoice } from '../../shared/invoice';
import { anInvoice, tenantId } from '../support/an-invoice';

const base = { tenantIds: [tenantId], goLiveDate: '2026-11-01', marks: { itemCodes: ['DEPOSIT'] } };
const line = { itemCode: null, accountCode: null, trackingOptions: [] };
const contact = { ...anInvoice().contact };
type Case = [title: string, invoice: Partial<Invoice>, rule: object, verdict: string];

const cases: Case[] = [
  ['paid, marked, complete', {}, {}, 'deposit'],
  ['our organisation in capitals', { tenantId: tenantId.toUpperCase() }, {}, 'deposit'],
  ['another organisation', { tenantId: '00000000-0000-0000-0000-000000000000' }, {}, 'not-a-deposit'],
  ['a bill', { type: 'ACCPAY' }, {}, 'not-a-deposit'],
  ['no mark', { lines: [line] }, {}, 'not-a-deposit'],
  ['the day of going live', { date: '2026-11-01' }, {}, 'deposit'],
  ['the day before', { date: '2026-10-31' }, {}, 'not-a-deposit'],
  ['unpaid', { status: 'AUTHORISED', amountPaidCents: 0, amountDueCents: 50_000 }, {}, 'not-a-deposit'],
  ['a draft', { status: 'DRAFT', amountPaidCents: 0, amountDueCents: 50_000 }, {}, 'not-a-deposit'],
  ['voided', { status: 'VOIDED', amountPaidCents: 0, amountDueCents: 0 }, {}, 'not-a-deposit'],
  ['a $0 invoice', { totalCents: 0, amountPaidCents: 0 }, {}, 'not-a-deposit'],
  ['settled by a credit note', { amountPaidCents: 0 }, {}, 'near-miss'],
  ['partly by a credit note, the rest paid', { amountPaidCents: 20_000 }, {}, 'deposit'],
  ['US dollars', { currency: 'USD' }, {}, 'near-miss'],
  ['from a repeating invoice', { isRepeating: true }, {}, 'near-miss'],
  ['no e-mail address', { contact: { ...contact, email: null } }, {}, 'near-miss'],
  ['a blank e-mail address', { contact: { ...contact, email: '  ' } }, {}, 'near-miss'],
  ['part-paid', { status: 'AUTHORISED', amountPaidCents: 10_000, amountDueCents: 40_000 }, {}, 'near-miss'],
  [
    'part-paid where that counts',
    { status: 'AUTHORISED', amountPaidCents: 10_000, amountDueCents: 40_000 },
    { mode: 'partial' },
    'deposit',
  ],
  ['part-paid by the minimum', { status: 'AUTHORISED', amountPaidCents: 10_000 }, { mode: 'partial', minimumCents: 10_000 }, 'deposit'],
  ['part-paid by a cent less', { status: 'AUTHORISED', amountPaidCents: 9_999 }, { mode: 'partial', minimumCents: 10_000 }, 'near-miss'],
  ['fully paid where parts count', {}, { mode: 'partial', minimumCents: 10_000 }, 'deposit'],
  ['the item code in another case', { lines: [{ ...line, itemCode: 'deposit' }] }, {}, 'deposit'],
  ['the mark on the second line', { lines: [line, { ...line, itemCode: 'DEPOSIT' }] }, {}, 'deposit'],
  ['the reference', { lines: [], reference: 'dep-42' }, { marks: { referencePattern: '^DEP-' } }, 'deposit'],
  ['another reference', { lines: [], reference: 'X-DEP-42' }, { marks: { referencePattern: '^DEP-' } }, 'not-a-deposit'],
  ['the tracking option', { lines: [{ ...line, trackingOptions: ['Deposit'] }] }, { marks: { trackingOptions: ['Deposit'] } }, 'deposit'],
  ['the branding theme', { lines: [], brandingThemeId: 'theme-1' }, { marks: { brandingThemeIds: ['theme-1'] } }, 'deposit'],
  ['the account code', { lines: [{ ...line, accountCode: '260' }] }, { marks: { accountCodes: ['260'] } }, 'deposit'],
  ['no marks configured', {}, { marks: {} }, 'not-a-deposit'],
  [
    'an empty branding theme is no mark',
    { lines: [], brandingThemeId: null },
    { marks: { brandingThemeIds: ['theme-1'] } },
    'not-a-deposit',
  ],
];

test.each(cases)('%s', (...[, invoice, rule, verdict]) => {
  const judged = judge(anInvoice(invoice), DepositRule.parse({ ...base, ...rule }));
  expect(judged.verdict).toBe(verdict);
  expect(judged.reasons.length > 0).toBe(verdict !== 'deposit');
});

test('says everything that is missing', () => {
  const { reasons } = judge(anInvoice({ currency: 'NZD', contact: { ...contact, email: null } }), DepositRule.parse(base));
  expect(reasons).toEqual(['its currency is not AUD', 'its contact has no e-mail address']);
});

test('a reference pattern that is no regular expression is refused when the rule is read', () => {
  expect(DepositRule.safeParse({ ...base, marks: { referencePattern: '(' } }).success).toBe(false);
});
