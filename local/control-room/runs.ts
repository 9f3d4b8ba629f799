/** Executions and the runs behind them, as the control room and its API show them. */
import { RedriveExecutionCommand, SFNClient } from '@aws-sdk/client-sfn';
import { HTTPException } from 'hono/http-exception';
import { z } from 'zod';
import { checklistOf, type RunSummary } from '../../shared/run-report';
import type { Laptop } from '../laptop';
import type { ExecutionSummary } from '../step-functions/server';

/** An execution with its run, if its first step has claimed one. `id` is the run's, else the execution's name. */
export interface ExecutionView {
  id: string;
  runId: string | null;
  invoiceId: string;
  invoiceNumber: string;
  client: string;
  executionArn: string;
  /** Step Functions' status; `redriveCount` times redriven. */
  status: string;
  redriveCount: number;
  /** Where it is or where it stopped; empty after success. */
  state: string;
  phoneNumber: string | null;
  businessId: string | null;
  liveAt: string | null;
}

const Input = z.object({ invoiceId: z.string(), invoiceNumber: z.string() });

/** Newest first. */
export async function listRuns({ stepFunctions, runs }: Laptop): Promise<ExecutionView[]> {
  const byExecution = new Map((await runs.runs()).map((run) => [run.executionId, run]));
  return stepFunctions
    .executions()
    .toReversed()
    .map((execution) => viewOf(execution, byExecution.get(execution.arn)));
}

function viewOf({ arn, name, input, status, redriveCount, currentStates }: ExecutionSummary, run: RunSummary | undefined): ExecutionView {
  const { invoiceId, invoiceNumber } = Input.parse(JSON.parse(input));
  return {
    id: run?.runId ?? name,
    runId: run?.runId ?? null,
    invoiceId,
    invoiceNumber,
    client: run?.businessName ?? run?.clientName ?? '',
    executionArn: arn,
    status,
    redriveCount,
    state: currentStates.join(', '),
    phoneNumber: run?.phoneNumber ?? null,
    businessId: run?.businessId ?? null,
    liveAt: run?.liveAt ?? null,
  };
}

/** One run by its id, invoice id, invoice number or execution name: with the SOP's checklist, and its states in order. 404 if there is none. */
export async function findRun(laptop: Laptop, id: string) {
  const view = await execution(laptop, id);
  const report = view.runId ? await laptop.runs.run(view.runId) : undefined;
  return { ...view, checklist: report ? checklistOf(report) : null, states: report?.steps ?? [], failure: report?.failure ?? null };
}
export type RunView = Awaited<ReturnType<typeof findRun>>;

/** Redrives as the operator does in the console: through the Step Functions API. */
export async function redriveRun(laptop: Laptop, id: string): Promise<{ executionArn: string }> {
  const { executionArn } = await execution(laptop, id);
  const client = new SFNClient({
    endpoint: laptop.endpoints.stepFunctions,
    region: 'ap-southeast-2',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
  });
  try {
    await client.send(new RedriveExecutionCommand({ executionArn }));
    return { executionArn };
  } catch (error) {
    throw new HTTPException(409, { message: error instanceof Error ? error.message : 'it cannot be redriven' });
  } finally {
    client.destroy();
  }
}

async function execution(laptop: Laptop, id: string): Promise<ExecutionView> {
  const found = (await listRuns(laptop)).find(
    (view) => view.id === id || view.invoiceId === id || view.invoiceNumber === id || view.executionArn.endsWith(`:${id}`),
  );
  if (!found) throw new HTTPException(404, { message: `no run ${id}; GET /api/runs lists them` });
  return found;
}
