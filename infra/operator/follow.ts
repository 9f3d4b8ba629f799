/** Watches one execution of the provisioning machine from outside, as its history grows. */
import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import { parseJson } from '../../shared/json';
import type { AskAws } from './aws';
import { askStates, type HistoryEvent, historyOf, newestExecutions } from './execution-history';

const POLL_MS = 1000;
const Execution = z.object({ input: z.string() });
const Started = z.object({ invoiceId: z.string() });

/** What a watcher hears: a state was entered or left, or the execution is over. */
export type Step = { kind: 'entered' | 'left' | 'ended'; name: string } | { kind: 'failed'; error: string; cause: string };

/** Looks through the newest executions until one was started for the invoice; undefined if none is within the time. */
export async function findExecution(
  ask: AskAws,
  { stateMachineArn, invoiceId, withinMs }: { stateMachineArn: string; invoiceId: string; withinMs: number },
): Promise<string | undefined> {
  for (let waitedMs = 0; waitedMs <= withinMs; waitedMs += POLL_MS) {
    for (const executionArn of await newestExecutions(ask, { stateMachineArn })) {
      const { input } = await askStates(ask, { action: 'DescribeExecution', json: { executionArn } }, Execution);
      const started = Started.safeParse(parseJson(input));
      if (started.data?.invoiceId.toLowerCase() === invoiceId.toLowerCase()) return executionArn;
    }
    await sleep(POLL_MS);
  }
  return undefined;
}

/** Every step once, from the beginning; ends with the execution. */
export async function* follow(ask: AskAws, executionArn: string): AsyncGenerator<Step> {
  for (let seen = 0; ; await sleep(POLL_MS)) {
    const events = await historyOf(ask, executionArn);
    for (const event of events.slice(seen)) {
      const step = stepOf(event);
      if (step) yield step;
      if (step?.kind === 'failed' || step?.kind === 'ended') return;
    }
    seen = events.length;
  }
}

function stepOf({ type, ...event }: HistoryEvent): Step | undefined {
  if (event.stateEnteredEventDetails) return { kind: 'entered', name: event.stateEnteredEventDetails.name };
  if (event.stateExitedEventDetails) return { kind: 'left', name: event.stateExitedEventDetails.name };
  if (event.executionFailedEventDetails) return { kind: 'failed', ...event.executionFailedEventDetails };
  return /^Execution(Succeeded|Aborted|TimedOut)$/.test(type) ? { kind: 'ended', name: type } : undefined;
}
