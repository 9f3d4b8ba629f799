/** SOP step 1: the deposit is here, please fill in the form. */
import type { Brand } from '../config';
import { type Block, composeMail, type Mail } from './mail';

/** `hasEarlierForm`: a form with this e-mail address was sent before payment and can be used. */
export function confirmationMail(brand: Brand, facts: { firstName: string | null; formUrl: string; hasEarlierForm: boolean }): Mail {
  const earlier = 'You already sent us a form: open the link and choose "Use the form sent on …", or fill in a new one.';
  const blocks: Block[] = [
    { kind: 'text', text: "Great! Let's get you set up. Your deposit has arrived, thank you." },
    { kind: 'text', text: 'Tell us about your business: what you do, when you work and how people book you. It takes about five minutes.' },
    ...(facts.hasEarlierForm ? [{ kind: 'text' as const, text: earlier }] : []),
    { kind: 'button', label: 'Fill in the onboarding form', url: facts.formUrl },
    { kind: 'text', text: 'As soon as we have it, we set up your own number and your dashboard and write to you again.' },
    { kind: 'text', text: 'The link is yours alone, so please do not pass it on. Questions? Just reply to this e-mail.' },
  ];
  return composeMail(brand, { subject: "Great! Let's get you set up", greetingName: facts.firstName, blocks });
}
