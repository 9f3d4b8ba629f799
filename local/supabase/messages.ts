import { z } from 'zod';
import { Fault } from '../kernel/faults';
import { AuthMail, Settings } from './settings';

/** What the stack tells the database's process. `fault` answers the `call` with the same id. */
export const FromStack = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('start'), settings: Settings }),
  z.object({ kind: z.literal('clock'), id: z.int(), offsetMs: z.number() }),
  z.object({ kind: z.literal('fault'), id: z.int(), fault: Fault.nullable() }),
  z.object({ kind: z.literal('stop') }),
]);
export type FromStack = z.infer<typeof FromStack>;

/** What the database's process tells the stack. `clock` acknowledges; `call` and `done` enclose one request. */
export const FromProcess = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('ready'), port: z.int() }),
  z.object({ kind: z.literal('failed'), message: z.string() }),
  z.object({ kind: z.literal('clock'), id: z.int() }),
  z.object({ kind: z.literal('call'), id: z.int(), call: z.string() }),
  z.object({ kind: z.literal('done'), id: z.int() }),
  z.object({ kind: z.literal('mail'), mail: AuthMail }),
]);
export type FromProcess = z.infer<typeof FromProcess>;
