/** Reminds a client of the onboarding form. */
import type { Brand } from '../config';
import { composeMail, type Mail } from './mail';

const subjects = {
  1: 'One step left: tell us about your business',
  3: 'Your set-up is waiting for you',
  7: 'Can we help you with the form?',
} as const;

const openings = {
  1: 'We are ready to set up your number: all we need is your onboarding form. It takes about five minutes.',
  3: 'Your deposit is here and everything is prepared. As soon as we have your onboarding form, we set up your number and your dashboard.',
  7: 'A week ago your deposit arrived, and we would love to get you live. Is anything about the form unclear? Reply to this e-mail and we help.',
} as const;

/** `day`: days since the deposit. */
export function reminderMail(brand: Brand, facts: { day: 1 | 3 | 7; firstName: string | null; formUrl: string }): Mail {
  return composeMail(brand, {
    subject: subjects[facts.day],
    greetingName: facts.firstName,
    blocks: [
      { kind: 'text', text: openings[facts.day] },
      { kind: 'button', label: 'Fill in the onboarding form', url: facts.formUrl },
    ],
  });
}
