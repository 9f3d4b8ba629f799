/** Offboarding undone: everything is on again. */
import type { Brand } from '../config';
import { displayPhone } from '../phone';
import { type Block, composeMail, type Mail } from './mail';

/** `number` in E.164; null if none was bought. `dashboardUrl` null: there was no business yet. `isUnfinished`: provisioning goes on where it stopped. */
export interface ReturningFacts {
  firstName: string | null;
  businessName: string;
  number: string | null;
  dashboardUrl: string | null;
  isUnfinished: boolean;
}

export function returningMail(brand: Brand, facts: ReturningFacts): Mail {
  return composeMail(brand, {
    subject: 'Your CoreSentia service is on again',
    greetingName: facts.firstName,
    blocks: [{ kind: 'text', text: `The CoreSentia service of ${facts.businessName} is switched on again.` }, ...details(facts)],
  });
}

function details({ number, dashboardUrl, isUnfinished }: ReturningFacts): Block[] {
  const ofNumber: Block[] = number
    ? [{ kind: 'text', text: `Your number is the same as before: ${displayPhone(number)}. What came in meanwhile is on your dashboard.` }]
    : [];
  const wayIn: Block[] = dashboardUrl
    ? [
        {
          kind: 'text',
          text: 'Sign in as before, with your own e-mail address and password. Invitations that you had sent out must be sent again.',
        },
        { kind: 'button', label: 'Open your dashboard', url: dashboardUrl },
      ]
    : [];
  const unfinished: Block[] = isUnfinished
    ? [
        {
          kind: 'text',
          text: 'We go on setting you up where we stopped. If you have not sent us the onboarding form, its link in our first e-mail works again.',
        },
      ]
    : [];
  return [...ofNumber, ...wayIn, ...unfinished];
}
