import * as fc from 'fast-check';
import type { OnboardingForm } from '../../shared/onboarding-form';
import { oddities } from '../../shared/review';
import { defaultWorkingHours } from '../../shared/working-hours';
import { aForm } from '../fakes/a-run';

const contact = 'jo@brightsparks.example';
const odd = (changes: Partial<OnboardingForm>) => oddities(aForm(changes), changes.email ?? contact);
const hours = (start: string, end: string) => ({ ...defaultWorkingHours, monday: { enabled: true, start, end } });
const closed = Object.fromEntries(
  Object.entries(defaultWorkingHours).map(([day, hours]) => [day, { ...hours, enabled: false }]),
) as OnboardingForm['workingHours'];

test('an ordinary form has nothing odd', () => {
  expect(odd({})).toEqual([]);
});

test.each<[string, Partial<OnboardingForm>, string]>([
  ['closed all week', { workingHours: closed }, 'working hours: closed all week'],
  ['more than 16 hours a day', { workingHours: hours('05:00', '21:01') }, 'working hours: open for more than 16 hours on monday'],
  ['a landline', { mobile: '+61298765432' }, 'mobile: does not look like an Australian mobile'],
  ['a foreign number', { mobile: '+6421234567' }, 'mobile: does not look like an Australian mobile'],
  ['a test', { businessName: 'Test Pty Ltd' }, 'business name: looks like a test'],
  ['a demo', { businessName: 'demo' }, 'business name: looks like a test'],
  ['a word for services', { services: 'stuff' }, 'services: too short to tell what the business does'],
  ['services without a letter', { services: '1234567890!!' }, 'services: too short to tell what the business does'],
])('flags %s', (_, changes, flag) => {
  expect(odd(changes)).toEqual([flag]);
});

test.each([
  ['gmial.com', 'gmail.com'],
  ['gmai.com', 'gmail.com'],
  ['gmaill.com', 'gmail.com'],
  ['gmail.con', 'gmail.com'],
  ['hotmial.com', 'hotmail.com'],
  ['outlok.com', 'outlook.com'],
  ['yaho.com.au', 'yahoo.com.au'],
  ['bigpond.co', 'bigpond.com'],
])('flags %s as a slip for %s', (domain, meant) => {
  expect(odd({ email: `jo@${domain}` })).toEqual([`e-mail: the domain looks like a slip for ${meant}`]);
});

test.each(['gmail.com', 'yahoo.com.au', 'ymail.com', 'brightsparks.com.au', 'mail.coresentia.com', 'x.com'])(
  'takes %s as it is',
  (domain) => {
    expect(odd({ email: `jo@${domain}` })).toEqual([]);
  },
);

test.each(['Contest Cleaning', 'Greatest Plumbing', 'Attestation Services'])('does not take %s for a test', (businessName) => {
  expect(odd({ businessName })).toEqual([]);
});

test('flags an e-mail address other than the one on the invoice, whatever its case', () => {
  expect(oddities(aForm(), 'accounts@brightsparks.example')).toEqual(["e-mail: not the one of the invoice's contact"]);
  expect(oddities(aForm(), ' JO@BrightSparks.example')).toEqual([]);
});

test.each(['00', '10', '25', '59'])('exactly 16 hours from 05:%s are not odd', (minute) => {
  expect(odd({ workingHours: hours(`05:${minute}`, `21:${minute}`) })).toEqual([]);
});

test('tells nothing of what was answered', () => {
  const answers = fc.record({ businessName: fc.string({ minLength: 8 }), services: fc.string({ minLength: 8, maxLength: 8 }) });
  fc.assert(
    fc.property(answers, ({ businessName, services }) => {
      const flags = oddities(aForm({ businessName, services, email: 'jo.miller@gmial.com' }), 'else@x.example').join();
      for (const answer of [businessName, services, 'jo.miller']) expect(flags).not.toContain(answer);
    }),
    { seed: 7 },
  );
});
