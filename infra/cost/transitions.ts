/** How many state transitions one client is charged for, counted from the state machine's own file. */
import { readFileSync } from 'node:fs';
import * as z from 'zod';
import { aslFile } from '../state-machine-file';

const State = z.looseObject({
  Type: z.string(),
  Next: z.string().optional(),
  Choices: z.array(z.looseObject({ Next: z.string() })).optional(),
});
const Machine = z.looseObject({ StartAt: z.string(), States: z.record(z.string(), State) });

/** Retries of one client's run: VerifySystem waits for a reply, mostly two rounds; each retry is charged as one transition. */
export const retriesPerClient = 3;

/** Every state on the longest way through the machine (a client who goes all the way), and the usual retries. */
export function transitionsPerClient(text = readFileSync(aslFile, 'utf8')): number {
  const { StartAt, States } = Machine.parse(JSON.parse(text));
  const longest = (name: string, seen: ReadonlySet<string>): number => {
    const state = States[name];
    if (!state || seen.has(name)) return 0;
    const next = [...(state.Next ? [state.Next] : []), ...(state.Choices ?? []).map((choice) => choice.Next)];
    return 1 + Math.max(0, ...next.map((each) => longest(each, new Set([...seen, name]))));
  };
  return longest(StartAt, new Set()) + retriesPerClient;
}
