import { z } from 'zod';
import { HistoryFullError } from './errors';
import type { Branch, Execution } from './execution';

/** AWS's limit on the events of one execution. */
export const MAX_EVENTS = 25_000;

/** One entry of an execution's history, in AWS's event types; `details` stands under `detailsKey` in the API. */
export const HistoryEvent = z.object({
  id: z.number(),
  previousEventId: z.number(),
  timestampMs: z.number(),
  type: z.string(),
  detailsKey: z.string().optional(),
  details: z.record(z.string(), z.unknown()).optional(),
});
export type HistoryEvent = z.infer<typeof HistoryEvent>;

/** What happened, without ids and time. */
export interface Happening {
  type: string;
  /** Without `EventDetails`; by default the type with a small first letter. */
  key?: string;
  details?: Record<string, unknown>;
}

/** Makes the next event of `branch`; throws HistoryFullError when only the execution's last event has room. */
export function nextEvent(execution: Execution, branch: Branch, { type, key, details }: Happening): HistoryEvent {
  const isLast = type.startsWith('Execution') && type !== 'ExecutionRedriven';
  if (execution.lastEventId >= MAX_EVENTS - 1 && !isLast) throw new HistoryFullError();
  execution.lastEventId += 1;
  const event: HistoryEvent = {
    id: execution.lastEventId,
    previousEventId: branch.lastEventId,
    timestampMs: Date.now(),
    type,
    ...(details && { detailsKey: `${key ?? type.charAt(0).toLowerCase() + type.slice(1)}EventDetails`, details }),
  };
  branch.lastEventId = event.id;
  return event;
}

/** Details of an event that carries a JSON text, as AWS lays them out: `{input, inputDetails}`. */
export function dataDetails(field: 'input' | 'output', text: string): Record<string, unknown> {
  return { [field]: text, [`${field}Details`]: { truncated: false } };
}

const DATA_FIELDS = new Set(['input', 'inputDetails', 'output', 'outputDetails', 'parameters']);

/** An event as GetExecutionHistory answers it: epoch seconds; without `includeData` no inputs, outputs and parameters. */
export function describeEvent({ id, previousEventId, timestampMs, type, detailsKey, details }: HistoryEvent, includeData: boolean) {
  const shown = Object.entries(details ?? {}).filter(([field]) => includeData || !DATA_FIELDS.has(field));
  return { id, previousEventId, timestamp: timestampMs / 1000, type, ...(detailsKey && { [detailsKey]: Object.fromEntries(shown) }) };
}
