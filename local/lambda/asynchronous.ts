import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Deliver } from '../aws/deliver';
import { Collection } from '../kernel/collection';
import type { Kernel } from '../kernel/kernel';
import type { Invoke } from '../kernel/wiring';
import type { FunctionModel } from '../template/model';
import { functionNameOf } from '../template/stack';

const Waiting = z.object({
  functionName: z.string(),
  event: z.unknown(),
  acceptedMs: z.number(),
  dueMs: z.number(),
  /** How often the function itself failed, and how often Lambda did. */
  functionErrors: z.number(),
  serviceErrors: z.number(),
});
type Waiting = z.infer<typeof Waiting>;

export interface AsyncOptions {
  functions: FunctionModel[];
  invoke: Invoke;
  /** Takes what is given up, for the function's failure destination or dead-letter queue. */
  deliver: Deliver;
}

export interface AsyncInvocations {
  /** Accepts an event for a function; resolves when it is stored. Rejects for an unknown function. */
  invokeAsync(functionName: string, event: unknown): Promise<void>;
  /** Goes on with what a former process left. */
  start(): void;
}

const serviceErrors = new Set(['Lambda.ServiceException', 'Lambda.TooManyRequestsException']);

/** Lambda's queue of asynchronous invocations: a failing function is run again after 1 and 2 minutes; Lambda's own errors back off from 1 s to 5 min. */
export function createAsyncInvocations(kernel: Kernel, { functions, invoke, deliver }: AsyncOptions): AsyncInvocations {
  const waiting = new Collection(kernel.store, 'lambda_async', Waiting);
  const left = waiting.entries();

  async function run(id: string, entry: Waiting): Promise<void> {
    const result = await invoke(entry.functionName, entry.event);
    if (!('error' in result)) return waiting.delete(id);
    const model = functions.find((candidate) => candidate.name === entry.functionName);
    if (serviceErrors.has(result.error.errorType)) entry.serviceErrors += 1;
    else entry.functionErrors += 1;
    entry.dueMs = Date.now() + waitMs(entry, serviceErrors.has(result.error.errorType));
    const { maxRetries, maxAgeMs } = model?.asynchronous ?? { maxRetries: 0, maxAgeMs: 0 };
    if (entry.functionErrors <= maxRetries && entry.dueMs - entry.acceptedMs <= maxAgeMs) {
      await waiting.put(id, entry);
      return schedule(id, entry);
    }
    if (model) await giveUp(model, entry, result.error);
    return waiting.delete(id);
  }

  async function giveUp({ arn, asynchronous }: FunctionModel, entry: Waiting, error: unknown): Promise<void> {
    const { deadLetterArn, onFailureArn } = asynchronous;
    if (deadLetterArn) await deliver(deadLetterArn, { body: JSON.stringify(entry.event) });
    if (!onFailureArn) return;
    const context = {
      functionArn: `${arn}:$LATEST`,
      condition: 'RetriesExhausted',
      approximateInvokeCount: entry.functionErrors + entry.serviceErrors,
    };
    const record = {
      version: '1.0',
      timestamp: new Date().toISOString(),
      requestContext: context,
      requestPayload: entry.event,
      responsePayload: error,
    };
    await deliver(onFailureArn, { body: JSON.stringify(record) });
  }

  /** Runs the entry when it is due, as activity from the moment it is. */
  function schedule(id: string, entry: Waiting): void {
    const begin = () => void kernel.activity.during(() => run(id, entry));
    if (entry.dueMs <= Date.now()) begin();
    else kernel.timers.at(entry.dueMs, 'work', begin);
  }

  return {
    async invokeAsync(nameOrArn, event) {
      const functionName = functionNameOf(nameOrArn);
      if (!functions.some((candidate) => candidate.name === functionName)) throw new Error(`no such function: ${functionName}`);
      const nowMs = Date.now();
      const entry = { functionName, event, acceptedMs: nowMs, dueMs: nowMs, functionErrors: 0, serviceErrors: 0 };
      const id = randomUUID();
      await kernel.activity.during(async () => {
        await waiting.put(id, entry);
        schedule(id, entry);
      });
    },
    start() {
      for (const [id, entry] of left.splice(0)) schedule(id, entry);
    },
  };
}

function waitMs({ functionErrors, serviceErrors }: Waiting, byService: boolean): number {
  return byService ? Math.min(300_000, 1000 * 2 ** (serviceErrors - 1)) : 60_000 * functionErrors;
}
