/** Offers the form that a client sent before paying. */
import { DateTime } from 'luxon';
import type { Brand } from '../config';
import { composeMail, type Mail } from './mail';

/** `submittedAt` ISO 8601. The mail goes to the invoice's contact, so it tells nothing of what the form says. */
export function offerMail(brand: Brand, facts: { firstName: string | null; submittedAt: string; formUrl: string }): Mail {
  const sentOn = dayOf(facts.submittedAt);
  return composeMail(brand, {
    subject: `Use the form sent on ${sentOn}?`,
    greetingName: facts.firstName,
    blocks: [
      { kind: 'text', text: `On ${sentOn} an onboarding form with your e-mail address was sent to us. Shall we set you up with it?` },
      { kind: 'button', label: 'Use it or fill in a new one', url: facts.formUrl },
      { kind: 'text', text: 'If that form was not yours, please choose a new one: the link is for you alone.' },
    ],
  });
}

/** The day on the east coast, as the page behind the link names it: where the client is, only the form knows. */
function dayOf(time: string): string {
  return DateTime.fromISO(time, { zone: 'Australia/Sydney' }).toFormat('d LLLL yyyy');
}
