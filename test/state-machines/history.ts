/** How long an execution's history can get. https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html */
import { type Machine, type Task, tasksOf } from './machine';

/** Step Functions ends an execution at this many events, and redrives none with more than 24,999. */
export const historyLimit = 25_000;

/** Scheduled, started, ended; a callback also says that it was submitted. Entering and leaving the state are two more. */
function taskEvents({ Resource, Retry }: Task): number {
  const attempts = 1 + Retry.reduce((sum, { MaxAttempts }) => sum + MaxAttempts, 0);
  return attempts * (Resource.endsWith('.waitForTaskToken') ? 4 : 3) + 2;
}

/** Events of an execution in which every retrier of every Task is used up, and every Task fails and is redriven `redrives` times. */
export function longestHistory(machine: Machine, redrives: number): number {
  const others = Object.values(machine.States).filter(({ Type }) => Type !== 'Task').length * 2;
  const tasks = tasksOf(machine).reduce((sum, { task }) => sum + (taskEvents(task) + 2) * (1 + redrives), 0);
  return 2 + others + tasks;
}
