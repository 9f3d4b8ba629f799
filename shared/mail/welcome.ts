/** The SOP's welcome mail. In place of its temporary password: a single-use link to choose one. */
import type { Brand } from '../config';
import { displayPhone } from '../phone';
import { type Block, composeMail, type Mail } from './mail';

/** `number` in E.164; `setPasswordUrl` null if the person signed in here before. */
export interface WelcomeFacts {
  firstName: string;
  businessName: string;
  number: string;
  dashboardUrl: string;
  setPasswordUrl: string | null;
}

export function welcomeMail(brand: Brand, facts: WelcomeFacts): Mail {
  const blocks: Block[] = [
    { kind: 'text', text: `Great news - the SMS lead capture system of ${facts.businessName} is live!` },
    { kind: 'text', text: `📱 Your Number: ${displayPhone(facts.number)}` },
    { kind: 'link', lead: '🔗 Your Dashboard:', url: facts.dashboardUrl },
    ...wayIn(facts),
    { kind: 'heading', text: 'What You Can Do:' },
    { kind: 'list', items: whatYouCanDo },
    { kind: 'heading', text: 'Getting Started:' },
    { kind: 'list', ordered: true, items: [facts.setPasswordUrl ? 'Choose your password and log in' : 'Log in', ...gettingStarted] },
    { kind: 'text', text: `Questions? Reply to this email or text me on ${displayPhone(brand.phone)}.` },
    { kind: 'text', text: 'Welcome aboard!' },
  ];
  return composeMail(brand, { subject: "🚀 You're Live! Here's Your CoreSentia Dashboard", greetingName: facts.firstName, blocks });
}

const whatYouCanDo = [
  'View all leads and conversations',
  'Manage your booking calendar',
  'Update your availability',
  'Track response rates',
];
const gettingStarted = [
  "You'll see a demo booking - feel free to delete it",
  'Test the system by texting your number',
  'Watch the magic happen!',
];

function wayIn({ setPasswordUrl, dashboardUrl }: WelcomeFacts): Block[] {
  if (!setPasswordUrl) {
    return [
      { kind: 'text', text: '🔐 Password: sign in as usual, with the e-mail address and password you already have.' },
      { kind: 'button', label: 'Open your dashboard', url: dashboardUrl },
    ];
  }
  return [
    { kind: 'text', text: '🔐 Password: choose your own. The link works once, within 14 days; after that the page sends you a new one.' },
    { kind: 'button', label: 'Choose your password', url: setPasswordUrl },
  ];
}
