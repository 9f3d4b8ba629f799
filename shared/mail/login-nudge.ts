/** Day 1: nobody has looked at the dashboard yet. */
import type { Brand } from '../config';
import { composeMail, type Mail } from './mail';

export function loginNudgeMail(
  brand: Brand,
  facts: { firstName: string; businessName: string; dashboardUrl: string; signInUrl: string },
): Mail {
  return composeMail(brand, {
    subject: 'Your dashboard is waiting for you',
    greetingName: facts.firstName,
    blocks: [
      {
        kind: 'text',
        text: `${facts.businessName} is live, and you have not been on your dashboard yet. That is where your leads arrive.`,
      },
      { kind: 'button', label: 'Open your dashboard', url: facts.dashboardUrl },
      { kind: 'link', lead: 'No password yet, or the link ran out? Have a new one e-mailed to you:', url: facts.signInUrl },
      { kind: 'text', text: 'Stuck? Reply to this e-mail and we help.' },
    ],
  });
}
