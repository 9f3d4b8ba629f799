import type { Brand } from '../config';
import { composeMail, type Mail } from './mail';

/** One of the two links that confirm a new sign-in e-mail; `side` says which address this mail goes to. */
export function emailChangeMail(brand: Brand, { side, newEmail, url }: { side: 'old' | 'new'; newEmail: string; url: string }): Mail {
  const why =
    side === 'old'
      ? `You asked to sign in with ${newEmail} from now on. Please confirm it here, and with the link that we sent to the new address.`
      : 'You asked to sign in with this address from now on. Please confirm it here, and with the link that we sent to your old address.';
  return composeMail(brand, {
    subject: `Confirm your new sign-in e-mail for ${brand.name}`,
    greetingName: null,
    blocks: [
      { kind: 'text', text: why },
      { kind: 'button', label: 'Confirm', url },
      { kind: 'text', text: 'It works for a day. You did not ask for it? Then do nothing, and nothing changes.' },
    ],
  });
}
