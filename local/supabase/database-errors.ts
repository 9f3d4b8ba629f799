import { z } from 'zod';

/**
 * Postgres error codes that lite 0.10.0 answers as 500 `SUP` (a CHECK, a RAISE) and PostgREST as here:
 * https://docs.postgrest.org/en/stable/references/errors.html. First match counts.
 */
const STATUS_BY_CODE: [RegExp, number][] = [
  [/^P0001$/, 400],
  [/^57P01$/, 503],
  [/^(0L|0P|28)/, 403],
  [/^53400$/, 500],
  [/^(08|53)/, 503],
  [/^(09|21000|25|2D|38|39|3B|40|54|55|57|58|F0|HV|P0|XX)/, 500],
];
/** lite's own answer is PostgREST's. */
const ALREADY_RIGHT = /^(42|22|PT)|^(23502|23503|23505|25006|PGRST)$/;

const DatabaseError = z.object({
  code: z.string(),
  message: z.string(),
  detail: z.string().nullish(),
  hint: z.string().nullish(),
});

/**
 * A database error in the form from which lite answers as PostgREST does: a RAISE with SQLSTATE 'PGRST' may state any status and body,
 * see https://docs.postgrest.org/en/stable/references/errors.html#raise-errors-with-http-status-codes.
 */
export function asPostgrestError(cause: unknown): unknown {
  const parsed = DatabaseError.safeParse(cause);
  if (!parsed.success || ALREADY_RIGHT.test(parsed.data.code)) return cause;
  const { code, message, detail, hint } = parsed.data;
  const status = STATUS_BY_CODE.find(([pattern]) => pattern.test(code))?.[1] ?? 400;
  return {
    code: 'PGRST',
    message: JSON.stringify({ code, message, details: detail ?? null, hint: hint ?? null }),
    detail: JSON.stringify({ status, headers: {} }),
  };
}
