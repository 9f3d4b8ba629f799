/** The embedded Supabase within this process: what a request costs is then its SQL, not its way to another process and back. */
import { type HttpBindings } from '@hono/node-server';
import { createMiddleware } from 'hono/factory';
import { playFaults } from '../../local/kernel/faults';
import type { Kernel } from '../../local/kernel/kernel';
import { supabaseFaults } from '../../local/supabase/calls';
import { startEmbedded } from '../../local/supabase/embedded';
import { newKeys } from '../../local/supabase/keys';
import type { Supabase } from '../../local/supabase/server';
import { ONLOOKER_HEADER, type Settings } from '../../local/supabase/settings';
import { routeFetch } from './route-fetch';

/** As `startSupabase`, with the kernel's clock, activity and faults at hand. */
export async function startSupabaseHere({ activity, faults }: Kernel, settings: Omit<Settings, 'keys' | 'offsetMs'>): Promise<Supabase> {
  const keys = newKeys();
  const faulty = playFaults(faults, supabaseFaults);
  const middleware = createMiddleware<{ Bindings: HttpBindings }>((context, next) =>
    context.req.header(ONLOOKER_HEADER) ? next() : activity.during(async () => faulty(context, next)),
  );
  const embedded = await startEmbedded({ ...settings, keys, offsetMs: 0 }, { middleware });
  const unroute = routeFetch(embedded.url, embedded.fetch);
  return {
    ...keys,
    url: embedded.url,
    port: embedded.port,
    pid: process.pid,
    setOffset: async () => undefined, // its clock is this process's own
    close() {
      unroute();
      return embedded.close();
    },
  };
}
