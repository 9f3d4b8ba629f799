/** Day 7: the SOP's question. */
import type { Brand } from '../config';
import { composeMail, type Mail } from './mail';

export function followUpMail(brand: Brand, facts: { firstName: string; businessName: string; dashboardUrl: string }): Mail {
  return composeMail(brand, {
    subject: "How's it going? Any questions?",
    greetingName: facts.firstName,
    blocks: [
      { kind: 'text', text: `${facts.businessName} has been live for a week. How's it going? Any questions?` },
      {
        kind: 'text',
        text: 'Anything that confuses you, a reply that sounded wrong, something you miss: tell us by replying to this e-mail.',
      },
      { kind: 'button', label: 'Open your dashboard', url: facts.dashboardUrl },
    ],
  });
}
