import { createHash } from 'node:crypto';
import { hash } from 'bcryptjs';
import { z } from 'zod';
import { AuthError } from './errors';
import { type AdminUserBody, bannedUntil, mergeMetadata, strongPassword, validEmail } from './input';
import { BCRYPT_COST, EMAIL_EXISTS } from './links';
import type { User, UserChanges, Users } from './users';

/** `admin.createUser`. Password strength is not checked, as in Supabase. Throws 422 email_exists, 400 validation_failed. */
export async function createUser(users: Users, body: AdminUserBody): Promise<User> {
  if (!body.email) throw new AuthError(400, 'validation_failed', 'Cannot create a user without either an email or phone');
  const email = validEmail(body.email);
  if (await users.byEmail(email)) throw new AuthError(422, 'email_exists', EMAIL_EXISTS);
  if (body.password && body.password_hash)
    throw new AuthError(400, 'validation_failed', 'Only a password or a password hash should be provided');
  if (body.id && !z.uuid().safeParse(body.id).success)
    throw new AuthError(400, 'validation_failed', 'ID must conform to the uuid v4 format');
  const ban = bannedUntil(body.ban_duration);
  const user = await users.insert({
    id: body.id || undefined,
    email,
    role: body.role || undefined,
    passwordHash: body.password ? await hash(body.password, BCRYPT_COST) : body.password_hash || undefined,
    userMetadata: mergeMetadata(body.user_metadata ?? {}, body.email_confirm ? { email_verified: true } : {}),
  });
  return users.update(user.id, {
    ...(body.app_metadata && { raw_app_meta_data: mergeMetadata(user.raw_app_meta_data, body.app_metadata) }),
    ...(body.email_confirm && { email_confirmed_at: new Date().toISOString() }),
    ...(ban !== undefined && { banned_until: ban }),
  });
}

const FORGET_LINKS: UserChanges = {
  confirmation_token: null,
  confirmation_sent_at: null,
  recovery_token: null,
  recovery_sent_at: null,
  email_change_token_current: null,
  email_change_token_new: null,
};

/** `admin.updateUserById`. A new password ends all sessions and links. */
export async function updateUser(users: Users, user: User, body: AdminUserBody): Promise<User> {
  const email = body.email ? validEmail(body.email) : undefined;
  const ban = bannedUntil(body.ban_duration);
  const password = typeof body.password === 'string' ? await hash(strongPassword(body.password), BCRYPT_COST) : undefined;
  if (email) await takeEmail(users, user, { email, email_verified: Boolean(body.email_confirm) });
  const changed = await users.update(user.id, {
    ...(email && { email }),
    ...(ban !== undefined && { banned_until: ban }),
    ...(password && { encrypted_password: password, ...FORGET_LINKS }),
    ...(body.role && { role: body.role }),
    ...(body.email_confirm && { email_confirmed_at: new Date().toISOString(), confirmation_token: null }),
    ...(body.app_metadata && { raw_app_meta_data: mergeMetadata(user.raw_app_meta_data, body.app_metadata) }),
    raw_user_meta_data: mergeMetadata(user.raw_user_meta_data, {
      ...(body.email_confirm && { email_verified: true }),
      ...body.user_metadata,
    }),
  });
  if (password) await users.endSessions(user.id);
  return changed;
}

/** `admin.deleteUser`; a soft deletion keeps the row without its personal data. */
export async function deleteUser(users: Users, user: User, soft: boolean): Promise<void> {
  if (!soft) return users.delete(user.id);
  await users.endSessions(user.id);
  await users.update(user.id, {
    deleted_at: new Date().toISOString(),
    email: createHash('sha256').update(`${user.id}${user.email}`).digest('base64url'),
    encrypted_password: null,
    raw_user_meta_data: {},
    raw_app_meta_data: {},
  });
}

async function takeEmail(users: Users, user: User, identity: { email: string; email_verified: boolean }): Promise<void> {
  const other = await users.byEmail(identity.email);
  if (other && other.id !== user.id) throw new AuthError(422, 'email_exists', EMAIL_EXISTS);
  await users.updateEmailIdentity(user.id, identity);
}
