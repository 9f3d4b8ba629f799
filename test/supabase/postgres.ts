/** A Postgres with what a hosted project has before its first migration, and ours applied. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { readSnapshot, snapshotAfter, writeSnapshot } from '../../local/supabase/snapshot';
import type { Answer, Order } from './pglite-worker.mts';

export const migrationsFolder = join(__dirname, '../../supabase/migrations');

/** Roles, auth.users and the default grants of a hosted project. */
const hosted = `
create role anon nologin; create role authenticated nologin; create role service_role nologin bypassrls;
create schema auth; create schema extensions;
grant usage on schema public, auth, extensions to anon, authenticated, service_role;
alter default privileges in schema public grant all on tables to anon, authenticated, service_role;
alter default privileges in schema public grant all on sequences to anon, authenticated, service_role;
alter default privileges in schema public grant execute on functions to anon, authenticated, service_role;
create table auth.users (id uuid primary key default gen_random_uuid(), email varchar(255) unique, last_sign_in_at timestamptz, banned_until timestamptz);
create function auth.uid() returns uuid language sql stable as
  $$ select nullif(current_setting('request.jwt.claim.sub', true), '')::uuid $$;
`;

export type Role = { role: 'service_role' | 'anon' } | { role: 'authenticated'; userId: string };
export const service: Role = { role: 'service_role' };
export const anon: Role = { role: 'anon' };
export const member = (userId: string): Role => ({ role: 'authenticated', userId });

export interface Postgres {
  /** Rows of one statement, run as the role (default: the owner of the tables). Rejects with {message, code, hint}. */
  query: (sql: string, parameters?: unknown[], as?: Role) => Promise<Record<string, unknown>[]>;
  /** What an SQL function answers, called by named arguments as PostgREST does. */
  rpc: (name: string, args: Record<string, unknown>, as?: Role) => Promise<unknown>;
  /** Applies the migrations in order; `chosen` picks some of the files. */
  migrate(chosen?: (file: string) => boolean): Promise<void>;
  /** Its data folder as it is now. */
  dump(): Promise<Blob>;
  close(): Promise<void>;
}

const cacheDir = join(__dirname, '../../.local/cache');

/** A database before any migration; `before`: SQL of an older project. */
export async function emptyPostgres(before = ''): Promise<Postgres> {
  const postgres = openPostgres(readSnapshot(cacheDir, 'empty'));
  await postgres.script(hosted);
  await postgres.script(before);
  return postgres;
}

/** A new database, or a copy of what was dumped. */
function openPostgres(loadDataDir: Blob | undefined): Postgres & { script(sql: string): Promise<unknown> } {
  const worker = new Worker(join(__dirname, 'pglite-worker.mts'), { workerData: { loadDataDir } });
  const open = new Map<number, PromiseWithResolvers<Answer>>();
  worker.on('message', (answer: Answer) => {
    const { id, error } = answer;
    if (error) open.get(id)?.reject(Object.assign(new Error(error.message), error));
    else open.get(id)?.resolve(answer);
    open.delete(id);
  });
  let orders = 0;
  const order = (asked: Omit<Order, 'id'>) => {
    orders += 1;
    const answer = Promise.withResolvers<Answer>();
    open.set(orders, answer);
    worker.postMessage({ id: orders, ...asked } satisfies Order, []);
    return answer.promise;
  };
  const run = async (statements: Order['statements']) => (await order({ statements })).rows;
  const query: Postgres['query'] = (sql, parameters = [], as) => run([...(as ? acting(as) : []), { sql, parameters }]);
  return {
    script: (sql) => run([{ sql }]),
    query,
    async rpc(name, args, as = service) {
      const entries = Object.entries(args);
      const call = `public.${name}(${entries.map(([argument], index) => `${argument} => $${index + 1}`).join(', ')})`;
      const values = entries.map(([, value]) => value);
      const [row] = await query(`select ${call} as answer`, values, as);
      return row?.answer ?? null;
    },
    async migrate(chosen = () => true) {
      for (const file of readdirSync(migrationsFolder).sort().filter(chosen)) {
        const sql = readFileSync(join(migrationsFolder, file), 'utf8');
        await run([{ sql }]).catch((cause: Error) => {
          throw new Error(`${file}: ${cause.message}`, { cause });
        });
      }
    },
    dump: async () => (await order({ statements: [], dump: true })).tar!,
    close: async () => void (await worker.terminate()),
  };
}

function acting(as: Role): Order['statements'] {
  return [
    { sql: `select set_config('request.jwt.claim.sub', $1, true)`, parameters: ['userId' in as ? as.userId : ''] },
    { sql: `set local role ${as.role}` },
  ];
}

/** A new project with our migrations; a copy of one while they are the same. */
export async function migratedPostgres(): Promise<Postgres> {
  const files = readdirSync(migrationsFolder).sort();
  const made = snapshotAfter([hosted, ...files.flatMap((file) => [file, readFileSync(join(migrationsFolder, file), 'utf8')])]);
  const kept = readSnapshot(cacheDir, made);
  if (kept) return openPostgres(kept);
  const postgres = await emptyPostgres();
  await postgres.migrate();
  await writeSnapshot(cacheDir, made, () => postgres.dump());
  return postgres;
}
