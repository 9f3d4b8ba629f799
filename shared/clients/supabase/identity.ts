/** Port Identity on Supabase Auth's admin API. https://supabase.com/docs/reference/javascript/auth-admin-createuser */
import { isAuthError, isAuthRetryableFetchError, type SupabaseClient } from '@supabase/supabase-js';
import { TerminalError, TransientError } from '../../errors';
import type { Identity } from '../../ports/logins';

export function supabaseIdentity({ auth }: Pick<SupabaseClient, 'auth'>): Identity {
  return {
    async createUser(email) {
      const { data, error } = await settled(auth.admin.createUser({ email, email_confirm: true }));
      if (error && isAuthError(error) && error.code === 'email_exists') return 'exists';
      if (error) throw translate('createUser', error);
      if (!data.user) throw new Error('createUser answered without a user');
      return { userId: data.user.id };
    },
    async signInToken(email) {
      const { data, error } = await settled(auth.admin.generateLink({ type: 'magiclink', email }));
      if (error) throw translate('generateLink', error);
      if (!data.properties) throw new Error('generateLink answered without a token');
      return { tokenHash: data.properties.hashed_token, type: data.properties.verification_type };
    },
    async changeEmail(userId, email) {
      const { error } = await settled(auth.admin.updateUserById(userId, { email, email_confirm: true }));
      if (error && isAuthError(error) && error.code === 'email_exists') return 'taken';
      if (error) throw translate('updateUserById', error);
      return 'changed';
    },
    async deleteUser(userId) {
      const { error } = await settled(auth.admin.deleteUser(userId));
      if (error && !isGone(error)) throw translate('deleteUser', error);
      // supabase-js takes any 200 for a deletion, also one that a proxy has made up.
      const after = await settled(auth.admin.getUserById(userId));
      if (!after.error) throw new TransientError('deleteUser: the user is still there');
      if (!isGone(after.error)) throw translate('getUserById', after.error);
    },
    blockSignIn: (userId, until) => ban(userId, until ? durationTo(until) : forEver),
    allowSignIn: (userId) => ban(userId, 'none'),
  };

  async function ban(userId: string, duration: string): Promise<void> {
    const { error } = await settled(auth.admin.updateUserById(userId, { ban_duration: duration }));
    if (error && !isGone(error)) throw translate('updateUserById', error);
  }
}

/** A hundred years: Auth knows no ban without an end. https://supabase.com/docs/reference/javascript/auth-admin-updateuserbyid */
const forEver = '876000h';

const durationTo = (until: Date) => `${Math.max(1, Math.ceil((until.getTime() - Date.now()) / 1000))}s`;

const isGone = (error: Error) => isAuthError(error) && error.status === 404;

/** supabase-js resolves with most failures, but throws what it does not know. */
async function settled<T>(call: Promise<T>): Promise<T> {
  try {
    return await call;
  } catch {
    throw new TransientError("Supabase Auth's answer broke off");
  }
}

/** Messages of Auth can repeat the address: only status and code are passed on. */
function translate(call: string, error: Error & { status?: number | undefined; code?: unknown }): Error {
  const { status = 0 } = error;
  const code = typeof error.code === 'string' && /^\w{1,40}$/.test(error.code) ? ` ${error.code}` : '';
  if (isAuthRetryableFetchError(error) || status === 0 || status === 429 || status >= 500) {
    return new TransientError(`${call}: Supabase Auth answered ${status || 'nothing'}${code}`, {
      accepted: status === 429 ? 'no' : 'unknown',
    });
  }
  if (status === 401 || status === 403) return new TerminalError('VendorAccountProblem', `${call}: Supabase refuses the secret key`);
  if (status === 400 || status === 422)
    return new TerminalError('LoginConflict', `${call}: Supabase Auth rejects the login (${status}${code})`);
  return new Error(`${call} failed with ${status}${code}`);
}
