/** Where each secret is to be found, field by field, in the words of the vendors' own pages. */
import type { Secret, SecretName } from '../../shared/secrets';

/** `fields`: what is asked for, by name. */
export type SecretGuide = { [N in SecretName]: { title: string; where: string; fields: Record<keyof Secret<N>, string> } };

export const secretGuide: SecretGuide = {
  xero: {
    title: 'Xero: the Custom Connection',
    where: 'developer.xero.com > My Apps > (the Custom Connection) > Configuration. A client secret is shown once, when it is generated.',
    fields: { clientId: 'Client id', clientSecret: 'Client secret' },
  },
  'xero-webhook': {
    title: "Xero: the webhook's signing key",
    where: 'developer.xero.com > My Apps > (the Custom Connection) > Webhooks > Webhooks key.',
    fields: { webhookKey: 'Webhooks key' },
  },
  twilio: {
    title: 'Twilio: the account',
    where:
      'console.twilio.com > Account Dashboard > Account Info. Rotating: Account > API keys & tokens > secondary token, then promote it.',
    fields: { accountSid: 'Account SID', authToken: 'Auth token' },
  },
  supabase: {
    title: "Supabase: the project's secret key",
    where: 'supabase.com/dashboard > (the project) > Project Settings > API Keys > Secret keys. It begins with sb_secret_.',
    fields: { secretKey: 'Secret key' },
  },
};
