import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Database } from '../database';

const Json = z.record(z.string(), z.unknown());
const Time = z.string().nullable();

/** A row of `auth.users`; times are ISO 8601. */
export const User = z.object({
  id: z.uuid(),
  aud: z.string().nullable(),
  role: z.string().nullable(),
  email: z.string().nullable(),
  phone: z.string().nullable(),
  encrypted_password: z.string().nullable(),
  email_confirmed_at: Time,
  phone_confirmed_at: Time,
  confirmed_at: Time,
  invited_at: Time,
  confirmation_token: z.string().nullable(),
  confirmation_sent_at: Time,
  recovery_token: z.string().nullable(),
  recovery_sent_at: Time,
  email_change: z.string().nullable(),
  email_change_token_new: z.string().nullable(),
  email_change_token_current: z.string().nullable(),
  email_change_sent_at: Time,
  raw_app_meta_data: Json.nullable(),
  raw_user_meta_data: Json.nullable(),
  banned_until: Time,
  deleted_at: Time,
  is_anonymous: z.boolean(),
  last_sign_in_at: Time,
  created_at: Time,
  updated_at: Time,
});
export type User = z.infer<typeof User>;

/** A row of `auth.identities`. */
export const Identity = z.object({
  id: z.uuid(),
  provider: z.string(),
  provider_id: z.string(),
  user_id: z.uuid(),
  identity_data: Json,
  email: z.string().nullable(),
  last_sign_in_at: Time,
  created_at: Time,
  updated_at: Time,
});
export type Identity = z.infer<typeof Identity>;

export type UserChanges = Partial<Omit<User, 'id' | 'confirmed_at' | 'created_at' | 'updated_at'>>;

export interface NewUser {
  email: string;
  id?: string | undefined;
  role?: string | undefined;
  /** bcrypt; absent: nobody can sign in with a password. */
  passwordHash?: string | undefined;
  userMetadata?: Record<string, unknown> | undefined;
}

const INSERT = `
with new_user as (
  insert into auth.users (id, email, role, encrypted_password, raw_user_meta_data, raw_app_meta_data)
  values ($1, $2, $3, $4, $5, '{"provider": "email", "providers": ["email"]}')
  returning *
), identity as (
  insert into auth.identities (id, provider, provider_id, user_id, identity_data, last_sign_in_at)
  select gen_random_uuid(), 'email', id::text, id,
    jsonb_build_object('sub', id::text, 'email', email, 'email_verified', false, 'phone_verified', false), now()
  from new_user
)
select * from new_user`;

/** Supabase Auth's users in the database. */
export type Users = ReturnType<typeof usersIn>;

/** Reads and writes `auth.users`, `auth.identities` and what hangs on them. */
export function usersIn({ query }: Pick<Database, 'query'>) {
  const one = async (...statement: Parameters<typeof query>) => User.optional().parse((await query(...statement))[0]);
  const certain = async (...statement: Parameters<typeof query>) => User.parse((await query(...statement))[0]);

  return {
    byId: (id: string) => one('select * from auth.users where id = $1', [id]),
    byEmail: (email: string) => one('select * from auth.users where email = $1', [email.toLowerCase()]),
    /** The user to whom a link with this token hash was given. */
    byLinkToken: (token: string) => one('select * from auth.users where confirmation_token = $1 or recovery_token = $1', [token]),
    byRefreshToken: (token: string) =>
      one('select u.* from auth.users u join auth.refresh_tokens t on t.user_id = u.id where t.token = $1', [token]),

    async page(page: number, perPage: number): Promise<User[]> {
      const rows = await query('select * from auth.users order by created_at desc limit $1 offset $2', [perPage, (page - 1) * perPage]);
      return z.array(User).parse(rows);
    },

    async count(): Promise<number> {
      const [row] = await query('select count(*)::int as users from auth.users');
      return z.object({ users: z.int() }).parse(row).users;
    },

    insert: ({ id = randomUUID(), email, role = 'authenticated', passwordHash, userMetadata = {} }: NewUser) =>
      certain(INSERT, [id, email, role, passwordHash ?? null, JSON.stringify(userMetadata)]),

    /** Changes what `changes` names and leaves the rest. */
    update(id: string, changes: UserChanges): Promise<User> {
      const values = Object.values(changes).map((value) => (typeof value === 'object' && value !== null ? JSON.stringify(value) : value));
      const assignments = ['updated_at = now()', ...Object.keys(changes).map((column, index) => `${column} = $${index + 2}`)];
      return certain(`update auth.users set ${assignments.join(', ')} where id = $1 returning *`, [id, ...values]);
    },

    async delete(id: string): Promise<void> {
      await query('delete from auth.users where id = $1', [id]);
    },

    async endSessions(id: string): Promise<void> {
      await query('delete from auth.refresh_tokens where user_id = $1', [id]);
      await query('delete from auth.sessions where user_id = $1', [id]);
    },

    async identitiesOf(id: string): Promise<Identity[]> {
      return z.array(Identity).parse(await query('select * from auth.identities where user_id = $1 order by created_at', [id]));
    },

    /** Adds to what the user's e-mail identity says. */
    async updateEmailIdentity(id: string, data: Record<string, unknown>): Promise<void> {
      await query(
        `update auth.identities set identity_data = identity_data || $2::jsonb, updated_at = now() where user_id = $1 and provider = 'email'`,
        [id, JSON.stringify(data)],
      );
    },
  };
}
