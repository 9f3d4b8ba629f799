import { z } from 'zod';

/** AWS's words for how an execution stands. */
export const Status = z.enum(['RUNNING', 'SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED']);
export type Status = z.infer<typeof Status>;

/** One attempt of a Task: from TaskScheduled until it succeeds, fails or times out. All times are epoch milliseconds. */
export const Attempt = z.object({
  at: z.literal('task'),
  functionName: z.string(),
  payload: z.unknown(),
  /** Of a callback Task; new for every attempt. */
  token: z.string().optional(),
  /** The function has returned; only the token is awaited. */
  submitted: z.boolean(),
  deadlineMs: z.number().optional(),
  heartbeatSeconds: z.number().optional(),
  heartbeatDueMs: z.number().optional(),
});
export type Attempt = z.infer<typeof Attempt>;

/** Where a branch stands in its current state. `ended`: it failed or was aborted here, a redrive enters the state again. */
export const Phase = z.discriminatedUnion('at', [
  z.object({ at: z.literal('entering') }),
  z.object({ at: z.literal('waiting'), untilMs: z.number() }),
  z.object({ at: z.literal('retrying'), untilMs: z.number() }),
  Attempt,
  z.object({
    at: z.literal('parallel'),
    get branches(): z.ZodArray<typeof Branch> {
      return z.array(Branch);
    },
  }),
  z.object({ at: z.literal('done'), output: z.unknown() }),
  z.object({ at: z.literal('ended') }),
]);
export type Phase = z.infer<typeof Phase>;

/** One sequence of states: the execution itself, or a branch of a Parallel. Plain JSON, so that a restart continues from it. */
export const Branch = z.object({
  state: z.string(),
  /** The current state's input, before InputPath. */
  input: z.unknown(),
  enteredMs: z.number(),
  enteredEventId: z.number(),
  /** The next event's previousEventId. */
  lastEventId: z.number(),
  /** How often each retrier was used since the state was entered. */
  retries: z.array(z.number()),
  phase: Phase,
});
export type Branch = z.infer<typeof Branch>;

/** An execution without its history. Texts are JSON as given or produced; times are epoch milliseconds. */
export const Execution = z.object({
  id: z.number(),
  arn: z.string(),
  name: z.string(),
  stateMachineArn: z.string(),
  stateMachineName: z.string(),
  /** The definition it started with and keeps, also when it is redriven. */
  definitionId: z.string(),
  inputText: z.string(),
  startMs: z.number(),
  status: Status,
  stopMs: z.number().optional(),
  outputText: z.string().optional(),
  error: z.string().optional(),
  cause: z.string().optional(),
  /** When the machine's TimeoutSeconds are over. */
  deadlineMs: z.number().optional(),
  redriveCount: z.number(),
  redriveMs: z.number().optional(),
  lastEventId: z.number(),
  root: Branch,
});
export type Execution = z.infer<typeof Execution>;

/** A branch that is about to enter its first state. */
export function newBranch(state: string, input: unknown): Branch {
  return { state, input, enteredMs: 0, enteredEventId: 0, lastEventId: 0, retries: [], phase: { at: 'entering' } };
}

/** The names of the states an execution is in: several inside a Parallel, none once it succeeded. */
export function currentStates({ state, phase }: Branch): string[] {
  if (phase.at === 'done') return [];
  return phase.at === 'parallel' ? phase.branches.flatMap(currentStates) : [state];
}
