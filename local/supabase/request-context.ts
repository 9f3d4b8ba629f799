import { z } from 'zod';
import type { Statement } from './prepared';

const Caller = z.object({ auth: z.looseObject({ uid: z.string().nullish(), role: z.string().nullish(), jwt: z.unknown() }).optional() });
const Rpc = z.object({ method: z.string(), path: z.string(), requestHeaders: z.record(z.string(), z.string()).optional() });

const SET_CALLER = `select set_config('role', $1, true), set_config('request.jwt.claim.role', $1, true),
  set_config('request.jwt.claim.sub', $2, true), set_config('request.jwt.claims', $3, true), set_config('storage.operation', '', true)`;
const Claims = z.looseObject({ role: z.string(), sub: z.string().default('') });

/** Sets caller and call as lite does: of an access token its claims, of the secret key only a role. Throws for claims that name none. */
export function contextOf(claims: object, { name, headers }: { name: string; headers: Headers }): Statement {
  const { role, sub } = Claims.parse(claims);
  return [SET_BOTH, [role, sub, JSON.stringify(claims), 'POST', `/rpc/${name}`, JSON.stringify(Object.fromEntries(headers))]];
}

/** Method, path and headers (JSON) of a request; `$first` is the first of these parameters. */
const rpcSettings = (first: number) => `set_config('response.status', '', true), set_config('response.headers', '', true),
  set_config('request.method', $${first}, true), set_config('request.path', $${first + 1}, true), set_config('request.headers', $${first + 2}, true)`;
const SET_RPC = `select ${rpcSettings(1)}`;
const SET_BOTH = `${SET_CALLER}, ${rpcSettings(4)}`;

/**
 * Who calls and how, for the transaction of a request, in one statement each. lite needs eleven, at 0.3 ms each in PGlite: more than half of
 * an rpc's time. Both take the place of lite's methods of these names; `sendIn` sends a statement in the
 * transaction of lite's executor.
 */
export function requestContext(sendIn: (executor: unknown) => (sql: string, parameters: string[]) => Promise<unknown>) {
  return {
    async applyJwtSessionContext(executor: unknown, variables: unknown): Promise<void> {
      const { auth } = Caller.parse(variables);
      await sendIn(executor)(SET_CALLER, [auth?.role || 'anon', auth?.uid ?? '', auth?.jwt ? JSON.stringify(auth.jwt) : '']);
    },
    async applyRpcRequestGucs(executor: unknown, rpc: unknown): Promise<void> {
      const { method, path, requestHeaders } = Rpc.parse(rpc);
      await sendIn(executor)(SET_RPC, [method, path, JSON.stringify(requestHeaders ?? {})]);
    },
  };
}
