/** Who repeats what went wrong: Retry or the next delivery; the operator, a day later; the operator, when the next version is deployed. */
export const recoveries = ['retrier', 'redrive', 'next version'] as const;
export type Recovery = (typeof recoveries)[number];
