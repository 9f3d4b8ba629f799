import type { Brand } from '../config';
import { composeMail, type Mail } from './mail';

interface Invitation {
  businessName: string;
  /** E-mail of who invites; null if unknown. */
  invitedBy: string | null;
  url: string;
  days: number;
}

/** An owner invites somebody to a business. */
export function invitationMail(brand: Brand, { businessName, invitedBy, url, days }: Invitation): Mail {
  return composeMail(brand, {
    subject: `You are invited to ${businessName} on ${brand.name}`,
    greetingName: null,
    blocks: [
      { kind: 'text', text: `${invitedBy ?? 'The owner'} invites you to see the leads and the calendar of ${businessName}.` },
      { kind: 'button', label: 'Accept the invitation', url },
      { kind: 'text', text: `The link works once, for ${days} days. You don’t know ${businessName}? Then do nothing.` },
    ],
  });
}
