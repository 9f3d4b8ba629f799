/** Pass rates of a replay by property, and whether they are good enough. */
import type { Judged, Property } from './replay';
import { properties } from './replay';

/** The least share of checks that must pass. What the law or the client's calendar depends on has no slack. */
export const thresholds: Record<Property, number> = {
  length: 1,
  'one question': 1,
  'no price': 1,
  'correct hours': 1,
  'correct booking': 1,
  escalation: 0.95,
  'opt-out': 1,
  language: 0.95,
  facts: 0.9,
  answers: 0.95,
};

export interface Rate {
  property: Property;
  passed: number;
  total: number;
  rate: number;
  isEnough: boolean;
}

export function ratesOf(judged: readonly Judged[]): Rate[] {
  return properties.map((property) => {
    const checks = judged.flatMap((one) => one.checks.filter((check) => check.property === property));
    const passed = checks.filter(({ failure }) => failure === undefined).length;
    const rate = checks.length === 0 ? 1 : passed / checks.length;
    return { property, passed, total: checks.length, rate, isEnough: rate >= thresholds[property] };
  });
}

/** The table that a person reads, failures below. */
export function reportOf(judged: readonly Judged[], model: string): string {
  const rates = ratesOf(judged).map(
    ({ property, passed, total, rate, isEnough }) =>
      `${property.padEnd(16)} ${(100 * rate).toFixed(1).padStart(5)} %  ${`${passed}/${total}`.padStart(9)}  ${isEnough ? 'ok' : `BELOW ${100 * thresholds[property]} %`}`,
  );
  const failures = judged.flatMap(({ trade, name, checks }) =>
    checks.flatMap(({ property, failure }) => (failure ? [`- ${trade}, ${name}: ${property}: ${failure}`] : [])),
  );
  return [`${judged.length} conversations against ${model}`, ...rates, ...failures].join('\n');
}
