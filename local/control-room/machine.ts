/** The state machine of one execution as a picture: its own definition, and what its history says of every state. */
import { z } from 'zod';
import type { HistoryEvent } from '../step-functions/history';
import type { StepFunctions } from '../step-functions/server';

/** `waiting`: a Wait, or a callback whose answer somebody owes. */
export type StateStatus = 'ahead' | 'running' | 'retrying' | 'waiting' | 'done' | 'failed' | 'timed out' | 'stopped';

/** One state. Times are ISO 8601; `error` is what its last failed attempt said, while it stands there. */
export interface StateView {
  name: string;
  type: string;
  /** Ends when somebody sends its task token. */
  isCallback: boolean;
  /** Not on the way that its Choice takes first. */
  isAside: boolean;
  comment: string;
  status: StateStatus;
  attempts: number;
  enteredAt: string | null;
  leftAt: string | null;
  error: string | null;
  cause: string | null;
}

const Next = z.object({ Next: z.string() });
const State = z.object({
  Type: z.string(),
  Comment: z.string().default(''),
  Next: z.string().optional(),
  Default: z.string().optional(),
  Choices: z.array(Next).default([]),
  Catch: z.array(Next).default([]),
  Resource: z.string().default(''),
});
type State = z.infer<typeof State>;
const Definition = z.object({ StartAt: z.string(), States: z.record(z.string(), State) });

/** The states of an execution in the order in which they are passed. */
export function machineOf({ definition, history }: Pick<StepFunctions, 'definition' | 'history'>, executionArn: string): StateView[] {
  const { StartAt, States } = Definition.parse(JSON.parse(definition(executionArn)));
  const visits = visitsOf(history(executionArn));
  return inOrder(StartAt, States).map(({ name, state, isAside }) => ({
    name,
    type: state.Type,
    isCallback: state.Resource.endsWith('.waitForTaskToken'),
    isAside,
    comment: state.Comment,
    ...viewOf(visits.get(name)),
  }));
}

interface Placed {
  name: string;
  state: State;
  isAside: boolean;
}

/** Follows every way from `start`: the first way of each state is the main one, the others stand aside behind it. */
function inOrder(start: string, states: Record<string, State>): Placed[] {
  const placed = new Map<string, Placed>();
  const place = (name: string, isAside: boolean) => {
    const state = states[name];
    if (!state || placed.has(name)) return;
    placed.set(name, { name, state, isAside });
    const [main, ...others] = waysOf(state);
    for (const other of others) if (other !== main) place(other, true);
    if (main !== undefined) place(main, isAside);
  };
  place(start, false);
  return [...placed.values()];
}

function waysOf({ Next, Choices, Default, Catch }: State): string[] {
  return [Next, ...Choices.map((choice) => choice.Next), Default, ...Catch.map((catcher) => catcher.Next)].flatMap((name) => name ?? []);
}

interface Visit {
  attempts: number;
  enteredMs: number;
  leftMs: number | null;
  status: StateStatus;
  error: string | null;
  cause: string | null;
}

const iso = (ms: number | null | undefined) => (ms === undefined || ms === null ? null : new Date(ms).toISOString());

function viewOf(visit: Visit | undefined) {
  const { attempts = 0, enteredMs, leftMs, status = 'ahead', error = null, cause = null } = visit ?? {};
  return { status, attempts, enteredAt: iso(enteredMs), leftAt: iso(leftMs), error, cause };
}

/** An event belongs to the state that the chain of previous events leads to. */
function visitsOf(events: HistoryEvent[]): Map<string, Visit> {
  const visits = new Map<string, Visit>();
  const stateOf = new Map<number, string>();
  for (const event of events) {
    const name = event.type.endsWith('StateEntered') ? String(event.details?.['name']) : stateOf.get(event.previousEventId);
    if (name === undefined) continue;
    stateOf.set(event.id, name);
    const visit = visits.get(name) ?? {
      attempts: 0,
      enteredMs: event.timestampMs,
      leftMs: null,
      status: 'running',
      error: null,
      cause: null,
    };
    visits.set(name, after(visit, event));
  }
  return visits;
}

/** What a state's visit is after one more event. */
function after(visit: Visit, { type, timestampMs, details = {} }: HistoryEvent): Visit {
  const text = (field: string) => (typeof details[field] === 'string' ? details[field] : null);
  if (type.endsWith('StateExited')) return { ...visit, status: 'done', leftMs: timestampMs, error: null, cause: null };
  if (type === 'WaitStateEntered' || type === 'TaskSubmitted') return { ...visit, status: 'waiting', leftMs: null };
  if (type.endsWith('Scheduled')) return { ...visit, status: 'running', attempts: visit.attempts + 1 };
  if (type === 'ExecutionSucceeded') return visit;
  const end = ends[type];
  if (end) return { ...visit, status: end, error: text('error') ?? visit.error, cause: text('cause') ?? visit.cause };
  if (/(Failed|TimedOut)$/.test(type))
    return { ...visit, status: 'retrying', error: text('error') ?? 'States.Timeout', cause: text('cause') };
  return { ...visit, status: 'running', leftMs: null };
}

const ends: Record<string, StateStatus> = { ExecutionFailed: 'failed', ExecutionTimedOut: 'timed out', ExecutionAborted: 'stopped' };
