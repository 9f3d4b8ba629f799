/** SQL functions called as the signed-in person, one round trip each: they look at who asks, and answer null to whoever has no right to it. */
import type { SupabaseClient } from '@supabase/supabase-js';
import * as z from 'zod';
import { TransientError } from '../../../shared/errors';

/** JSON as it is sent: PostgREST finds a function by the names of its arguments, so undefined is not allowed. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

export interface MemberDatabase {
  /** Throws `TransientError` if the database does not answer; anything else that it throws is a bug. */
  call<T>(name: string, args: Readonly<Record<string, Json>>, answer: z.ZodType<T>): Promise<T>;
}

/** `supabase` carries the person's session and the publishable key. */
export function memberDatabase(supabase: Pick<SupabaseClient, 'rpc'>): MemberDatabase {
  return {
    async call(name, args, answer) {
      const { data, error, status } = await settled(name, supabase.rpc(name, args));
      if (error) throw failure(name, status, error.code);
      const parsed = answer.safeParse(data);
      if (parsed.success) return parsed.data;
      throw new Error(`${name} answered something else: ${parsed.error.issues.map((issue) => issue.path.join('.')).join(', ')}`);
    },
  };
}

/** supabase-js resolves with most failures, but throws where the body breaks off. */
async function settled<T>(name: string, call: PromiseLike<T>): Promise<T> {
  try {
    return await call;
  } catch {
    throw new TransientError(`${name}: the database's answer broke off`);
  }
}

/** Cancelled by timeout, could not serialise, deadlock, lock not available, too many connections. */
const passingCodes = new Set(['57014', '40001', '40P01', '55P03', '53300']);

/** Messages can hold what the person typed: only status and code are passed on. */
function failure(name: string, status: number, code: string): Error {
  const isPassing = status === 0 || status === 401 || status === 408 || status === 429 || status >= 500 || passingCodes.has(code);
  if (isPassing) return new TransientError(`${name}: the database answered ${status === 0 ? 'nothing' : status}`);
  return new Error(`${name} failed with ${status} ${/^\w{1,10}$/.test(code) ? code : ''}`.trimEnd());
}

/** Postgres writes an offset; the pages get ISO 8601 in UTC. */
export const Utc = z.iso.datetime({ offset: true }).transform((time) => new Date(time).toISOString());

/** Postgres's bigint ids, as text everywhere. */
export const MessageId = z.union([z.int(), z.string().regex(/^\d{1,18}$/)]).transform(String);

/** The clock of the caller: SQL never looks at its own. */
export const now = () => new Date().toISOString();

/** What became of a change: `done`, `not-found` (no such thing, or not this person's: a 404 either way), or why it was refused. */
export function changed<const Reason extends string>(reasons: readonly Reason[]) {
  return z
    .object({ outcome: z.enum(['done', 'refused']), reason: z.enum(reasons).nullable() })
    .nullable()
    .transform((answer): 'done' | 'not-found' | Reason => (answer ? (answer.reason ?? 'done') : 'not-found'));
}

/** Nothing can refuse it. */
export const Done = z
  .object({ outcome: z.literal('done') })
  .nullable()
  .transform((answer): 'done' | 'not-found' => (answer ? 'done' : 'not-found'));

/** A page's id from its address; what is no UUID is nobody's. */
export const isId = (text: string): boolean => z.guid().safeParse(text).success;
