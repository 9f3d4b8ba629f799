import type { Context } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';

/** An error as Supabase Auth answers it; codes: https://supabase.com/docs/guides/auth/debugging/error-codes. */
export class AuthError extends Error {
  readonly status: ContentfulStatusCode;
  readonly code: string;

  constructor(status: ContentfulStatusCode, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

/** The answer to a failed call; anything but an AuthError is a bug and thrown on. */
export function answerAuthError(cause: Error, context: Context): Response {
  if (!(cause instanceof AuthError)) throw cause;
  context.header('X-Sb-Error-Code', cause.code);
  const reasons = cause.code === 'weak_password' ? { weak_password: { reasons: ['length'] } } : {};
  return context.json({ code: cause.status, error_code: cause.code, msg: cause.message, ...reasons }, cause.status);
}
