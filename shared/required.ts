/** What a step finds missing was to be written by an earlier one. */
import { TerminalError } from './errors';

/** The value, or `BusinessDataMissing`: a person looks why an earlier step left `what` empty. */
export function required<T>(value: T | null | undefined, what: string): T {
  if (value === null || value === undefined) throw new TerminalError('BusinessDataMissing', `${what} is missing`);
  return value;
}
