import type { SendAuthMail } from '../mails';
import type { Keys } from '../settings';
import type { Users } from './users';

/** What our part of Supabase Auth works with. */
export interface AuthContext {
  keys: Keys;
  users: Users;
  /** Where this Supabase answers, known once it listens. */
  apiUrl: () => string;
  siteUrl: string;
  sendMail: SendAuthMail;
}

/** Where a link leads after verifying: the wish if it is on the site, else the site. */
export function redirectTarget({ siteUrl }: Pick<AuthContext, 'siteUrl'>, wish: string | null | undefined): string {
  return wish && URL.parse(wish)?.origin === new URL(siteUrl).origin ? wish : siteUrl;
}
