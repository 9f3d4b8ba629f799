import type { Handler } from 'hono';
import { jwtVerify } from 'jose';
import { z } from 'zod';
import type { Lite } from './auth/sessions';
import type { Database } from './database';
import type { Keys } from './settings';
import { contextOf } from './request-context';

const Arguments = z.record(z.string(), z.unknown());
const Signature = z.object({
  names: z.array(z.string()),
  types: z.array(z.string()),
  required: z.int(),
  isPlain: z.boolean(),
  returnsVoid: z.boolean(),
});
const Answer = z.object({ answer: z.string().nullable() });
type Signature = z.infer<typeof Signature>;
const Signatures = z.array(z.object({ signature: Signature }));

interface DirectRpc extends Pick<Database, 'atOnce'> {
  keys: Keys;
  lite: Lite;
}

/**
 * What the functions and the portal do all day, calling SQL functions with the secret key or for who is signed in, as one message to Postgres: half of
 * what it costs through lite. The SQL is PostgREST's. Whatever is less plain goes to lite: tables and rows as answers, options in the URL or headers. So does what fails, which then
 * fails there again and is answered as lite answers it.
 */
export function directRpc({ keys, atOnce, lite }: DirectRpc): Handler<object, '/rest/v1/rpc/:name'> {
  const known = new Map<string, Promise<Signature[]>>();
  const signaturesOf = (name: string) => {
    const signatures = known.get(name) ?? lookUp(name, atOnce);
    known.set(name, signatures);
    return signatures;
  };
  return async (c) => {
    const { url, headers } = c.req.raw;
    const claims = isPlain(url, headers) && (await claimsOf(headers, keys));
    const body = await c.req.text();
    const asLite = () => lite(new Request(url, { method: 'POST', headers, body }));
    if (!claims) return asLite();
    const name = c.req.param('name');
    try {
      const given = Object.keys(Arguments.parse(JSON.parse(body || '{}')));
      const signature = called(await signaturesOf(name), given);
      if (!signature) return asLite();
      const [row] = await atOnce([callOf(name, signature, given), [body || '{}']], [contextOf(claims, { name, headers })]);
      if (signature.returnsVoid) return c.body(null, 204);
      return c.body(Answer.parse(row).answer ?? 'null', 200, { 'content-type': 'application/json; charset=utf-8' });
    } catch (cause) {
      if (isReplaced(cause)) known.delete(name);
      return asLite();
    }
  };
}

/** Postgres no longer knows a function of this form (class 42: https://www.postgresql.org/docs/current/errcodes-appendix.html). */
const isReplaced = (cause: unknown) => cause instanceof Error && 'code' in cause && String(cause.code).startsWith('42');

/** Nothing is asked about the form of the answer. */
function isPlain(url: string, headers: Headers): boolean {
  return !url.includes('?') && !headers.has('prefer') && /^(\*\/\*|application\/json)$/.test(headers.get('accept') ?? '*/*');
}

/** Of the secret key, or of an access token that Auth has signed and that is not over; undefined: lite says what is wrong. */
async function claimsOf(headers: Headers, { publishableKey, secretKey, jwtSecret }: Keys): Promise<object | undefined> {
  const key = headers.get('apikey') ?? '';
  const [scheme, token] = (headers.get('authorization') ?? `Bearer ${key}`).split(' ');
  if (scheme !== 'Bearer' || !token || ![publishableKey, secretKey].includes(key)) return undefined;
  if (token === secretKey && key === secretKey) return { role: 'service_role' };
  return jwtVerify(token, Buffer.from(jwtSecret), { algorithms: ['HS256'], requiredClaims: ['exp', 'sub', 'role'] }).then(
    ({ payload }) => payload,
    () => undefined,
  );
}

/** Functions in `public` of one name. `isPlain`: it answers a single value, and does not word its own response. */
const SIGNATURES = `
  select json_build_object('returnsVoid', t.typname = 'void', 'isPlain', not p.proretset and p.provariadic = 0 and p.proargmodes is null
      and (t.typtype in ('b', 'd', 'e') or t.typname = 'void') and p.prosrc not like '%response.%', 'required', p.pronargs - p.pronargdefaults,
    'names', coalesce(to_json(p.proargnames[1:p.pronargs]), '[]'),
    'types', (select coalesce(json_agg(format_type(a.type, null) order by a.at), '[]') from unnest(p.proargtypes) with ordinality as a(type, at))) as signature
    from pg_proc p join pg_type t on t.oid = p.prorettype
   where p.pronamespace = 'public'::regnamespace and p.proname = $1 and p.prokind = 'f'`;

async function lookUp(name: string, atOnce: Database['atOnce']): Promise<Signature[]> {
  return Signatures.parse(await atOnce([SIGNATURES, [name]])).map(({ signature }) => signature);
}

/** The only one that takes these arguments. */
function called(signatures: readonly Signature[], given: readonly string[]): Signature | undefined {
  const [one, ...others] = signatures.filter(
    ({ names, required }) => given.every((name) => names.includes(name)) && names.slice(0, required).every((name) => given.includes(name)),
  );
  return one?.isPlain && others.length === 0 ? one : undefined;
}

/** As PostgREST calls it. */
function callOf(name: string, { names, types, returnsVoid }: Signature, given: readonly string[]): string {
  const columns = given.map((one) => `${quoted(one)} ${types[names.indexOf(one)]}`);
  const call = `public.${quoted(name)}(${given.map((one) => `${quoted(one)} => x.${quoted(one)}`).join(', ')})`;
  const answer = returnsVoid ? call : `to_json(${call})::text as answer`;
  return columns.length === 0
    ? `select ${answer} from (select $1::text) as x`
    : `select ${answer} from json_to_record($1::json) as x(${columns.join(', ')})`;
}

const quoted = (name: string) => `"${name.replaceAll('"', '""')}"`;
