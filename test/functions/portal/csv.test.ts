import { csvOf } from '../../../functions/portal/csv';
import { businessId, userId } from '../../fakes/a-run';
import { home } from './pages';
import { aFrame, answers, leadId } from './samples';
import { email, world } from './world';

const cell = (text: string) => csvOf([[text]]).slice(2, -3);

test.each(['=1+1', '+SUM(A1)', '-2+3', '@cmd', '\tcmd', '  =1', '|calc', '%0A', '＝1', '\uFEFF=1', '\r=1'])(
  '%j opens as text in a spreadsheet',
  (text) => {
    expect(cell(text)).toBe(`'${text}`);
  },
);

test.each(['Jo', '12', '+61480000777', 'a=b', '1-2'])('%j stays as it is', (text) => {
  expect(cell(text)).toBe(text);
});

test('quotes and line breaks stay in their cell', () => {
  expect(csvOf([['a "b"', 'c\nd', null, 3]])).toBe('\uFEFF"a ""b""","c\nd","","3"\r\n');
});

test('what leads have written is a table without a formula, one line for each text', async () => {
  const row = { leadId, name: '=cmd()', phone: '+61480000777', outcome: null, optedOut: false, leadSince: '2026-11-21T14:00:00.000Z' };
  const text = { label: null, direction: 'inbound', body: '@SUM(1)', at: '2026-11-21T14:00:00.000Z' };
  const exportLeads = { frame: aFrame(), rows: [{ ...row, ...text }] };
  const { signedIn } = await world({
    session: { people: [{ userId, email, businesses: [businessId] }], member: { ...answers(), exportLeads } },
  });
  const { html, headers } = await signedIn.get(`${home}/leads.csv`);
  expect(headers.get('content-type')).toBe('text/csv; charset=utf-8');
  expect(headers.get('content-disposition')).toBe('attachment; filename="leads.csv"');
  expect(html).toContain(`"'=cmd()","+61480000777","2026-11-22"`);
  expect(html).toContain(`"lead","'@SUM(1)"`);
});
