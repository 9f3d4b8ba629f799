import { fork } from 'node:child_process';
import { join, resolve } from 'node:path';
import type { Kernel } from '../kernel/kernel';
import type { Listening } from '../kernel/serve';
import { keysOf } from './keys';
import { linkTo } from './process-link';
import type { AuthMail, Keys } from './settings';

export interface SupabaseOptions {
  /** 0 takes any free port; a taken port makes the next free one be used. */
  port: number;
  /** Folder of `<14 digits>_<name>.sql` files. */
  migrations: string;
  /** SQL file for a new database, after its migrations. */
  seed?: string | undefined;
  /** Folder of the database and its keys; absent: in memory. */
  dataDir?: string | undefined;
  /** Folder of the snapshot that spares a new database 3 s; absent: none. */
  cacheDir?: string | undefined;
  /** A real Postgres instead of the embedded one: DATABASE_URL. */
  databaseUrl?: string | undefined;
  /** Absent: those of `dataDir`, made at its first use. */
  keys?: Keys | undefined;
  /** The portal's address, to which links in Supabase's own mails may lead. */
  siteUrl?: string | undefined;
  onMail?: (mail: AuthMail) => void;
  /** The database's process ended unasked. Absent: throws, which ends the stack; nothing is restarted silently. */
  onExit?: (cause: Error) => void;
  /** The bundled `process.ts`. */
  processFile?: string | undefined;
}

/** A running Supabase; supabase-js takes its `url` and one of its keys. */
export interface Supabase extends Listening, Keys {
  /** The id of the database's process. */
  pid: number;
  /** Sets how many milliseconds the database's clock is ahead of real time. The kernel's timers do it on every jump. */
  setOffset(offsetMs: number): Promise<void>;
}

const PROCESS_FILE = 'dist/local/supabase/process.js'; // npm scripts run in the package's folder

/** Starts Supabase in a process of its own that ends with this one. Throws the reason when it does not start. */
export async function startSupabase(kernel: Kernel, options: SupabaseOptions): Promise<Supabase> {
  const { port, migrations, seed, dataDir, cacheDir, databaseUrl, siteUrl = 'http://127.0.0.1:3000' } = options;
  const keys = options.keys ?? keysOf(dataDir);
  const child = fork(resolve(options.processFile ?? PROCESS_FILE), {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    env: {
      ...process.env,
      DO_NOT_TRACK: '1', // lite's packages honour it; nothing of ours calls its reporting command line
      ...(cacheDir && { NODE_COMPILE_CACHE: join(cacheDir, 'node') }), // lite and PGlite are 2 MB of JavaScript
    },
  });
  const { onMail = () => undefined, onExit = endTheStack } = options;
  const link = linkTo(child, kernel, { onMail, onExit });
  const offsetMs = Number(Atomics.load(kernel.offset, 0));
  const actualPort = await link.start({ port, migrations, seed, dataDir, cacheDir, databaseUrl, siteUrl, keys, offsetMs });
  const stopFollowing = kernel.timers.onMove(link.setOffset);
  return {
    ...keys,
    url: `http://127.0.0.1:${actualPort}`,
    port: actualPort,
    pid: child.pid ?? 0,
    setOffset: link.setOffset,
    close() {
      stopFollowing();
      return link.stop();
    },
  };
}

function endTheStack(cause: Error): never {
  throw cause;
}
