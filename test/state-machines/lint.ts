/** Finds what is wrong with a machine by the rules of this project; AWS's own rules are asl-validator's. */
import { isDeepStrictEqual } from 'node:util';
import * as z from 'zod';
import { Machine, nextOf, type Retrier, type State, type Task, tasksOf } from './machine';
import { retriersFor, type Traits } from './retriers';

/** What a machine is compared with. */
export interface Surroundings {
  steps: readonly string[];
  /** Of the step's function. */
  functionTimeoutSeconds: (step: string) => number;
  mails: (step: string) => boolean;
}

/** Lambda's cold start comes on top of the function's own time-out. */
const coldStartSeconds = 10;
const callbackSeconds = 30 * 24 * 60 * 60;

const context = { 'executionId.$': '$$.Execution.Id' };
const stepPayload = { 'runId.$': '$.run.runId', ...context, 'redriveCount.$': '$$.Execution.RedriveCount' };
const firstPayload = { 'tenantId.$': '$.tenantId', 'invoiceId.$': '$.invoiceId', 'invoiceNumber.$': '$.invoiceNumber', ...context };
/** What stays in the state: ids and times, because whoever may look at an execution sees it. */
const kept: Record<string, { path: string; fields: string[] }> = {
  ConfirmDeposit: { path: '$.run', fields: ['claim', 'runId'] },
  GoLive: { path: '$.checks', fields: ['day1At', 'day3At', 'day7At'] },
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
  const traits = { callback, mails: surroundings.mails(name), awaitsReply: name === 'VerifySystem' };
  const payload = name === 'ConfirmDeposit' ? firstPayload : { ...stepPayload, ...(callback && { 'taskToken.$': '$$.Task.Token' }) };
  return [
    ...(task.Parameters.FunctionName === `\${${name}Arn}` ? [] : [`calls ${task.Parameters.FunctionName}`]),
    ...(isDeepStrictEqual(task.Parameters.Payload, payload) ? [] : ['its payload is not the contract’s']),
    ...resultProblems(name, task),
    ...timeoutProblems(task, callback ? callbackSeconds : surroundings.functionTimeoutSeconds(name) + coldStartSeconds + 5),
    ...retryProblems(task.Retry, traits),
  ];
}

function resultProblems(name: string, { ResultPath, ResultSelector }: Task): string[] {
  const keeps = kept[name];
  const selector = keeps && Object.fromEntries(keeps.fields.map((field) => [`${field}.$`, `$.Payload.${field}`]));
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
