/** Main program of the database's own process: PGlite blocks the event loop while it works. Started by `server.ts`, ends with its parent. */
import type { HttpBindings } from '@hono/node-server';
import { createMiddleware } from 'hono/factory';
import { clockOffset, installClock } from '../kernel/clock';
import { type Fault, playFaults } from '../kernel/faults';
import type { Listening } from '../kernel/serve';
import { callName, supabaseFaults } from './calls';
import { startEmbedded } from './embedded';
import { type FromProcess, FromStack } from './messages';
import { ONLOOKER_HEADER, type Settings } from './settings';

const offset = clockOffset();
const awaitedFaults = new Map<number, (fault: Fault | null) => void>();
let calls = 0;
let server: Promise<Listening> | undefined;

const tell = (message: FromProcess) => void process.send?.(message);

/** Asks the stack, which counts the request as activity, for the fault that it meets. Onlookers neither meet faults nor hold up the clock. */
const reportedToTheStack = createMiddleware<{ Bindings: HttpBindings }>(async (context, next) => {
  if (context.req.header(ONLOOKER_HEADER)) return next();
  calls += 1;
  const id = calls;
  context.env.outgoing.once('close', () => tell({ kind: 'done', id })); // answered, or given up by the caller
  tell({ kind: 'call', id, call: callName(context.req.method, context.req.path) });
  const fault = await new Promise<Fault | null>((resolve) => awaitedFaults.set(id, resolve));
  return fault ? playFaults({ take: () => fault }, supabaseFaults)(context, next) : next();
});

async function start(settings: Settings): Promise<Listening> {
  setClock(settings.offsetMs);
  installClock(offset); // before PGlite is loaded, whose now() reads this Date
  const listening = await startEmbedded(settings, { middleware: reportedToTheStack, deliverMail: (mail) => tell({ kind: 'mail', mail }) });
  tell({ kind: 'ready', port: listening.port });
  return listening;
}

const setClock = (offsetMs: number) => Atomics.store(offset, 0, BigInt(Math.round(offsetMs)));

/** Ends this process with everything on disk. */
async function stop(): Promise<void> {
  await server?.then(
    (listening) => listening.close(),
    () => undefined, // why it did not start is told already
  );
  process.exit();
}

process.on('message', (value) => {
  const message = FromStack.parse(value);
  switch (message.kind) {
    case 'start':
      server = start(message.settings);
      server.catch((cause: unknown) => {
        tell({ kind: 'failed', message: cause instanceof Error ? cause.message : String(cause) });
        process.disconnect();
      });
      break;
    case 'clock':
      setClock(message.offsetMs);
      tell({ kind: 'clock', id: message.id });
      break;
    case 'fault':
      awaitedFaults.get(message.id)?.(message.fault);
      awaitedFaults.delete(message.id);
      break;
    case 'stop':
      void stop();
  }
});
process.on('disconnect', () => void stop());
process.on('SIGTERM', () => void stop());
process.on('SIGINT', () => undefined); // Ctrl-C reaches the whole group; the stack ends its parts in order
