import { leaks } from './scan';

const secrets = [
  { what: 'a name', value: 'Mia Nguyen' },
  { what: 'a phone number', value: '+61491571000' },
  { what: 'an address', value: 'mia@client.example' },
  { what: 'a key', value: 'xero-client-secret' },
];
const found = (text: string) => leaks([{ where: 'the log', text }], secrets);

test.each([
  ['a name in JSON in JSON', JSON.stringify({ cause: JSON.stringify({ errorMessage: 'no login for Mia Nguyen' }) }), 'the log: a name'],
  ['a name in other letters', 'MIA  NGUYEN', 'the log: a name'],
  ['a number as people write it', 'call 0491 571 000', 'the log: a phone number'],
  ['a number in a URL', 'To=%2B61491571000', 'the log: a phone number'],
  ['an address in a form', 'email=mia%40client.example', 'the log: an address'],
  ['a key', 'Bearer xero-client-secret', 'the log: a key'],
  ['a session', 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.x', 'the log: a token of a session'],
  ['a link', 'https://x.example/welcome/AbCdEfGhIjKlMnOpQrStUvWxYz0123', 'the log: a link with a token'],
  ['somebody’s address that no list has', 'to kim@trades.example', 'the log: an e-mail address'],
])('%s is found', (_, text, finding) => {
  expect(found(text)).toContain(finding);
});

test.each(['INV-0042 failed at ProvisionNumber', 'run 5b0e4f6e-3c1f-4a55-9d0e-0a4c5a3a9b99', 'Mianguyenne', '{"statusCode":200}'])(
  '%s is nobody’s',
  (text) => {
    expect(found(text)).toEqual([]);
  },
);

test('a finding never tells the value', () => {
  expect(found('Mia Nguyen, +61491571000').join()).not.toMatch(/Nguyen|571/);
});
