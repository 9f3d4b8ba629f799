/** A database of this process on the server that DATABASE_URL names: what is there stays as it is. */
import postgres from 'postgres';

/** The URL of a new, empty database, and how to drop it. Nothing in it needs to outlast a crash of the server. */
export async function ownDatabase(serverUrl: string): Promise<{ url: string; drop: () => Promise<void> }> {
  const name = `coresentia_simulation_${process.pid}`;
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  const onServer = async (statements: string[]) => {
    const sql = postgres(serverUrl, { max: 1, onnotice: () => undefined });
    for (const statement of statements) await sql.unsafe(statement);
    await sql.end();
  };
  await onServer([
    ROLES,
    `drop database if exists ${name} with (force)`,
    `create database ${name}`,
    `alter database ${name} set synchronous_commit = off`,
  ]);
  return { url: url.href, drop: () => onServer([`drop database if exists ${name} with (force)`]) };
}

/** A server has its roles once; two processes may begin at the same time. */
const ROLES = ['anon', 'authenticated', 'service_role']
  .map((role) => {
    const rights = role === 'service_role' ? 'bypassrls' : '';
    return `do $$ begin create role ${role} nologin noinherit ${rights}; exception when duplicate_object or unique_violation then null; end $$;`;
  })
  .join('\n');
