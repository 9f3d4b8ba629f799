/** Finds what is wrong with a machine by the rules of this project; AWS's own rules are asl-validator's. */
import { isDeepStrictEqual } from 'node:util';
import * as z from 'zod';
import { Machine, nextOf, type Retrier, type State, type Task, tasksOf } from './machine';
import { retriersFor, type Traits } from './retriers';

/** What a machine is compared with. */
export interface Surroundings {
  steps: readonly string[];
  contract: Contract;
  /** Of the step's function. */
  functionTimeoutSeconds: (step: string) => number;
  mails: (step: string) => boolean;
}

/** What a machine hands to its steps, what stays of their answers, and how long its callback waits. */
export interface Contract {
  payloadOf: (step: string, callback: boolean) => Record<string, string>;
  /** Ids and times only, because whoever may look at an execution sees its state. */
  kept: Record<string, { path: string; fields: string[] }>;
  callbackSeconds: number;
}

/** Lambda's cold start comes on top of the function's own time-out. */
const coldStartSeconds = 10;
const day = 24 * 60 * 60;

const context = { 'executionId.$': '$$.Execution.Id' };
const counted = { ...context, 'redriveCount.$': '$$.Execution.RedriveCount' };
const token = { 'taskToken.$': '$$.Task.Token' };
const firstPayload = { 'tenantId.$': '$.tenantId', 'invoiceId.$': '$.invoiceId', 'invoiceNumber.$': '$.invoiceNumber', ...context };

export const provisioningContract: Contract = {
  payloadOf: (step, callback) =>
    step === 'ConfirmDeposit' ? firstPayload : { 'runId.$': '$.run.runId', ...counted, ...(callback && token) },
  kept: {
    ConfirmDeposit: { path: '$.run', fields: ['claim', 'runId'] },
    GoLive: { path: '$.checks', fields: ['day1At', 'day3At', 'day7At'] },
  },
  callbackSeconds: 30 * day,
};

export const offboardingContract: Contract = {
  payloadOf: (_, callback) => ({ 'offboardingId.$': '$.offboardingId', ...counted, ...(callback && token) }),
  kept: {
    StopProvisioning: { path: '$.offboarding', fields: ['claim'] },
    // A callback's answer is what it was woken with.
    AwaitRelease: { path: '$.wait', fields: ['decision'] },
  },
  callbackSeconds: 90 * day,
};

/** One sentence per problem; none for a good machine. */
export function lint(definition: unknown, surroundings: Surroundings): string[] {
  const parsed = Machine.safeParse(definition);
  if (!parsed.success) return [z.prettifyError(parsed.error)];
  const machine = parsed.data;
  const tasks = tasksOf(machine).filter(({ name }) => surroundings.steps.includes(name));
  return [
    ...stepProblems(machine, surroundings.steps),
    ...flowProblems(machine),
    ...tasks.flatMap(({ name, task }) => taskProblems({ name, task, surroundings }).map((problem) => `${name}: ${problem}`)),
  ];
}

function stepProblems(machine: Machine, steps: readonly string[]): string[] {
  const names = tasksOf(machine).map(({ name }) => name);
  return isDeepStrictEqual(names, [...steps]) ? [] : [`the Tasks are ${names.join(', ')} and the steps ${steps.join(', ')}`];
}

function flowProblems({ StartAt, States }: Machine): string[] {
  const reached = new Set<string>();
  const missing: string[] = [];
  const visit = (name: string) => {
    if (reached.has(name)) return;
    reached.add(name);
    const state = States[name];
    if (state) for (const next of nextOf(state)) visit(next);
    else missing.push(name);
  };
  visit(StartAt);
  return [
    ...missing.map((name) => `there is no state ${name}`),
    ...Object.keys(States).flatMap((name) => (reached.has(name) ? [] : [`${name} is never reached`])),
    ...Object.entries(States).flatMap(([name, state]) => (endsProperly(state) ? [] : [`${name} has both or neither of Next and End`])),
  ];
}

function endsProperly(state: State): boolean {
  return state.Type === 'Choice' || state.Type === 'Succeed' || (state.Next === undefined) !== (state.End === undefined);
}

function taskProblems({ name, task, surroundings }: { name: string; task: Task; surroundings: Surroundings }): string[] {
  const callback = task.Resource.endsWith('.waitForTaskToken');
  const traits = {
    callback,
    mails: surroundings.mails(name),
    awaitsReply: name === 'VerifySystem',
    awaitsStep: name === 'StopProvisioning',
  };
  const { payloadOf, kept, callbackSeconds } = surroundings.contract;
  return [
    ...(task.Parameters.FunctionName === `\${${name}Arn}` ? [] : [`calls ${task.Parameters.FunctionName}`]),
    ...(isDeepStrictEqual(task.Parameters.Payload, payloadOf(name, callback)) ? [] : ['its payload is not the contract’s']),
    ...resultProblems(task, kept[name], callback),
    ...timeoutProblems(task, callback ? callbackSeconds : surroundings.functionTimeoutSeconds(name) + coldStartSeconds + 5),
    ...retryProblems(task.Retry, traits),
  ];
}

function resultProblems({ ResultPath, ResultSelector }: Task, keeps: Contract['kept'][string] | undefined, callback: boolean): string[] {
  const answer = callback ? '$' : '$.Payload';
  const selector = keeps && Object.fromEntries(keeps.fields.map((field) => [`${field}.$`, `${answer}.${field}`]));
  const right = ResultPath === (keeps?.path ?? null) && isDeepStrictEqual(ResultSelector, selector);
  return right ? [] : ['keeps another result than ids and times'];
}

function timeoutProblems({ TimeoutSeconds }: Task, seconds: number): string[] {
  return TimeoutSeconds === seconds ? [] : [`waits ${TimeoutSeconds} s instead of ${seconds} s`];
}

function retryProblems(retriers: Retrier[], traits: Traits): string[] {
  const plain = retriers.map((retrier) => Object.fromEntries(Object.entries(retrier).filter(([field]) => field !== 'Comment')));
  return isDeepStrictEqual(plain, retriersFor(traits)) ? [] : ['its retriers differ from the table'];
}
