import { createHash, randomInt } from 'node:crypto';
import { hash } from 'bcryptjs';
import { AuthError } from './errors';
import { type LinkBody, mergeMetadata, strongPassword, validEmail } from './input';
import type { User, Users } from './users';

/** Supabase Auth's is 10, in JavaScript a tenth of a second in which the database answers nobody; who could guess a laptop's passwords has the laptop. */
export const BCRYPT_COST = 4;
const OTP_DIGITS = 6;

export const EMAIL_EXISTS = 'A user with this email address has already been registered';

/** A link that signs its user in once; `type` is the one to verify with, which may differ from the one asked for. */
export interface Link {
  user: User;
  type: string;
  token: string;
  otp: string;
}

/** Makes the link of `type` for an address; a newer link kills the older one. Errors as Supabase's: 400, 404 user_not_found, 422 email_exists. */
export async function makeLink(users: Users, body: LinkBody): Promise<Link> {
  const email = validEmail(body.email);
  const user = await users.byEmail(email);
  const code = newCode(email);
  switch (body.type) {
    case 'magiclink': // of an unknown address it creates an unconfirmed user
      return user
        ? recoveryLink(users, user, { ...code, type: 'magiclink' })
        : confirmationLink(users, undefined, { ...body, email, ...code, type: 'signup' });
    case 'recovery':
      return recoveryLink(users, existing(user), { ...code, type: 'recovery' });
    case 'signup':
    case 'invite':
      if (user?.email_confirmed_at) throw new AuthError(422, 'email_exists', EMAIL_EXISTS);
      if (!user && body.type === 'signup' && !body.password)
        throw new AuthError(400, 'validation_failed', 'Signup requires a valid password');
      return confirmationLink(users, user, { ...body, email, ...code, type: body.type });
    case 'email_change_current':
    case 'email_change_new':
      return emailChangeLink(users, existing(user), { type: body.type, newEmail: validEmail(body.new_email) });
    default:
      throw new AuthError(400, 'validation_failed', `Invalid email action link type requested: ${body.type}`);
  }
}

interface Code {
  otp: string;
  token: string;
}

/** lite finds a token by this hash, whether the link or address and code are given. */
export const tokenHash = (email: string, otp: string) =>
  createHash('sha256')
    .update(email.toLowerCase() + otp)
    .digest('hex');

function newCode(email: string): Code {
  const otp = String(randomInt(10 ** OTP_DIGITS)).padStart(OTP_DIGITS, '0');
  return { otp, token: tokenHash(email, otp) };
}

async function recoveryLink(users: Users, user: User, link: Code & { type: string }): Promise<Link> {
  return { ...link, user: await users.update(user.id, { recovery_token: link.token, recovery_sent_at: new Date().toISOString() }) };
}

type Confirmation = Code & { type: 'signup' | 'invite'; email: string; password?: string | null | undefined; data?: LinkBody['data'] };

async function confirmationLink(users: Users, known: User | undefined, { type, otp, token, ...account }: Confirmation): Promise<Link> {
  const user =
    known ??
    (await users.insert({
      email: account.email,
      passwordHash: await passwordHash(type, account.password),
      userMetadata: account.data ?? {},
    }));
  const now = new Date().toISOString();
  const changed = await users.update(user.id, {
    confirmation_token: token,
    confirmation_sent_at: now,
    ...(type === 'invite' && { invited_at: now }),
    ...(known && type === 'signup' && { raw_user_meta_data: mergeMetadata(known.raw_user_meta_data, account.data) }),
  });
  return { type, otp, token, user: changed };
}

async function emailChangeLink(users: Users, user: User, { type, newEmail }: { type: string; newEmail: string }): Promise<Link> {
  const other = await users.byEmail(newEmail);
  if (other && other.id !== user.id) throw new AuthError(422, 'email_exists', EMAIL_EXISTS);
  const { otp, token } = newCode(type === 'email_change_new' ? newEmail : (user.email ?? ''));
  const column = type === 'email_change_new' ? 'email_change_token_new' : 'email_change_token_current';
  const changed = await users.update(user.id, { email_change: newEmail, email_change_sent_at: new Date().toISOString(), [column]: token });
  return { type, otp, token, user: changed };
}

const passwordHash = async (type: string, password: string | null | undefined) =>
  type === 'signup' && password ? hash(strongPassword(password), BCRYPT_COST) : undefined;

function existing(user: User | undefined): User {
  if (!user) throw new AuthError(404, 'user_not_found', 'User with this email not found');
  return user;
}
