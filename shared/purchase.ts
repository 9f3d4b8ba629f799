/** The decisions of buying exactly one number. Pure. Twilio has no idempotency keys, so what may have happened is looked at, never repeated blindly. */
import type { NumberWebhooks, OwnedNumber } from './ports';

/** What the number bought for a run is called at Twilio (FriendlyName). */
export function runTag(runId: string): string {
  return `run-${runId}`;
}

/** A reservation, as `request` and `release` take it. */
export interface Order {
  runId: string;
  e164: string;
  attempt: number;
}

/** The webhook settings that are not as wanted. Twilio ignores parameters that it does not know, so a bought number is read back. */
export function wrongSettings(number: OwnedNumber, webhooks: NumberWebhooks): string[] {
  const { smsUrl, smsFallbackUrl, voiceUrl, statusCallback } = webhooks;
  const wanted = { smsUrl, smsMethod: 'POST', smsFallbackUrl, voiceUrl, statusCallback };
  return wrong(number, wanted);
}

function wrong<T extends object>(found: T, wanted: Partial<T>): string[] {
  const differing: string[] = [];
  for (const key in wanted) if (found[key] !== wanted[key]) differing.push(key);
  return differing;
}
