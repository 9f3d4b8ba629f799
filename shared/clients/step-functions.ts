/** AWS Step Functions. https://docs.aws.amazon.com/step-functions/latest/apireference/API_SendTaskSuccess.html */
import {
  DescribeExecutionCommand,
  type ExecutionListItem,
  GetExecutionHistoryCommand,
  type HistoryEvent,
  ListExecutionsCommand,
  RedriveExecutionCommand,
  SFNClient,
  SendTaskSuccessCommand,
  StopExecutionCommand,
} from '@aws-sdk/client-sfn';
import * as z from 'zod';
import { parseJson } from '../json';
import { TransientError } from '../errors';
import type { Executions, FailedExecution, Failure } from '../ports/aws';
import { awsError, awsFailure, awsOptions } from './aws';

export function sfnExecutions(): Executions {
  const client = new SFNClient(awsOptions());
  return {
    async sendTaskSuccess(taskToken, output) {
      try {
        await client.send(new SendTaskSuccessCommand({ taskToken, output: JSON.stringify(output) }));
        return 'accepted';
      } catch (thrown) {
        const { name, status } = awsFailure(thrown);
        if (status === 400 && (name === 'TaskTimedOut' || name === 'TaskDoesNotExist')) return 'gone';
        throw awsError('Step Functions', thrown);
      }
    },

    async lastFailure(executionArn) {
      const events: HistoryEvent[] = [];
      for await (const page of newestFirst(client, executionArn)) {
        events.push(...page);
        const failure = failureIn(events);
        if (failure) return failure;
      }
      return undefined;
    },

    async stop(executionArn, cause) {
      try {
        await client.send(new StopExecutionCommand({ executionArn, error: 'Aborted', cause }));
      } catch (thrown) {
        if (awsFailure(thrown).name !== 'ExecutionDoesNotExist') throw awsError('Step Functions', thrown);
      }
    },

    async redrive(executionArn) {
      try {
        await client.send(new RedriveExecutionCommand({ executionArn }));
        return 'redriven';
      } catch (thrown) {
        const { name } = awsFailure(thrown);
        if (name === 'ExecutionDoesNotExist') return 'too-late';
        if (name !== 'ExecutionNotRedrivable') throw awsError('Step Functions', thrown);
        return (await statusOf(client, executionArn)) === 'RUNNING' ? 'running' : 'too-late';
      }
    },

    async failedSince(stateMachineArn, since) {
      const found: FailedExecution[] = [];
      for (const statusFilter of ['FAILED', 'TIMED_OUT', 'ABORTED'] as const)
        for await (const page of listed(client, { stateMachineArn, statusFilter })) {
          const ended = page.map((item) => readItem(item, statusFilter));
          found.push(...ended.filter(({ endedAt }) => endedAt >= since));
        }
      return found;
    },
  };
}

async function statusOf(client: SFNClient, executionArn: string): Promise<string | undefined> {
  try {
    return (await client.send(new DescribeExecutionCommand({ executionArn }))).status;
  } catch (thrown) {
    throw awsError('Step Functions', thrown);
  }
}

/** By the time of the start, so that all pages must be read: an execution takes weeks, and may end on any day. */
async function* listed(
  client: SFNClient,
  wanted: { stateMachineArn: string; statusFilter: FailedExecution['status'] },
): AsyncGenerator<ExecutionListItem[]> {
  let nextToken: string | undefined;
  do {
    const page = await client
      .send(new ListExecutionsCommand({ ...wanted, maxResults: 1000, ...(nextToken && { nextToken }) }))
      .catch((thrown: unknown) => {
        throw awsError('Step Functions', thrown);
      });
    yield page.executions ?? [];
    nextToken = page.nextToken;
  } while (nextToken);
}

function readItem({ executionArn, stopDate }: ExecutionListItem, status: FailedExecution['status']): FailedExecution {
  if (!executionArn || !stopDate) throw new TransientError('Step Functions gave an answer that cannot be read');
  return { executionArn, status, endedAt: stopDate };
}

async function* newestFirst(client: SFNClient, executionArn: string): AsyncGenerator<HistoryEvent[]> {
  let nextToken: string | undefined;
  do {
    const request = { executionArn, reverseOrder: true, maxResults: 200, ...(nextToken && { nextToken }) };
    const page = await client.send(new GetExecutionHistoryCommand(request)).catch((thrown: unknown) => {
      throw awsError('Step Functions', thrown);
    });
    yield page.events ?? [];
    nextToken = page.nextToken;
  } while (nextToken);
}

/** The newest end of the execution and the state it ended in; undefined until a page holds both. */
function failureIn(events: readonly HistoryEvent[]): Failure | undefined {
  const end = events.map((event) => ({ event, details: endOf(event) })).find(({ details }) => details);
  if (!end?.details) return undefined;
  const state = stateBefore(end.event, events);
  if (state === undefined) return undefined;
  return { state, error: end.details.error, cause: messageOf(end.details.cause), eventId: end.event.id ?? 0 };
}

function endOf(event: HistoryEvent): { error: string; cause: string } | undefined {
  const ends = {
    ExecutionFailed: { details: event.executionFailedEventDetails, error: 'unknown' },
    ExecutionTimedOut: { details: event.executionTimedOutEventDetails, error: 'States.Timeout' },
    ExecutionAborted: { details: event.executionAbortedEventDetails, error: 'Aborted' },
  };
  const end = Object.entries(ends).find(([type]) => type === event.type)?.[1];
  return end && { error: end.details?.error || end.error, cause: end.details?.cause ?? '' };
}

/** Follows the chain of events back to where the state was entered. What came from outside (a stop, a time-out) may hang on no event: 0, or nothing. */
function stateBefore(end: HistoryEvent, events: readonly HistoryEvent[]): string | undefined {
  const byId = new Map(events.map((event) => [event.id, event]));
  let event: HistoryEvent | undefined = end;
  while (event && !event.stateEnteredEventDetails)
    event = event.previousEventId ? byId.get(event.previousEventId) : enteredBefore(event, events);
  return event?.stateEnteredEventDetails?.name;
}

/** Our machines do one thing at a time: the newest state that was entered. */
function enteredBefore({ id = 0 }: HistoryEvent, events: readonly HistoryEvent[]): HistoryEvent | undefined {
  return events.find((event) => event.stateEnteredEventDetails && (event.id ?? 0) < id);
}

const LambdaCause = z.object({ errorMessage: z.string() });

/** A Lambda's cause is JSON with a stack trace; people need the message. */
function messageOf(cause: string): string {
  return LambdaCause.safeParse(parseJson(cause)).data?.errorMessage ?? cause.slice(0, 500);
}
