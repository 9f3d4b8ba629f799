/** What a number is configured with at Twilio. Pure: infra gives the functions these URLs, and the operator's commands compare with them. */
import type { NumberWebhooks } from '../shared/ports/twilio';

/** Functions whose public address a number holds. */
export const numberFunctions = ['sms-webhook', 'sms-fallback', 'voice-webhook'] as const;
export type NumberFunction = (typeof numberFunctions)[number];

/** `base` of a function ends with a slash. */
export function numberWebhooks(base: (name: NumberFunction) => string): NumberWebhooks {
  return {
    // Twilio alone reads what follows the #: two more tries (rc), on any failure (rp). https://www.twilio.com/docs/usage/webhooks/webhooks-connection-overrides
    smsUrl: `${base('sms-webhook')}api/sms/webhook#rc=2&rp=all`,
    smsFallbackUrl: `${base('sms-fallback')}api/sms/fallback`,
    voiceUrl: `${base('voice-webhook')}api/voice/webhook`,
    statusCallback: `${base('voice-webhook')}api/voice/status`,
  };
}
