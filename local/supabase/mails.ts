import { AsyncLocalStorage } from 'node:async_hooks';
import type { App } from '@supabase/lite';
import type { AuthMail } from './settings';

/** The `redirect_to` of the request under way, which lite does not hand to its mailer. */
export const redirectOfRequest = new AsyncLocalStorage<string | undefined>();

/** Sends one of Supabase's own mails. `token` is the token hash that goes into the link. */
export type SendAuthMail = (type: string, mail: { to: string; token: string; otp: string }) => void;

const SUBJECTS: Record<string, string> = {
  signup: 'Confirm Your Signup',
  recovery: 'Reset Your Password',
  magiclink: 'Your Magic Link',
  invite: 'You have been invited',
  email_change: 'Confirm Email Change',
  reauthentication: 'Confirm Reauthentication',
};

/** A sender that hands finished mails to `deliver`. `apiUrl` is where this Supabase answers, known once it listens. */
export function authMailSender({
  apiUrl,
  siteUrl,
  deliver,
}: {
  apiUrl: () => string;
  siteUrl: string;
  deliver: (mail: AuthMail) => void;
}): SendAuthMail {
  return (type, { to, token, otp }) => {
    const target = encodeURIComponent(redirectOfRequest.getStore() ?? siteUrl);
    const link = `${apiUrl()}/auth/v1/verify?token=${token}&type=${type}&redirect_to=${target}`;
    deliver({ to, type, subject: SUBJECTS[type] ?? type, link, otp });
  };
}

/** lite's own mailer, over ours. */
export function liteMailer(send: SendAuthMail): NonNullable<App['_mailer']> {
  const sendAs = (type: string) => async (to: string, token: string, otp: string) => send(type, { to, token, otp });
  return {
    sendConfirmation: sendAs('signup'),
    sendRecovery: sendAs('recovery'),
    sendMagicLink: sendAs('magiclink'),
    sendEmailChange: sendAs('email_change'),
    sendReauthentication: async (to, otp, meta) => send('reauthentication', { to, token: meta?.tokenHash ?? '', otp }),
  };
}
