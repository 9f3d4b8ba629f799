import { z } from 'zod';

/**
 * What the parts of the laptop stack say to each other. Everything that AWS wires by a template (rules, queues, schedules,
 * function URLs, variables) is read from the synthesised CDK app, see `local/template/`.
 */

/** What a Lambda invocation came to: its JSON result, or the error as Lambda reports it. `errorType` is `error.name`. */
export type Invocation = { payload: unknown } | { error: { errorType: string; errorMessage: string; stackTrace?: string[] } };

/** Runs a function synchronously with a JSON event. Functions are named by name or ARN. Never rejects. */
export type Invoke = (functionName: string, event: unknown) => Promise<Invocation>;

/** One event on a bus, in the shape that rules match and targets receive. */
export const BusEvent = z.object({
  version: z.literal('0'),
  id: z.string(),
  'detail-type': z.string(),
  source: z.string(),
  account: z.string(),
  time: z.string(),
  region: z.string(),
  resources: z.array(z.string()),
  detail: z.record(z.string(), z.unknown()),
});
export type BusEvent = z.infer<typeof BusEvent>;

/** Puts an event on a bus (`default` for what AWS services emit); resolves when it is stored for delivery. */
export type EmitEvent = (
  bus: string,
  event: Pick<BusEvent, 'source' | 'detail-type' | 'detail'> & { resources?: string[] },
) => Promise<void>;

/** The account and region of every local ARN. */
export const ACCOUNT = '000000000000';
export const REGION = 'ap-southeast-2';
