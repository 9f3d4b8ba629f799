/** Day 3: no text message has come in yet. */
import type { Brand } from '../config';
import { displayPhone } from '../phone';
import { composeMail, type Mail } from './mail';

/** `number` in E.164. */
export function smsTipsMail(brand: Brand, facts: { firstName: string; businessName: string; number: string }): Mail {
  const number = displayPhone(facts.number);
  return composeMail(brand, {
    subject: 'Three tips to get your first leads by SMS',
    greetingName: facts.firstName,
    blocks: [
      { kind: 'text', text: `${facts.businessName} is ready to answer, but nobody has texted ${number} yet. What works for others:` },
      {
        kind: 'list',
        ordered: true,
        items: [
          `Put ${number} on your website, your Google profile and your van, with the words "Text us".`,
          `Say it in your voicemail greeting: "Can't talk? Text ${number}."`,
          'Text it yourself, as a customer would, and watch the conversation on your dashboard.',
        ],
      },
      { kind: 'text', text: 'Would you like a hand with any of these? Just reply.' },
    ],
  });
}
