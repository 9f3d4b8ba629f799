import type { Brand } from '../config';
import { composeMail, type Mail } from './mail';

/** A link to sign in that somebody asked for on the sign-in page. */
export function signInLinkMail(brand: Brand, { url }: { url: string }): Mail {
  return composeMail(brand, {
    subject: `Your link to sign in to ${brand.name}`,
    greetingName: null,
    blocks: [
      { kind: 'text', text: 'You asked for a link to sign in to your dashboard. It works once, for 14 days.' },
      { kind: 'button', label: 'Sign in', url },
      { kind: 'text', text: 'You did not ask for it? Then do nothing: nobody can sign in without this e-mail.' },
    ],
  });
}
