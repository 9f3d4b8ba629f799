/** The decisions of buying exactly one number. Pure. Twilio has no idempotency keys, so what may have happened is looked at, never repeated blindly. */
import type { NumberWebhooks, OwnedNumber } from './ports';
import type { Run } from './run';

/** What the number bought for a run is called at Twilio (FriendlyName). */
export function runTag(runId: string): string {
  return `run-${runId}`;
}

/** A reservation that has not become a number yet, as `request` and `release` take it. */
export interface Order {
  runId: string;
  e164: string;
  attempt: number;
}

/** What an earlier attempt chose and may have asked Twilio for: it is asked for again, before any other. */
export function openOrder({ runId, number }: Pick<Run, 'runId' | 'number'>): Order | undefined {
  if (!number || number.sid) return undefined;
  return { runId, e164: number.e164, attempt: number.attempt };
}

/** The webhook settings that are not as wanted. Twilio ignores parameters that it does not know, so a bought number is read back. */
export function wrongSettings(number: OwnedNumber, webhooks: NumberWebhooks): string[] {
  const { smsUrl, smsFallbackUrl, voiceUrl } = webhooks;
  const wanted = { smsUrl, smsMethod: 'POST', smsFallbackUrl, voiceUrl };
  return wrong(number, wanted);
}

function wrong<T extends object>(found: T, wanted: Partial<T>): string[] {
  const differing: string[] = [];
  for (const key in wanted) if (found[key] !== wanted[key]) differing.push(key);
  return differing;
}
