/** A Supabase as the stack runs it: the built process, reached over HTTP with supabase-js. `npm test` builds before. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient, type SupabaseClient } from '@supabase/supabase-js';
import { type Kernel, openKernel } from '../../../local/kernel/kernel';
import { type Supabase, type SupabaseOptions, startSupabase } from '../../../local/supabase/server';
import type { AuthMail } from '../../../local/supabase/settings';

export const MIGRATIONS = join(__dirname, 'migrations');
const CACHE = join(__dirname, '../../../.local/cache');

export interface Rig {
  supabase: Supabase;
  kernel: Kernel;
  mails: AuthMail[];
  /** A client with the secret key. */
  secret: SupabaseClient;
  /** A new client with the publishable key. */
  visitor(): SupabaseClient;
  /** A new client with a signed-in new user. */
  signedIn(email: string): Promise<{ client: SupabaseClient; userId: string }>;
  stop(): Promise<void>;
}

export async function startRig(options: Partial<SupabaseOptions> = {}): Promise<Rig> {
  const kernel = openKernel(undefined);
  const mails: AuthMail[] = [];
  const supabase = await startSupabase(kernel, {
    port: 0,
    migrations: MIGRATIONS,
    cacheDir: CACHE,
    databaseUrl: process.env['TEST_DATABASE_URL'], // an empty database, to run a file of these tests against a real Postgres
    siteUrl: 'http://localhost:3000',
    onMail: (mail) => mails.push(mail),
    ...options,
  });
  const client = (key: string) =>
    createClient(supabase.url, key, { auth: { persistSession: false, autoRefreshToken: false }, db: { retry: false } });
  const secret = client(supabase.secretKey);
  return {
    supabase,
    kernel,
    mails,
    secret,
    visitor: () => client(supabase.publishableKey),
    async signedIn(email) {
      const password = 'a-good-password';
      const created = must(await secret.auth.admin.createUser({ email, password, email_confirm: true }));
      const user = client(supabase.publishableKey);
      must(await user.auth.signInWithPassword({ email, password }));
      return { client: user, userId: created.user.id };
    },
    async stop() {
      await supabase.close();
      await kernel.close();
    },
  };
}

/** The data of an answer that must not be an error. */
export function must<Answer extends { data: unknown; error: unknown }>(
  answer: Answer,
): NonNullable<Extract<Answer, { error: null }>['data']> {
  if (answer.error) throw new Error(JSON.stringify(answer.error), { cause: answer.error });
  return answer.data!;
}

/** What an answer says about its failure. */
export function failure({ error, status }: { error: { code?: string | undefined; status?: number | undefined } | null; status?: number }) {
  return { status: status ?? error?.status, code: error?.code };
}

const folders: string[] = [];

/** A new folder that is removed at the end of the test file. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'supabase-'));
  folders.push(folder);
  return folder;
}

afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});
