import { StateError } from './errors';

/** A JSON object. */
export type JsonObject = Record<string, unknown>;

/** The most that a state's input, output or result, or an execution's input may be: 256 KiB of UTF-8. */
export const MAX_DATA_BYTES = 262_144;

/** Whether a parsed JSON value is an object (arrays are not). */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Whether a text is over 256 KiB. */
export function isTooLarge(text: string): boolean {
  const certainlySmall = text.length * 3 <= MAX_DATA_BYTES; // UTF-8 needs at most 3 bytes per UTF-16 unit
  return !certainlySmall && Buffer.byteLength(text) > MAX_DATA_BYTES;
}

/** The JSON text of what passes between states; throws `States.DataLimitExceeded` beyond 256 KiB. */
export function dataText(value: unknown): string {
  const text = JSON.stringify(value) ?? 'null';
  if (isTooLarge(text)) throw dataLimitExceeded();
  return text;
}

/** The error for a state's data over 256 KiB. */
export function dataLimitExceeded(): StateError {
  return new StateError(
    'States.DataLimitExceeded',
    'The state/task returned a result with a size exceeding the maximum number of bytes service limit.',
  );
}
