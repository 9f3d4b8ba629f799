/** Executions as Step Functions tells of them: https://docs.aws.amazon.com/step-functions/latest/apireference/API_GetExecutionHistory.html */
import * as z from 'zod';
import type { AskAws } from './aws';

const State = z.object({ name: z.string() });
const HistoryEvent = z.looseObject({
  type: z.string(),
  executionFailedEventDetails: z.object({ error: z.string().default('unknown'), cause: z.string().default('') }).optional(),
  stateEnteredEventDetails: State.optional(),
  stateExitedEventDetails: State.optional(),
});
export type HistoryEvent = z.infer<typeof HistoryEvent>;

const History = z.object({ events: z.array(HistoryEvent), nextToken: z.string().optional() });
const Executions = z.object({ executions: z.array(z.object({ executionArn: z.string() })) });

/** Calls an action of Step Functions. Throws what to look at if it does not answer. */
export async function askStates<T>(ask: AskAws, { action, json }: { action: string; json: object }, schema: z.ZodType<T>): Promise<T> {
  const answer = await ask({ service: 'states', target: `AWSStepFunctions.${action}`, json });
  if (answer.status === 200) return schema.parse(answer.body);
  throw new Error(`Step Functions answered ${answer.status} to ${action}: is the stage deployed, and may this profile do that?`);
}

/** ARNs of a machine's newest executions, the newest first. */
export async function newestExecutions(ask: AskAws, query: { stateMachineArn: string }): Promise<string[]> {
  const { executions } = await askStates(ask, { action: 'ListExecutions', json: { ...query, maxResults: 20 } }, Executions);
  return executions.map(({ executionArn }) => executionArn);
}

/** All events so far, oldest first. */
export async function historyOf(ask: AskAws, executionArn: string): Promise<HistoryEvent[]> {
  const events: HistoryEvent[] = [];
  for (let nextToken: string | undefined; ; ) {
    const json = { executionArn, ...(nextToken && { nextToken }) };
    const page = await askStates(ask, { action: 'GetExecutionHistory', json }, History);
    events.push(...page.events);
    if (!page.nextToken) return events;
    nextToken = page.nextToken;
  }
}
