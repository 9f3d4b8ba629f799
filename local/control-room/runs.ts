/** Executions and the runs behind them, as the control room and its API show them. */
import { z } from 'zod';
import { checklistOf, type RunSummary } from '../../shared/run-report';
import type { ExecutionSummary } from '../step-functions/server';
import { machineOf } from './machine';
import { Refusal } from './refusal';
import { byExecution, type Room } from './room';

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
  /** ISO 8601. */
  startedAt: string;
  phoneNumber: string | null;
  businessId: string | null;
  liveAt: string | null;
}

/** Anybody can start an execution with anything. */
const Input = z.object({ invoiceId: z.string(), invoiceNumber: z.string() }).catch({ invoiceId: '', invoiceNumber: '' });

/** Newest first. `runs`: by execution; those of now unless given. */
export async function listRuns(room: Room, runs?: Map<string, RunSummary>): Promise<ExecutionView[]> {
  const known = runs ?? (await byExecution(room.runs));
  return room.laptop.stepFunctions
    .executions()
    .toReversed()
    .map((execution) => viewOf(execution, known.get(execution.arn)));
}

function viewOf(execution: ExecutionSummary, run: RunSummary | undefined): ExecutionView {
  const { arn, name, input, status, redriveCount, currentStates, startDate } = execution;
  const { invoiceId, invoiceNumber } = Input.parse(JSON.parse(input));
  return {
    id: run?.runId ?? name,
    runId: run?.runId ?? null,
    invoiceId,
    invoiceNumber: invoiceNumber || name,
    client: run?.businessName ?? run?.clientName ?? '',
    executionArn: arn,
    status,
    redriveCount,
    state: currentStates.join(', '),
    startedAt: startDate.toISOString(),
    phoneNumber: run?.phoneNumber ?? null,
    businessId: run?.businessId ?? null,
    liveAt: run?.liveAt ?? null,
  };
}

/** One run by its id, invoice id, invoice number or execution name: with the SOP's checklist, its states in order, and the drawn state machine. 404 if there is none. */
export async function findRun(room: Room, id: string, among?: ExecutionView[]) {
  const view = named(among ?? (await listRuns(room)), id);
  const report = view.runId ? await room.runs.run(view.runId) : undefined;
  return {
    ...view,
    contactName: report?.clientName ?? view.client,
    createdAt: report?.createdAt ?? view.startedAt,
    checklist: report ? checklistOf(report) : null,
    checksScheduled: report?.checksScheduled ?? null,
    states: report?.steps ?? [],
    failure: report?.failure ?? null,
    machine: machineOf(room.laptop.stepFunctions, view.executionArn),
  };
}
export type RunView = Awaited<ReturnType<typeof findRun>>;

/** The execution of a run that somebody names as `findRun` says; 404 if there is none. */
export async function findExecution(room: Room, id: string): Promise<ExecutionView> {
  return named(await listRuns(room), id);
}

/** Of several executions for one invoice, the one with the run. */
function named(views: ExecutionView[], id: string): ExecutionView {
  const matches = views.filter(
    (view) => view.id === id || view.invoiceId === id || view.invoiceNumber === id || view.executionArn.endsWith(`:${id}`),
  );
  const found = matches.find(({ runId }) => runId !== null) ?? matches[0];
  if (!found) throw new Refusal(404, `There is no run ${id}; GET /api/runs lists them.`);
  return found;
}
