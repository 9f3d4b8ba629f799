/** What our numbers must call, from the environment. */
import { NumberVariables, variables } from './config';
import type { NumberWebhooks } from './ports/twilio';

export function numberWebhooks(): NumberWebhooks {
  const found = variables(NumberVariables);
  return {
    smsUrl: found.SMS_WEBHOOK_URL,
    smsFallbackUrl: found.SMS_FALLBACK_URL,
    voiceUrl: found.VOICE_WEBHOOK_URL,
    statusCallback: found.VOICE_STATUS_URL,
  };
}
