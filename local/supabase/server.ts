import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import type { Kernel } from '../kernel/kernel';
import type { Listening } from '../kernel/serve';
import { keysOf } from './keys';
import { FromProcess, type FromStack } from './messages';
import type { AuthMail, Keys, Settings } from './settings';

export interface SupabaseOptions {
  /** 0 takes any free port; a taken port makes the next free one be used. */
  port: number;
  /** Folder of `<14 digits>_<name>.sql` files. */
  migrations: string;
  /** Folder of the database and its keys; undefined: in memory. */
  dataDir?: string | undefined;
  /** Folder of the snapshot that spares a new database 3 s; undefined: none. */
  cacheDir?: string | undefined;
  /** A real Postgres instead of the embedded one (DATABASE_URL). */
  databaseUrl?: string | undefined;
  /** Undefined: those of `dataDir`, made at its first use. */
  keys?: Keys | undefined;
  /** The portal's address, to which links in Supabase's own mails may lead. */
  siteUrl?: string | undefined;
  onMail?: (mail: AuthMail) => void;
  /** The database's process ended unasked. Undefined: throws, which ends the stack; nothing is restarted silently. */
  onExit?: (cause: Error) => void;
  /** The bundled `process.ts`. */
  processFile?: string | undefined;
}

/** A running Supabase; `supabase-js` takes its `url` and one of its keys. */
export interface Supabase extends Listening, Keys {
  /** The database's process id. */
  pid: number;
  /** Sets how far the database's clock is ahead of real time; resolves when it is. The kernel's timers call it on every jump. */
  setOffset(offsetMs: number): Promise<void>;
}

const PROCESS_FILE = 'dist/local/supabase/process.js'; // npm scripts run in the package's folder
const STOP_LIMIT_MS = 10_000;

/** Starts Supabase in a process of its own that dies with this one. Throws when it does not start, with the reason. */
export async function startSupabase(kernel: Kernel, options: SupabaseOptions): Promise<Supabase> {
  const keys = options.keys ?? keysOf(options.dataDir);
  const child = fork(resolve(options.processFile ?? PROCESS_FILE), {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    env: { ...process.env, DO_NOT_TRACK: '1' },
  });
  const link = linkTo(child, kernel, options);
  link.tell({ kind: 'start', settings: settingsOf(options, keys, kernel) });
  const port = await link.ready;
  const stopFollowingClock = kernel.timers.onMove(link.setOffset);
  return {
    ...keys,
    url: `http://127.0.0.1:${port}`,
    port,
    pid: child.pid ?? 0,
    setOffset: link.setOffset,
    async close() {
      stopFollowingClock();
      await link.stop();
    },
  };
}
