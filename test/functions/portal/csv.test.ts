import { gunzipSync } from 'node:zlib';
import { handle, type LambdaContext, type LambdaEvent } from 'hono/aws-lambda';
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

const row = { leadId, name: '=cmd()', phone: '+61480000777', outcome: null, optedOut: false, leadSince: '2026-11-21T14:00:00.000Z' };
const text = { label: null, direction: 'inbound', body: '@SUM(1)', at: '2026-11-21T14:05:00.000Z' };
const exporting = (exportLeads: object) =>
  world({
    session: {
      people: [{ userId, email, businesses: [businessId] }],
      member: { ...answers(), exportLeads: { frame: aFrame(), ...exportLeads } },
    },
  });

test('what leads have written is a table without a formula, one line for each text, at the business’s time', async () => {
  const { signedIn } = await exporting({ rows: [{ ...row, ...text }], total: 1 });
  const { html, headers } = await signedIn.get(`${home}/leads.csv`);
  expect(headers.get('content-type')).toBe('text/csv; charset=utf-8');
  expect(headers.get('content-disposition')).toBe('attachment; filename="leads.csv"');
  expect(html).toContain('"When (Australia/Sydney)"');
  expect(html).toContain(`"'=cmd()","+61480000777","2026-11-22"`);
  expect(html).toContain(`"2026-11-22 01:05","lead","'@SUM(1)"`);
  expect(html).not.toContain('not in this table');
});

test('a table that does not hold everything says so', async () => {
  const { signedIn } = await exporting({ rows: [{ ...row, ...text }], total: 1201 });
  expect((await signedIn.get(`${home}/leads.csv`)).html).toContain('The 1200 oldest texts are not in this table');
});

test('fifty thousand texts fit through Lambda', async () => {
  const words = 'Hi, my hot water is out in Newtown, number ';
  const rows = Array.from({ length: 50_000 }, (_, index) => ({ ...row, name: `Jo ${index % 5000}`, ...text, body: words + index }));
  const { app } = await exporting({ rows, total: rows.length });
  const answer = await handle(app)(download(`${home}/leads.csv`), {} as LambdaContext);
  expect(answer).toMatchObject({ statusCode: 200, isBase64Encoded: true, headers: { 'content-encoding': 'gzip' } });
  expect(JSON.stringify(answer).length).toBeLessThan(6_000_000);
  const table = gunzipSync(Buffer.from(answer.body, 'base64')).toString();
  expect(table.split('\r\n')).toHaveLength(50_002);
  expect(table.length).toBeGreaterThan(6_000_000);
});

/** As a browser asks through a function URL. */
function download(rawPath: string): LambdaEvent {
  const http = { method: 'GET', path: rawPath, protocol: 'HTTP/1.1', sourceIp: '127.0.0.1', userAgent: 'test' };
  return {
    version: '2.0',
    rawPath,
    rawQueryString: '',
    headers: { 'accept-encoding': 'gzip, deflate, br, zstd' },
    cookies: [`coresentia=${userId}`],
    requestContext: { domainName: 'portal.example', http },
    isBase64Encoded: false,
  } as unknown as LambdaEvent;
}
