/** The part of the Amazon States Language that our machines are written in. Anything else is refused. */
import * as z from 'zod';

const Comment = z.string().optional();

export const Retrier = z.strictObject({
  Comment,
  ErrorEquals: z.array(z.string()).min(1),
  IntervalSeconds: z.int().positive().optional(),
  BackoffRate: z.number().min(1).optional(),
  MaxDelaySeconds: z.int().positive().optional(),
  MaxAttempts: z.int().nonnegative(),
  JitterStrategy: z.enum(['FULL', 'NONE']).optional(),
});
export type Retrier = z.infer<typeof Retrier>;

const Transition = { Next: z.string().optional(), End: z.literal(true).optional() };
const Task = z.strictObject({
  Comment,
  Type: z.literal('Task'),
  Resource: z.enum(['arn:aws:states:::lambda:invoke', 'arn:aws:states:::lambda:invoke.waitForTaskToken']),
  Parameters: z.strictObject({ FunctionName: z.string(), Payload: z.record(z.string(), z.string()) }),
  TimeoutSeconds: z.int().positive(),
  ResultSelector: z.record(z.string(), z.string()).optional(),
  ResultPath: z.string().nullable(),
  Retry: z.array(Retrier),
  ...Transition,
});
export type Task = z.infer<typeof Task>;
const Choice = z.strictObject({
  Comment,
  Type: z.literal('Choice'),
  Choices: z.array(z.strictObject({ Variable: z.string(), StringEquals: z.string(), Next: z.string() })).min(1),
});
const Wait = z.strictObject({ Comment, Type: z.literal('Wait'), TimestampPath: z.string(), ...Transition });
const Succeed = z.strictObject({ Comment, Type: z.literal('Succeed') });

/** No Fail (it would fail again on redrive), no Catch (it would hide the failing state), no JSONata, no loop over data. */
const State = z.discriminatedUnion('Type', [Task, Choice, Wait, Succeed]);
export type State = z.infer<typeof State>;

export const Machine = z.strictObject({ Comment, StartAt: z.string(), States: z.record(z.string(), State) });
export type Machine = z.infer<typeof Machine>;

/** The Tasks by name. */
export function tasksOf(machine: Machine): { name: string; task: Task }[] {
  return Object.entries(machine.States).flatMap(([name, state]) => (state.Type === 'Task' ? [{ name, task: state }] : []));
}

/** Where a state may go. */
export function nextOf(state: State): string[] {
  if (state.Type === 'Choice') return state.Choices.map(({ Next }) => Next);
  return state.Type === 'Succeed' || state.Next === undefined ? [] : [state.Next];
}
