/** How the database is called: SQL functions through PostgREST, one round trip each, and our two errors. */
import { createClient, type SupabaseClient } from '@supabase/supabase-js';
import type * as z from 'zod';
import { TerminalError, TransientError, terminalCodes, type TerminalCode } from '../../errors';

/** Below every function's own timeout of 10 s and more, far above the 5 to 50 ms that a call takes. */
const defaultTimeoutMs = 8_000;

/** JSON as it is sent; undefined is not allowed because PostgREST finds a function by the names of its arguments. */
export type Json = string | number | boolean | null | readonly Json[] | { [key: string]: Json };

/** Calls one SQL function and checks its answer. Throws our two errors; anything else it throws is a bug (a missing migration, say). */
export interface Database {
  call<T>(name: string, args: Record<string, Json>, answer: z.ZodType<T>): Promise<T>;
}

/** A supabase-js client that acts with the secret key, keeps no session and makes one attempt. */
export function supabaseClient({ url, secretKey, timeoutMs = defaultTimeoutMs }: { url: string; secretKey: string; timeoutMs?: number }) {
  return createClient(url, secretKey, {
    auth: { persistSession: false, autoRefreshToken: false, detectSessionInUrl: false },
    db: { retry: false },
    global: {
      fetch: (input, init) => fetch(input, { ...init, signal: earliest(timeoutMs, init?.signal) }),
    },
  });
}

/** Ends when the time is over, or at the caller's own signal before. */
function earliest(timeoutMs: number, own: AbortSignal | null | undefined): AbortSignal {
  const limit = AbortSignal.timeout(timeoutMs);
  return own ? AbortSignal.any([limit, own]) : limit;
}

/** The database behind a client. `limitMs`: of each call, shorter than the client's own. */
export function database(client: Pick<SupabaseClient, 'rpc'>, limitMs?: number): Database {
  return {
    async call(name, args, answer) {
      const request = client.rpc(name, sendable(args));
      const limited = limitMs === undefined ? request : request.abortSignal(AbortSignal.timeout(limitMs));
      const { data, error, status } = await settled(name, limited);
      if (error) throw translate(name, { status, code: error.code, message: error.message, hint: error.hint });
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

/** Postgres takes neither NUL characters nor half surrogate pairs, and people type anything. */
function sendable(args: Record<string, Json>): Record<string, Json> {
  return Object.fromEntries(Object.entries(args).map(([key, part]) => [key, clean(part)]));
}

function clean(value: Json): Json {
  if (typeof value === 'string') return value.replaceAll('\0', '').toWellFormed();
  if (isList(value)) return value.map(clean);
  return value === null || typeof value !== 'object' ? value : sendable(value);
}

/** Array.isArray does not see through readonly. */
function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}

/** What PostgREST says (https://docs.postgrest.org/en/stable/references/errors.html). `details` is never passed on: it holds values. */
interface Failure {
  status: number;
  code: string;
  message: string;
  hint: string | null;
}

/** Cancelled by timeout, could not serialise, deadlock, lock not available, too many connections. */
const passingCodes = new Set(['57014', '40001', '40P01', '55P03', '53300']);

function translate(name: string, failure: Failure): Error {
  const { status, code, message, hint } = failure;
  const isPassing = status === 0 || status === 408 || status === 429 || status >= 500 || passingCodes.has(code);
  if (code === 'P0001' && isTerminalCode(message)) return new TerminalError(message, hint ?? `${name} refused`);
  if (isPassing) {
    return new TransientError(`${name}: the database answered ${status === 0 ? 'nothing' : status}`, {
      accepted: status === 429 ? 'no' : 'unknown',
    });
  }
  if (status === 401 || status === 403) return new TerminalError('VendorAccountProblem', `${name}: Supabase refuses the secret key`);
  return new Error(`${name} failed with ${status} ${/^\w{1,10}$/.test(code) ? code : ''}`.trimEnd());
}

function isTerminalCode(text: string): text is TerminalCode {
  return terminalCodes.some((code) => code === text);
}
