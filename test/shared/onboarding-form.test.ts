import { OnboardingForm } from '../../shared/onboarding-form';
import { aForm } from '../fakes/a-run';

const takes = (changes: object) => OnboardingForm.safeParse({ ...aForm(), ...changes }).success;

test('a form without anything odd is taken as it is', () => {
  expect(OnboardingForm.parse(aForm())).toEqual(aForm());
});

test('the e-mail is compared and stored in small letters', () => {
  expect(OnboardingForm.parse(aForm({ email: 'Jo@BrightSparks.Example' })).email).toBe('jo@brightsparks.example');
});

test.each(Object.keys(aForm()))('without %s a form is not complete', (field) => {
  expect(takes({ [field]: undefined })).toBe(false);
  expect(takes({ [field]: '' })).toBe(false);
  expect(takes({ [field]: 7 })).toBe(false);
});

test.each([
  ['businessName', 80],
  ['firstName', 50],
  ['lastName', 50],
  ['suburb', 60],
  ['services', 1000],
  ['currentBookingProcess', 2000],
  ['goals', 2000],
])('%s has at most %i characters', (field, maximum) => {
  expect(takes({ [field]: 'x'.repeat(maximum) })).toBe(true);
  expect(takes({ [field]: 'x'.repeat(maximum + 1) })).toBe(false);
});

test.each(['businessName', 'firstName', 'lastName', 'suburb'])('%s is one line of characters that can be stored', (field) => {
  for (const text of ['a\nb', 'a\0b', 'a\u0007b', '\ud800', '\u200b']) expect(takes({ [field]: text })).toBe(false);
});

test.each(['services', 'currentBookingProcess', 'goals'])('%s may have lines', (field) => {
  expect(takes({ [field]: 'lights\n\tswitchboards' })).toBe(true);
  for (const text of ['a\0b', '\udc00', ' \n ']) expect(takes({ [field]: text })).toBe(false);
});

test.each(['0480000123', '61480000123', '+0480000123'])('the mobile %s is not in E.164', (mobile) => {
  expect(takes({ mobile })).toBe(false);
});

test.each(['Sydney', 'UTC', 'America/New_York'])('%s is no Australian time zone', (timeZone) => {
  expect(takes({ timeZone })).toBe(false);
});
