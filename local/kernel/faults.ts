import type { Context, MiddlewareHandler } from 'hono';
import { z } from 'zod';
import type { Collection } from './collection';

/**
 * How a vendor call goes wrong. `lose-response`: the effect happens, then the connection breaks; `late`: the effect happens after `slowMs`, when the
 * caller may have given up; `stale`: a reading call answers as it did the time before (tests only, see `remembers`). All others have no effect.
 */
export const FaultMode = z.enum(['refuse', 'lose-response', 'slow', 'late', 'stale', 'rate-limit', 'server-error', 'malformed', 'reject']);
export type FaultMode = z.infer<typeof FaultMode>;

/** One scripted fault: the next `times` matching calls fail. `call: '*'` matches every call of the vendor; `slowMs` goes with `slow`. */
export const Fault = z.object({
  vendor: z.enum(['xero', 'twilio', 'ses', 'sns', 'supabase', 'eventbridge', 'stepfunctions', 'secrets', 'bedrock', 'lambda']),
  call: z.string().default('*'),
  mode: FaultMode,
  times: z.int().positive().default(1),
  slowMs: z.int().positive().default(30_000),
  /** For `reject`: the vendor's own error code or name. */
  code: z.string().optional(),
});
export type Fault = z.infer<typeof Fault>;

/** The faults that are armed, oldest first. */
export class Faults {
  readonly #armed: Collection<Fault>;
  #sequence = 0;
  /** Whether emulators keep the answers to reading calls, for the mode `stale`. */
  readonly remembers: boolean = false;

  constructor(armed: Collection<Fault>) {
    this.#armed = armed;
  }

  arm(fault: Fault): Promise<void> {
    this.#sequence += 1;
    return this.#armed.put(`${Date.now()}-${this.#sequence}`, fault);
  }

  all(): Fault[] {
    return this.#armed.all();
  }

  async clear(): Promise<void> {
    for (const [id] of this.#armed.entries()) await this.#armed.delete(id);
  }

  /** Tests hold a call here when it has arrived and has had no effect yet. */
  hold(_vendor: Fault['vendor'], _call: string): Promise<void> | undefined {
    return undefined;
  }

  /** The fault that this call meets, used up by it. */
  take(vendor: Fault['vendor'], call: string): Fault | undefined {
    for (const [id, fault] of this.#armed.entries()) {
      if (fault.vendor !== vendor || (fault.call !== '*' && fault.call !== call)) continue;
      if (fault.times === 1) void this.#armed.delete(id);
      else void this.#armed.put(id, { ...fault, times: fault.times - 1 });
      return fault;
    }
    return undefined;
  }
}

/** What a vendor's own error looks like, per mode; given by each emulator. */
export interface FaultAnswers {
  vendor: Fault['vendor'];
  /** The name of the call, as `POST /api/faults` gives it, for example `createInvoice`. */
  callOf(context: Context): string;
  rateLimited(context: Context): Response;
  serverError(context: Context): Response;
  rejected(context: Context, code: string | undefined): Response;
}

type Playing = Pick<Faults, 'take'> & Partial<Pick<Faults, 'hold' | 'remembers'>>;

/** Middleware that plays the armed faults in front of an emulator's routes. */
export function playFaults(faults: Playing, answers: FaultAnswers): MiddlewareHandler {
  const earlier = new Map<string, Response>();
  return async (context, next) => {
    const call = answers.callOf(context);
    await faults.hold?.(answers.vendor, call);
    const fault = faults.take(answers.vendor, call);
    const old = earlier.get(context.req.url);
    if (!fault) {
      await next();
      if (faults.remembers && context.req.method === 'GET') earlier.set(context.req.url, context.res.clone());
      return;
    }
    switch (fault.mode) {
      case 'refuse':
        return breakConnection(context);
      case 'lose-response':
        await next();
        return breakConnection(context);
      case 'slow':
        await new Promise((resolve) => setTimeout(resolve, fault.slowMs).unref());
        return breakConnection(context);
      case 'late':
        await new Promise((resolve) => setTimeout(resolve, fault.slowMs).unref());
        await next();
        return breakConnection(context);
      case 'stale':
        return old ? old.clone() : next();
      case 'rate-limit':
        return answers.rateLimited(context);
      case 'server-error':
        return answers.serverError(context);
      case 'malformed':
        return context.body('<html>not what you expect', 200);
      case 'reject':
        return answers.rejected(context, fault.code);
    }
  };
}

function breakConnection(context: Context): Response {
  context.env.incoming.socket.destroy();
  return context.body(null);
}
