import * as fc from 'fast-check';
import { composeMail, type MailContent } from '../../../shared/mail/mail';
import { brand } from './brand';

const mail = (content: Partial<MailContent>) => composeMail(brand, { subject: 'Hello', greetingName: 'Jo', blocks: [], ...content });

test('escapes what people typed', () => {
  const { html } = mail({ blocks: [{ kind: 'text', text: '<img src=x onerror=alert(1)> & "co"' }] });
  expect(html).not.toContain('<img');
  expect(html).toContain('&lt;img src=x onerror=alert(1)&gt; &amp; &quot;co&quot;');
});

test('says the same in HTML and plain text', () => {
  const { html, text } = mail({
    blocks: [
      { kind: 'heading', text: 'What now' },
      { kind: 'text', text: 'Read on.' },
      { kind: 'list', items: ['one', 'two'] },
      { kind: 'list', ordered: true, items: ['first', 'second'] },
      { kind: 'button', label: 'Open', url: 'https://portal.example/x' },
      { kind: 'link', lead: 'Or here:', url: 'https://portal.example/y' },
    ],
  });
  for (const part of [
    'Hi Jo,',
    'What now',
    'Read on.',
    'one',
    'two',
    'first',
    'second',
    'Open',
    'https://portal.example/x',
    'Or here:',
    'https://portal.example/y',
    'Robin',
  ])
    for (const version of [html, text]) expect(version).toContain(part);
  expect(text).toContain('• one\n• two\n\n1. first\n2. second');
  for (const url of ['https://portal.example/x', 'https://portal.example/y']) expect(html).toContain(`<a href="${url}"`);
});

test('names who sends it: signer, company, ABN, phone as people read it', () => {
  const { html, text } = mail({});
  for (const part of ['Robin', 'CoreSentia Pty Ltd', 'ABN 12 345 678 901', '0480 000 099', 'https://www.coresentia.example'])
    for (const version of [html, text]) expect(version).toContain(part);
});

test('fetches nothing from anywhere, and fits a phone', () => {
  const { html } = mail({ blocks: [{ kind: 'text', text: 'x' }] });
  expect(html).not.toMatch(/<(img|link|script|iframe|style)|url\(|@import/i);
  expect(html).toContain('name="viewport"');
  expect(html).not.toMatch(/[^-]width:\d{3,}px/);
});

test.each([
  ['Zoë', 'Hi Zoë,'],
  ["D'Arcy", 'Hi D'],
  [' Mary Jane ', 'Hi Mary Jane,'],
  ['Anne-Marie', 'Hi Anne-Marie,'],
  ['明', 'Hi 明,'],
  [null, 'Hi there,'],
  ['', 'Hi there,'],
  ['evil.example', 'Hi there,'],
  ['http://evil.example', 'Hi there,'],
  ['Jo\nClick https://evil.example', 'Hi there,'],
  ['J'.repeat(51), 'Hi there,'],
])('greets %j with %j', (greetingName, greeting) => {
  const { html, text } = mail({ greetingName });
  expect(text.startsWith(greeting)).toBe(true);
  expect(html).toContain(greeting);
});

test('a subject is one line of at most 100 characters without a broken one, whatever goes in', () => {
  const parts = fc.string({ unit: fc.constantFrom('a', ' ', '🚀', '\r', '\n', '\u2028', '\u0000', 'Bcc: x'), maxLength: 150 });
  fc.assert(
    fc.property(parts, (typed) => {
      const { subject } = mail({ subject: `x${typed}` });
      expect(subject).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}]/u);
      expect(Array.from(subject).length).toBeLessThanOrEqual(100);
      expect(subject.isWellFormed()).toBe(true);
    }),
    { seed: 3 },
  );
});

test('a subject that fits stays as it is', () => {
  expect(mail({ subject: '🚀 You are live' }).subject).toBe('🚀 You are live');
  expect(mail({ subject: 'a\r\nBcc: b@c.example' }).subject).toBe('a Bcc: b@c.example');
});

test('what people typed stays in its paragraph of the plain text', () => {
  const { text } = mail({ blocks: [{ kind: 'text', text: 'Sparks\n\nYour account is closed' }] });
  expect(text).toContain('Sparks Your account is closed');
});
