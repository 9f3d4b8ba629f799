/** The decisions of buying exactly one number. Pure. Twilio has no idempotency keys, so what may have happened is looked at, never repeated blindly. */
import { TerminalError } from './errors';
import type { SpendLimits } from './ports/ledger';
import type { Money, NumberKind, NumberWebhooks, OwnedNumber } from './ports/twilio';

/** What the number bought for a run is called at Twilio (FriendlyName). */
export function runTag(runId: string): string {
  return `run-${runId}`;
}

/** The run that a number's tag names; undefined if it is no tag of ours. */
export function runIdOf(tag: string): string | undefined {
  return /^run-([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/.exec(tag)?.[1];
}

/** A reservation, as `request` and `release` take it. */
export interface Order {
  runId: string;
  e164: string;
  attempt: number;
}

/** Australian mobiles begin with 04. */
export function kindOf(e164: string): NumberKind {
  return e164.startsWith('+614') ? 'mobile' : 'local';
}

/** `balance` is undefined if it is not looked at. */
interface Spending {
  price: Money;
  balance: Money | undefined;
  limits: SpendLimits;
}

/** Why nothing may be bought now; undefined if it may. Limits in another currency than the bill's limit nothing, so that is a refusal too. */
export function spendRefusal({ price, balance, limits }: Spending): TerminalError | undefined {
  const { priceCeilingCents, currency } = limits;
  const balanceFloorCents = limits.balanceFloorCents ?? 0;
  if (price.currency !== currency || price.amountCents > priceCeilingCents) {
    const allowed = amount({ amountCents: priceCeilingCents, currency });
    return new TerminalError('NumberPriceTooHigh', `a number costs ${amount(price)} a month now; system_settings allows ${allowed}`);
  }
  if (balance && (balance.currency !== currency || balance.amountCents - price.amountCents < balanceFloorCents)) {
    const kept = amount({ amountCents: balanceFloorCents, currency });
    return new TerminalError(
      'BalanceTooLow',
      `the Twilio account has ${amount(balance)}; a number costs ${amount(price)}, and ${kept} must stay`,
    );
  }
  return undefined;
}

const amount = ({ amountCents, currency }: Money) => `${(amountCents / 100).toFixed(2)} ${currency}`;

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
