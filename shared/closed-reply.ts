/** What a lead hears who texts the number of a suspended business. Pure. */
import { toGsm7 } from './gsm7';

/** Longer names would make two segments of it. */
const longestName = 40;

/** One segment. Says what is true whatever the reason: the business may come back, and has not closed down because it left us. */
export function closedReply(businessName: string): string {
  const whom = toGsm7(businessName).slice(0, longestName).trim() || 'The business';
  return `Automatic reply: ${whom} is not using this number at the moment, and nobody reads texts here. Please contact them another way.`;
}
