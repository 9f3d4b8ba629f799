import { type ServerType, serve } from '@hono/node-server';
import type { Hono } from 'hono';
import { type Duplex, duplexPair } from 'node:stream';
import type { Activity } from './activity';

/** A part that listens on the loopback interface. */
export interface Listening {
  /** For example `http://127.0.0.1:4001`, without a trailing slash. */
  url: string;
  port: number;
  close(): Promise<void>;
}

export interface ServeOptions {
  /** 0 takes any free port. A taken port makes the next free one of the following 50 be used. */
  port: number;
  /** Every request counts as activity. */
  activity?: Activity;
}

/**
 * Longer than the minute that an idle instance of a function lives. After Node's 5 s, a thread that a busy machine has kept waiting asks over
 * a connection that is just being closed, and its mail is in doubt.
 */
const KEEP_ALIVE_MS = 90_000;

/** What listens in this process, by port. */
const servers = new Map<number, ServerType>();

/** A connection without a socket to a server of this process; undefined if it has none on this port. */
export function connectionWithin(port: number): Duplex | undefined {
  const server = servers.get(port);
  if (!server) return undefined;
  const [near, far] = duplexPair();
  far.once('close', () => near.destroy()); // as a socket whose other end is gone
  server.emit('connection', far);
  return near;
}

/** Serves a Hono app on 127.0.0.1. */
export async function serveApp(app: Pick<Hono, 'fetch'>, { port, activity }: ServeOptions): Promise<Listening> {
  for (let candidate = port; ; candidate += 1) {
    try {
      return await listen(app, candidate, activity);
    } catch (cause) {
      const taken = cause instanceof Error && 'code' in cause && cause.code === 'EADDRINUSE';
      if (!taken || port === 0 || candidate >= port + 50) throw cause;
    }
  }
}

function listen(app: Pick<Hono, 'fetch'>, port: number, activity: Activity | undefined): Promise<Listening> {
  return new Promise((resolve, reject) => {
    const server = serve(
      {
        port,
        hostname: '127.0.0.1',
        serverOptions: { keepAliveTimeout: KEEP_ALIVE_MS },
        overrideGlobalObjects: false,
        fetch: (request, env) => (activity ? activity.during(async () => app.fetch(request, env)) : app.fetch(request, env)),
      },
      (address) => {
        servers.set(address.port, server);
        resolve({
          url: `http://127.0.0.1:${address.port}`,
          port: address.port,
          close: () =>
            new Promise((closed) => {
              servers.delete(address.port);
              server.close(() => closed());
              if ('closeAllConnections' in server) server.closeAllConnections();
            }),
        });
      },
    );
    server.once('error', reject);
  });
}
