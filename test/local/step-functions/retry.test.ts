import * as fc from 'fast-check';
import { StateError } from '../../../local/step-functions/errors';
import { Retrier, retryDelayMs } from '../../../local/step-functions/retry';

const retrier = fc.record({
  ErrorEquals: fc.constantFrom(['X'], ['Y'], ['X', 'Y'], ['States.TaskFailed']),
  IntervalSeconds: fc.integer({ min: 1, max: 60 }),
  MaxAttempts: fc.integer({ min: 0, max: 6 }),
  BackoffRate: fc.double({ min: 1, max: 4, noNaN: true }),
  MaxDelaySeconds: fc.integer({ min: 61, max: 600 }),
  JitterStrategy: fc.constantFrom('FULL', 'NONE'),
});

test('whatever the errors, a retrier is used at most MaxAttempts times and no delay exceeds its limit', () => {
  fc.assert(
    fc.property(
      fc.array(retrier, { minLength: 1, maxLength: 4 }),
      fc.array(fc.constantFrom('X', 'Y', 'Z', 'States.Timeout', 'States.Runtime'), { maxLength: 40 }),
      fc.double({ min: 0, max: 0.999, noNaN: true }),
      (entries, errors, jitter) => {
        const retriers = entries.map((entry) => Retrier.parse(entry));
        const used: number[] = [];
        for (const error of errors) {
          const before = [...used];
          const delay = retryDelayMs({ retriers, failure: new StateError(error), used, random: () => jitter });
          const first = retriers.findIndex(({ ErrorEquals }) =>
            error.startsWith('States.') ? false : ErrorEquals.includes(error) || ErrorEquals.includes('States.TaskFailed'),
          );
          const exhausted = first === -1 || (before[first] ?? 0) >= retriers[first]!.MaxAttempts;
          expect(delay === undefined).toBe(exhausted);
          expect(delay ?? 0).toBeLessThanOrEqual((retriers[first]?.MaxDelaySeconds ?? 0) * 1000);
        }
        retriers.forEach(({ MaxAttempts }, index) => expect(used[index] ?? 0).toBeLessThanOrEqual(MaxAttempts));
      },
    ),
    { seed: 11 },
  );
});

test('a used-up retrier is not followed by a later one that matches too', () => {
  const retriers = [Retrier.parse({ ErrorEquals: ['X'], MaxAttempts: 1 }), Retrier.parse({ ErrorEquals: ['States.ALL'] })];
  const used: number[] = [];
  const delay = () => retryDelayMs({ retriers, failure: new StateError('X'), used, random: () => 1 });
  expect([delay(), delay()]).toEqual([1000, undefined]);
});
