import { z } from 'zod';
import type { Engine } from './engine';
import { ServiceError } from './errors';
import { type Execution, Status } from './execution';
import { describeEvent } from './history';
import type { LoadedMachine } from './machines';
import { pageOf } from './paging';
import { redriveStatus } from './redrive';
import { roleArn } from './thread';

/** Carries out one call of the API: checks the request, answers its JSON, or throws ServiceError. */
export type Action = (engine: Engine, request: unknown) => Promise<object>;

/** Parameters that are not listed are refused, not ignored. https://docs.aws.amazon.com/step-functions/latest/apireference/ */
function define<S extends z.ZodType>(schema: S, run: (engine: Engine, request: z.infer<S>) => object | Promise<object>): Action {
  return async (engine, request) => {
    const parsed = schema.safeParse(request);
    if (parsed.success) return run(engine, parsed.data);
    const [issue] = parsed.error.issues;
    const field = issue?.code === 'unrecognized_keys' ? issue.keys.join() : issue?.path.join('.');
    throw new ServiceError(
      'ValidationException',
      `1 validation error detected: Value at '${field}' failed to satisfy constraint: ${issue?.message}`,
    );
  };
}

const arn = z.string().min(1).max(256);
const includedData = z.enum(['ALL_DATA', 'METADATA_ONLY']).default('ALL_DATA');
const maxResults = z.int().min(0).max(1000).default(0);
const nextToken = z.string().min(1).max(1024).optional();
const taskToken = z.string().min(1).max(2048);
const error = z.string().max(256).optional();
const cause = z.string().max(32_768).optional();

/** By the API's name. */
export const actions = new Map<string, Action>(
  Object.entries({
    StartExecution: define(
      z.strictObject({
        stateMachineArn: arn,
        name: z.string().optional(),
        input: z.string().optional(),
        traceHeader: z.string().optional(),
      }),
      async (engine, request) => {
        const execution = await engine.start(request);
        return { executionArn: execution.arn, startDate: execution.startMs / 1000 };
      },
    ),
    StopExecution: define(z.strictObject({ executionArn: arn, error, cause }), async (engine, { executionArn, error, cause }) => {
      const { stopMs = 0 } = await engine.stop(executionArn, error, cause);
      return { stopDate: stopMs / 1000 };
    }),
    RedriveExecution: define(
      z.strictObject({ executionArn: arn, clientToken: z.string().min(1).max(64).optional() }),
      async (engine, { executionArn }) => {
        const { redriveMs = 0 } = await engine.redrive(executionArn);
        return { redriveDate: redriveMs / 1000 };
      },
    ),
    DescribeExecution: define(z.strictObject({ executionArn: arn, includedData }), (engine, { executionArn, includedData }) =>
      describeExecution(engine.execution(executionArn), includedData === 'ALL_DATA'),
    ),
    GetExecutionHistory: define(
      z.strictObject({
        executionArn: arn,
        maxResults,
        nextToken,
        reverseOrder: z.boolean().default(false),
        includeExecutionData: z.boolean().default(true),
      }),
      getExecutionHistory,
    ),
    ListExecutions: define(
      z.strictObject({
        stateMachineArn: arn,
        statusFilter: z.union([Status, z.literal('PENDING_REDRIVE')]).optional(),
        redriveFilter: z.enum(['REDRIVEN', 'NOT_REDRIVEN']).optional(),
        maxResults,
        nextToken,
      }),
      listExecutions,
    ),
    SendTaskSuccess: define(z.strictObject({ taskToken, output: z.string() }), async (engine, { taskToken, output }) => {
      await engine.sendTaskSuccess(taskToken, output);
      return {};
    }),
    SendTaskFailure: define(z.strictObject({ taskToken, error, cause }), async (engine, { taskToken, error, cause }) => {
      await engine.sendTaskFailure(taskToken, error, cause);
      return {};
    }),
    SendTaskHeartbeat: define(z.strictObject({ taskToken }), async (engine, { taskToken }) => {
      await engine.sendTaskHeartbeat(taskToken);
      return {};
    }),
    DescribeStateMachine: define(z.strictObject({ stateMachineArn: arn, includedData }), (engine, { stateMachineArn }) => {
      const machine = engine.machines.get(stateMachineArn);
      return { ...summary(machine), status: 'ACTIVE', ...definitionOf(machine), tracingConfiguration: { enabled: false } };
    }),
    DescribeStateMachineForExecution: define(z.strictObject({ executionArn: arn, includedData }), (engine, { executionArn }) => {
      const execution = engine.execution(executionArn);
      const { stateMachineArn, stateMachineName: name } = execution;
      const definition = engine.machines.definitionOf(execution);
      return { stateMachineArn, name, updateDate: definition.createdMs / 1000, ...definitionOf({ name, definition }) };
    }),
    ListStateMachines: define(z.strictObject({ maxResults, nextToken }), (engine, request) => {
      const machines = engine.machines.all();
      const { from, to, next } = pageOf(machines.length, request);
      return { stateMachines: machines.slice(from, to).map(summary), ...next };
    }),
  }),
);

function summary({ arn, name, definition }: LoadedMachine) {
  return { stateMachineArn: arn, name, type: 'STANDARD', creationDate: definition.createdMs / 1000 };
}

function definitionOf({ name, definition }: Pick<LoadedMachine, 'name' | 'definition'>) {
  return { definition: definition.text, roleArn: roleArn(name), loggingConfiguration: { level: 'OFF', includeExecutionData: false } };
}

function listed(execution: Execution) {
  const { arn, name, stateMachineArn, status, startMs, stopMs, redriveCount, redriveMs } = execution;
  return {
    executionArn: arn,
    stateMachineArn,
    name,
    status,
    startDate: startMs / 1000,
    ...(stopMs !== undefined && { stopDate: stopMs / 1000 }),
    redriveCount,
    ...(redriveMs !== undefined && { redriveDate: redriveMs / 1000 }),
  };
}

function describeExecution(execution: Execution, withData: boolean) {
  const { inputText, outputText, error, cause } = execution;
  return {
    ...listed(execution),
    ...redriveStatus(execution),
    ...(withData && { input: inputText, inputDetails: { included: true } }),
    ...(withData && outputText !== undefined && { output: outputText, outputDetails: { included: true } }),
    ...(error !== undefined && { error }),
    ...(cause !== undefined && { cause }),
  };
}

interface ListRequest {
  stateMachineArn: string;
  statusFilter?: Status | 'PENDING_REDRIVE' | undefined;
  redriveFilter?: 'REDRIVEN' | 'NOT_REDRIVEN' | undefined;
  maxResults: number;
  nextToken?: string | undefined;
}

/** Newest first. */
function listExecutions(engine: Engine, { stateMachineArn, statusFilter, redriveFilter, ...paging }: ListRequest) {
  engine.machines.get(stateMachineArn);
  const found = [...engine.executions.values()].filter(
    (execution) =>
      execution.stateMachineArn === stateMachineArn &&
      (statusFilter === undefined || execution.status === statusFilter) &&
      (redriveFilter === undefined || execution.redriveCount > 0 === (redriveFilter === 'REDRIVEN')),
  );
  const { from, to, next } = pageOf(found.length, paging, true);
  return { executions: found.slice(from, to).toReversed().map(listed), ...next };
}

interface HistoryRequest {
  executionArn: string;
  maxResults: number;
  nextToken?: string | undefined;
  reverseOrder: boolean;
  includeExecutionData: boolean;
}

function getExecutionHistory(engine: Engine, { executionArn, reverseOrder, includeExecutionData, ...paging }: HistoryRequest) {
  const execution = engine.execution(executionArn);
  const { from, to, next } = pageOf(execution.lastEventId, paging, reverseOrder);
  const events = engine.history(execution, from + 1, to).map((event) => describeEvent(event, includeExecutionData));
  return { events: reverseOrder ? events.toReversed() : events, ...next };
}
