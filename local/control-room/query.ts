/** What the page's address says is looked at. */
import { z } from 'zod';

const Page = z.coerce.number().int().min(1).catch(1);

/** `run`, `mail` and `phone` are empty for the newest. `show` filters the clients, `mails: client` shows those of the client that is looked at. */
export const Query = z.object({
  run: z.string().default(''),
  show: z.enum(['', 'running', 'stuck', 'done']).catch(''),
  page: Page,
  mails: z.enum(['', 'client']).catch(''),
  mail: z.string().default(''),
  mailPage: Page,
  phone: z.string().default(''),
});
export type Query = z.infer<typeof Query>;

const start = Query.parse({});

/** The page's address with some of it changed; what is as at the start is left out. */
export function hrefOf(query: Query, change: Partial<Query> = {}): string {
  const entries = Object.entries({ ...query, ...change }).filter(([name, value]) => value !== Reflect.get(start, name));
  const search = new URLSearchParams(Object.fromEntries(entries.map(([name, value]) => [name, String(value)]))).toString();
  return search === '' ? '/' : `/?${search}`;
}
