import { z } from 'zod';

/** A request with this header only looks on (the control room's page): it uses up no fault and is no activity. */
export const ONLOOKER_HEADER = 'x-coresentia-onlooker';

/** The secrets of one Supabase: `sb_publishable_…` and `sb_secret_…` API keys, and what its access tokens are signed with (HS256). */
export const Keys = z.object({
  publishableKey: z.string().startsWith('sb_publishable_'),
  secretKey: z.string().startsWith('sb_secret_'),
  jwtSecret: z.string().min(32),
});
export type Keys = z.infer<typeof Keys>;

/** What one embedded Supabase is started with; travels to its process as JSON. */
export const Settings = z.object({
  /** 0 takes any free port; a taken port makes the next free one be used. */
  port: z.int().nonnegative(),
  /** Folder of the database; absent: in memory. */
  dataDir: z.string().optional(),
  /** Folder of the snapshot that spares a new database its initialisation; absent: none. */
  cacheDir: z.string().optional(),
  /** A real Postgres instead of the embedded one: `postgres://…`. Its `now()` does not follow the laptop's clock. */
  databaseUrl: z.string().optional(),
  /** Folder of `<14 digits>_<name>.sql` files. */
  migrations: z.string(),
  /** SQL for a new database, after its migrations, as the Supabase CLI runs `seed.sql` locally. */
  seed: z.string().optional(),
  keys: Keys,
  /** Where links in Supabase's own mails may lead. */
  siteUrl: z.url(),
  /** Milliseconds of the laptop's clock ahead of real time. */
  offsetMs: z.number(),
});
export type Settings = z.infer<typeof Settings>;

/** A mail that Supabase itself would send (sign-up, magic link, recovery …). */
export const AuthMail = z.object({ to: z.string(), type: z.string(), subject: z.string(), link: z.string(), otp: z.string() });
export type AuthMail = z.infer<typeof AuthMail>;
