/** What came in a posted form. */
import type { Context } from 'hono';
import { createMiddleware } from 'hono/factory';
import { HTTPException } from 'hono/http-exception';

/** Field name → text. */
export type Fields = Record<string, string>;

/** Pages are read and plain forms are posted; 405 and 415 for everything else. */
export const plainForms = createMiddleware(async (c, next) => {
  const { method } = c.req;
  if (!['GET', 'HEAD', 'POST'].includes(method)) {
    c.header('allow', 'GET, HEAD, POST');
    throw new HTTPException(405);
  }
  const type = c.req.header('content-type')?.split(';')[0]?.trim().toLowerCase() ?? '';
  if (method === 'POST' && !['application/x-www-form-urlencoded', 'multipart/form-data'].includes(type)) throw new HTTPException(415);
  await next();
});

/** The text fields as they were sent; of a repeated field the last, files ignored. Throws 400 for a body that is not what its type says. */
export async function postedFields(c: Context): Promise<Fields> {
  const body = await c.req.parseBody().catch((cause: unknown) => {
    throw new HTTPException(400, { cause });
  });
  return Object.fromEntries(Object.entries(body).flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : [])));
}

/**
 * What a person can have typed: no spaces around, no control characters (Postgres cannot hold NUL), and line breaks of one
 * character, because that is how a browser counts them against `maxlength`.
 */
export function cleaned(text: string): string {
  return text
    .replace(/\r\n?/g, '\n')
    .replace(/[^\P{Cc}\n\t]/gu, '')
    .trim();
}

/** One address and nothing that a mail's head could take for more. As private.is_address in SQL. */
export function isAddress(text: string): boolean {
  return text.length <= 200 && /^[^\s@<>,;:"()[\]\\]+@[^\s@<>,;:"()[\]\\]+\.[^\s@<>,;:"()[\]\\]+$/.test(text);
}

/** The text fields, cleaned. Not for passwords. */
export async function cleanedFields(c: Context): Promise<Fields> {
  const fields = await postedFields(c);
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, cleaned(value)]));
}
