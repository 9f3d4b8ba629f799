import type { Context } from 'hono';
import type { FaultAnswers } from '../kernel/faults';

const VERBS: Record<string, string> = { GET: 'select', HEAD: 'select', POST: 'insert', PUT: 'insert', PATCH: 'update', DELETE: 'delete' };

/** The name by which a fault finds a call: `select businesses`, `rpc/claim_run`, `auth/admin/users`. An upsert is an insert. */
export function callName(method: string, path: string): string {
  const [, service, rest = ''] = /^\/(rest|auth)\/v1\/([^?]*)/.exec(path) ?? [];
  if (service === 'auth') return `auth/${rest}`;
  if (service !== 'rest') return path;
  return rest.startsWith('rpc/') ? rest : `${VERBS[method] ?? method} ${rest}`;
}

const callOf = (context: Context) => callName(context.req.method, context.req.path);

/** How Supabase's gateway, PostgREST and Auth fail. `reject` takes a database or Auth error code. */
export const supabaseFaults: FaultAnswers = {
  vendor: 'supabase',
  callOf,
  rateLimited: (c) =>
    isAuth(c)
      ? c.json({ code: 429, error_code: 'over_request_rate_limit', msg: 'Request rate limit reached' }, 429)
      : c.json({ message: 'API rate limit exceeded' }, 429),
  serverError: (c) =>
    isAuth(c)
      ? c.json({ code: 500, error_code: 'unexpected_failure', msg: 'Internal Server Error' }, 500)
      : c.json(
          { code: 'PGRST002', message: 'Could not query the database for the schema cache. Retrying.', details: null, hint: null },
          503,
        ),
  rejected: (c, code) =>
    isAuth(c)
      ? c.json({ code: 422, error_code: code ?? 'validation_failed', msg: 'Scripted failure' }, 422)
      : c.json({ code: code ?? 'P0001', message: 'Scripted failure', details: null, hint: null }, 400),
};

const isAuth = (context: Context) => callOf(context).startsWith('auth/');
