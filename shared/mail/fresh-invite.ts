import type { Brand } from '../config';
import { composeMail, type Mail } from './mail';

/** A new link to the onboarding form in place of one that has expired. */
export function freshInviteMail(brand: Brand, { firstName, formUrl }: { firstName: string | null; formUrl: string }): Mail {
  return composeMail(brand, {
    subject: `Your new link to the ${brand.name} form`,
    greetingName: firstName,
    blocks: [
      { kind: 'text', text: 'Here is the fresh link to the form about your business. It takes about five minutes.' },
      { kind: 'button', label: 'Fill in the form', url: formUrl },
    ],
  });
}
