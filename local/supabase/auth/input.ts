import { z } from 'zod';
import { AuthError } from './errors';

const MIN_PASSWORD_LENGTH = 6; // Supabase's default

/** What the admin API's bodies may hold; unknown fields are ignored, as Supabase does. */
export const AdminUserBody = z.object({
  id: z.string().nullish(),
  email: z.string().nullish(),
  password: z.string().nullish(),
  password_hash: z.string().nullish(),
  email_confirm: z.boolean().nullish(),
  ban_duration: z.string().nullish(),
  role: z.string().nullish(),
  user_metadata: z.record(z.string(), z.unknown()).nullish(),
  app_metadata: z.record(z.string(), z.unknown()).nullish(),
  should_soft_delete: z.boolean().nullish(),
});
export type AdminUserBody = z.infer<typeof AdminUserBody>;

export const LinkBody = z.object({
  type: z.string().default('invite'),
  email: z.string().nullish(),
  new_email: z.string().nullish(),
  password: z.string().nullish(),
  data: z.record(z.string(), z.unknown()).nullish(),
  redirect_to: z.string().nullish(),
});
export type LinkBody = z.infer<typeof LinkBody>;

/** The address in lower case, or a 400. */
export function validEmail(email: string | null | undefined): string {
  if (!email) throw new AuthError(400, 'validation_failed', 'An email address is required');
  if (!/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(email))
    throw new AuthError(400, 'validation_failed', 'Unable to validate email address: invalid format');
  return email.toLowerCase();
}

/** The password, or a 422 if it is too short. */
export function strongPassword(password: string): string {
  if (password.length < MIN_PASSWORD_LENGTH)
    throw new AuthError(422, 'weak_password', `Password should be at least ${MIN_PASSWORD_LENGTH} characters.`);
  return password;
}

const UNIT_MS: Record<string, number> = { ns: 1e-6, us: 1e-3, ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };

/** The end of a ban given as a Go duration (`24h`, `1h30m`), null for `none`; undefined: no change. */
export function bannedUntil(duration: string | null | undefined): string | null | undefined {
  if (!duration) return undefined;
  if (duration === 'none') return null;
  if (!/^(\d+(\.\d+)?(ns|us|ms|s|m|h))+$/.test(duration))
    throw new AuthError(400, 'validation_failed', `invalid format for ban duration: time: invalid duration "${duration}"`);
  const parts = duration.matchAll(/(\d+(?:\.\d+)?)(ns|us|ms|s|m|h)/g);
  const lengthMs = [...parts].reduce((sum, [, count, unit]) => sum + Number(count) * (UNIT_MS[unit ?? ''] ?? 0), 0);
  return new Date(Date.now() + lengthMs).toISOString();
}

/** Metadata as Supabase merges it: null removes a key. */
export function mergeMetadata(present: Record<string, unknown> | null, changes: Record<string, unknown> | null | undefined) {
  return Object.fromEntries(Object.entries({ ...present, ...changes }).filter(([, value]) => value !== null));
}
