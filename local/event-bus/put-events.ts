/** PutEvents and DescribeRule over AWS JSON 1.1 (docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html). */
import { type Context, Hono } from 'hono';
import { z } from 'zod';
import { AwsError, answerError, jsonBody, jsonFaults, operationOf } from '../aws/json-protocol';
import type { AwsEnv, AwsRoutes } from '../aws/routes';
import { playFaults } from '../kernel/faults';
import type { Kernel } from '../kernel/kernel';
import type { BusEvent } from '../kernel/wiring';

const Entry = z.object({
  Source: z.string().optional(),
  DetailType: z.string().optional(),
  Detail: z.string().optional(),
  EventBusName: z.string().default('default'),
  Resources: z.array(z.string()).default([]),
  /** Epoch seconds. */
  Time: z.number().optional(),
});
type Entry = z.infer<typeof Entry>;
const PutEvents = z.object({ Entries: z.array(Entry) });
const Detail = z.record(z.string(), z.unknown());

const MOST_ENTRIES = 10;
const LARGEST_REQUEST = 1024 * 1024;
/** A scripted `reject` with one of these makes every entry fail within a 200, as AWS does under load. */
const entryCodes = new Set(['InternalFailure', 'ThrottlingException']);

const DescribeRule = z.object({ Name: z.string(), EventBusName: z.string().default('default') });

export interface Buses {
  knows(bus: string): boolean;
  /** The ARN of a rule of that bus. The laptop runs enabled rules only. */
  ruleArn(bus: string, name: string): string | undefined;
  put(bus: string, event: BusEvent): Promise<void>;
  /** What EventBridge adds to an event. */
  envelope(): Pick<BusEvent, 'version' | 'id' | 'account' | 'time' | 'region'>;
}

type Outcome = { EventId: string } | { ErrorCode: string; ErrorMessage: string };

/** The EventBridge endpoint. */
export function putEventsRoutes(kernel: Kernel, buses: Buses): AwsRoutes {
  const faults = jsonFaults('eventbridge');
  const app = new Hono<AwsEnv>();
  app.onError(answerError);
  app.use(async (context, next) => {
    const body: unknown = await context.req.json().catch(() => undefined);
    context.set('entryCount', PutEvents.safeParse(body).data?.Entries.length ?? 1);
    return next();
  });
  app.use(
    playFaults(kernel.faults, {
      ...faults,
      rejected: (context, code) => (code && entryCodes.has(code) ? allFailed(context, code) : faults.rejected(context, code)),
    }),
  );
  app.post('/', async (context) => {
    if (operationOf(context) === 'DescribeRule') return describeRule(context, buses);
    if (operationOf(context) !== 'PutEvents')
      throw new AwsError('UnknownOperationException', `${operationOf(context)} is not answered here`);
    const { Entries } = await jsonBody(context, PutEvents);
    checkSize(Entries);
    const outcomes = await Promise.all(Entries.map((entry) => putEntry(entry, buses)));
    return context.json(answer(outcomes), 200, { 'content-type': 'application/x-amz-json-1.1' });
  });
  return app;
}

async function describeRule(context: Context, buses: Buses): Promise<Response> {
  const { Name, EventBusName } = await jsonBody(context, DescribeRule);
  const Arn = buses.ruleArn(EventBusName, Name);
  if (!Arn) throw new AwsError('ResourceNotFoundException', `Rule ${Name} does not exist on EventBus ${EventBusName}.`);
  return context.json({ Name, Arn, EventBusName, State: 'ENABLED' }, 200, { 'content-type': 'application/x-amz-json-1.1' });
}

function checkSize(entries: Entry[]): void {
  if (entries.length === 0 || entries.length > MOST_ENTRIES)
    throw new AwsError(
      'ValidationException',
      "1 validation error detected: Value at 'entries' failed to satisfy constraint: Member must have length between 1 and 10",
    );
  const bytes = entries.reduce((sum, entry) => sum + sizeOf(entry), 0);
  if (bytes > LARGEST_REQUEST) throw new AwsError('ValidationException', 'Total size of the entries in the request is over the limit.');
}

/** As AWS counts: the time is 14 bytes, texts are UTF-8. */
function sizeOf({ Source = '', DetailType = '', Detail = '', Resources, Time }: Entry): number {
  return [Source, DetailType, Detail, ...Resources].reduce((sum, text) => sum + Buffer.byteLength(text), Time === undefined ? 0 : 14);
}

async function putEntry(entry: Entry, buses: Buses): Promise<Outcome> {
  const { Source, DetailType, EventBusName, Resources, Time } = entry;
  for (const name of ['Source', 'DetailType', 'Detail'] as const)
    if (!entry[name]) return failed('InvalidArgument', `Parameter ${name} is not valid. Reason: ${name} is a required argument.`);
  if (!Source || !DetailType) return failed('InvalidArgument', 'Source and DetailType are required arguments.');
  if (Source.startsWith('aws.')) return failed('NotAuthorizedForSourceException', 'Not authorized for the source.');
  const detail = parseDetail(entry.Detail ?? '');
  if (!detail) return failed('MalformedDetail', 'Detail is malformed.');
  const bus = EventBusName.split('/').at(-1) ?? 'default';
  // AWS words this differently by region and policy; that the entry fails is what matters here.
  if (!buses.knows(bus)) return failed('ResourceNotFoundException', `Event bus ${bus} does not exist.`);
  const event: BusEvent = { ...buses.envelope(), source: Source, 'detail-type': DetailType, resources: Resources, detail };
  if (Time !== undefined) event.time = new Date(Time * 1000).toISOString().replace(/\.\d+Z$/, 'Z');
  await buses.put(bus, event);
  return { EventId: event.id };
}

function parseDetail(text: string): Record<string, unknown> | undefined {
  try {
    return Detail.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

const failed = (ErrorCode: string, ErrorMessage: string): Outcome => ({ ErrorCode, ErrorMessage });

const answer = (outcomes: Outcome[]) => ({
  FailedEntryCount: outcomes.filter((outcome) => 'ErrorCode' in outcome).length,
  Entries: outcomes,
});

function allFailed(context: Context, code: string): Response {
  const outcomes = Array.from({ length: Number(context.get('entryCount')) }, () => failed(code, 'a scripted error'));
  return context.json(answer(outcomes), 200, { 'content-type': 'application/x-amz-json-1.1' });
}
