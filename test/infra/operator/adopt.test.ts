/** The file of hand-made clients, and what becomes of its rows. */
import { readFileSync } from 'node:fs';
import { adoptAll, adoptedText } from '../../../infra/operator/adoption';
import { readClients } from '../../../infra/operator/clients-file';
import { parseCsv } from '../../../infra/operator/csv';
import { typedHours } from '../../../infra/operator/typed-hours';
import type { Adoption, Adoptions } from '../../../shared/adoption';
import { defaultWorkingHours } from '../../../shared/working-hours';
import { fakeTelephony } from '../../fakes/telephony';

const now = new Date('2026-11-22T00:00:00Z');
const columns = {
  business_name: 'Harbour Plumbing',
  first_name: 'Kim',
  last_name: 'Lee',
  email: 'Kim@Harbour.example',
  mobile: '0491 577 002',
  phone_number: '0480 000 042',
  services: 'Taps and drains',
  suburb: 'Manly',
  state: 'nsw',
  postcode: '2095',
  xero_contact_id: '7d9d4b52-0000-4000-8000-00000000000a',
  live_at: '2025-03-01',
};
type Columns = Partial<
  Record<keyof typeof columns | 'time_zone' | 'working_hours' | 'invoice_number' | 'business_id' | 'goals' | 'notes', string>
>;

const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;
const line = (fields: string[]) => fields.map(quoted).join(',');
function fileOf(...rows: Columns[]): string {
  const all = rows.map((row) => ({ ...columns, ...row }));
  const header = Object.keys(Object.assign({}, ...all) as Columns);
  return [line(header), ...all.map((row) => line(header.map((name) => (row as Record<string, string>)[name] ?? '')))].join('\r\n');
}
const read = (...rows: Columns[]) => readClients(fileOf(...rows), now);

describe('CSV', () => {
  test.each([
    [
      'plain lines',
      'a,b\nc,d',
      [
        ['a', 'b'],
        ['c', 'd'],
      ],
    ],
    [
      'a byte order mark, CRLF and a last line end',
      '\uFEFFa,b\r\nc,d\r\n',
      [
        ['a', 'b'],
        ['c', 'd'],
      ],
    ],
    ['quotes, commas and line ends in a field', '"a ""x"", y","b\nc"\n', [['a "x", y', 'b\nc']]],
    [
      'empty fields and lines',
      'a,,\n\n,,\n,b',
      [
        ['a', '', ''],
        ['', 'b'],
      ],
    ],
    ['nothing after a comma', 'a,', [['a', '']]],
    ['nothing at all', '', []],
  ])('reads %s', (_what, text, rows) => {
    expect(parseCsv(text)).toEqual(rows);
  });

  test.each(['a,"b', 'a,b"c"', '"a"b,c'])('refuses %s with the row', (text) => {
    expect(() => parseCsv(`x,y\n${text}`)).toThrow(/Row 2 has a quotation mark/);
  });
});

describe('typed working hours', () => {
  const nine = { enabled: true, start: '09:00', end: '17:00' };
  test('a span of days and a single day; days that are not named are closed', () => {
    const week = typedHours('Mon-Fri 09:00-17:00; sat 08:30 – 12:00');
    expect(week).toMatchObject({
      monday: nine,
      friday: nine,
      saturday: { enabled: true, start: '08:30', end: '12:00' },
      sunday: { enabled: false },
    });
  });
  test.each(['9 to 5', 'mon-fri 9-17', 'fri-mon 09:00-17:00', 'mo 09:00-17:00', 'mon 17:00-09:00', 'mon 09:00-25:00'])(
    '%s cannot be read',
    (text) => {
      expect(typedHours(text)).toBeUndefined();
    },
  );
});

describe('a row', () => {
  test('is read with numbers as people type them, the state’s time zone, and what nobody recorded said so', () => {
    const [row] = read({ invoice_number: 'INV-0007' });
    expect(row).toMatchObject({ row: 2, name: 'Harbour Plumbing', problems: [], e164: '+61480000042' });
    expect(row?.client).toMatchObject({
      email: 'kim@harbour.example',
      mobile: '+61491577002',
      liveAt: '2025-03-01T00:00:00.000Z',
      timeZone: 'Australia/Sydney',
      workingHours: null,
      invoiceNumber: 'INV-0007',
      businessId: null,
      form: { lastName: 'Lee', state: 'NSW', goals: 'Not recorded: the client was set up by hand' },
    });
  });

  test('takes hours, time zone and a local number', () => {
    const [row] = read({ working_hours: 'mon-fri 09:00-17:00', time_zone: 'Australia/Perth', phone_number: '+61 2 5550 0001' });
    expect(row).toMatchObject({
      problems: [],
      e164: '+61255500001',
      client: { timeZone: 'Australia/Perth', workingHours: { monday: defaultWorkingHours.monday } },
    });
  });

  test.each<[string, Columns, RegExp]>([
    ['no e-mail address', { email: 'kim' }, /^email: /],
    ['a number that is none', { phone_number: '12' }, /^phone_number: is no phone number$/],
    ['a landline as mobile that is none', { mobile: 'call me' }, /^mobile: /],
    ['a contact id that is none', { xero_contact_id: 'Harbour' }, /^xero_contact_id: /],
    ['hours that cannot be read', { working_hours: '9-5' }, /^working_hours: write it like mon-fri/],
    ['a day in the future', { live_at: '2026-12-01' }, /^live_at: lies in the future$/],
    ['a day that is none', { live_at: '1/3/2025' }, /^live_at: /],
    ['no services', { services: ' ' }, /^services: /],
    ['an unknown state', { state: 'XX' }, /^state: /],
  ])('with %s says so', (_what, change, problem) => {
    const [row] = read(change);
    expect(row?.problems).toEqual([expect.stringMatching(problem)]);
  });

  test('with a number or contact of an earlier row says which', () => {
    const [, second] = read({}, { xero_contact_id: '7d9d4b52-0000-4000-8000-00000000000b' });
    expect(second?.problems).toEqual(['row 2 has +61480000042 as well']);
    expect(read({}, { phone_number: '0480 000 043' })[1]?.problems).toEqual([expect.stringContaining('row 2 has 7d9d4b52')]);
  });
});

test('the example in docs is a file that can be read', () => {
  const rows = readClients(readFileSync('docs/clients.example.csv', 'utf8'), now);
  expect(rows.map(({ problems }) => problems)).toEqual([[], []]);
  expect(rows[1]?.client).toMatchObject({ timeZone: 'Australia/Perth', workingHours: null, invoiceNumber: null });
});

test('a header that lacks, repeats or invents a column is refused with its names', () => {
  expect(() => readClients('business_name,email,e-mail,email\n', now)).toThrow(/lacks first_name.*does not know e-mail; has twice email/);
});

describe('adopting', () => {
  const adopted: Adoption = {
    outcome: 'adopted',
    runId: crypto.randomUUID(),
    businessId: crypto.randomUUID(),
    business: 'created',
    login: 'none',
  };
  function services(numbers: string[]) {
    const asked: Parameters<Adoptions['adopt']>[0][] = [];
    const telephony = { findByNumber: async (e164: string) => (numbers.includes(e164) ? { ...number, e164 } : undefined) };
    return { asked, telephony, adoptions: { adopt: async (wish: Parameters<Adoptions['adopt']>[0]) => (asked.push(wish), adopted) } };
  }
  const number = { sid: 'PN1', e164: '', tag: '', smsUrl: '', smsMethod: '', smsFallbackUrl: '', voiceUrl: '', statusCallback: '' };
  const wish = { isDryRun: false, by: 'Pat', testNumber: '+61491570156' };

  test('a row with problems, of a number that is not ours, or of our test number, reaches no database; the others are adopted', async () => {
    const rows = read(
      { email: 'x' },
      { phone_number: '0480 000 043', xero_contact_id: crypto.randomUUID() },
      { phone_number: '0491 570 156', xero_contact_id: crypto.randomUUID() },
      { phone_number: '0480 000 044', xero_contact_id: crypto.randomUUID() },
    );
    const uses = services(['+61480000044', '+61491570156']);
    const told: string[] = [];
    const results = await adoptAll({ rows, ...wish }, uses, (each) => told.push(adoptedText(each, false)));
    expect(results.map(({ row, outcome }) => [row, outcome])).toEqual([
      [2, 'wrong'],
      [3, 'refused'],
      [4, 'refused'],
      [5, 'adopted'],
    ]);
    expect(uses.asked).toEqual([expect.objectContaining({ number: { e164: '+61480000044', sid: 'PN1' }, isDryRun: false, by: 'Pat' })]);
    expect(told.join('\n')).toMatch(
      /row 2 .*NOT ADOPTED: email[^]*does not have the number[^]*own test number[^]*row 5 .*adopted, business created, no login yet/,
    );
  });

  test('nothing that buys, changes or sends is within reach', async () => {
    const telephony = fakeTelephony({ stock: ['+61480000042'] });
    await adoptAll({ rows: read({}), ...wish }, { ...services([]), telephony }, () => undefined);
    expect(telephony.owned).toEqual([]);
  });
});
