import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EventBridgeClient, PutEventsCommand, type PutEventsRequestEntry } from '@aws-sdk/client-eventbridge';
import type { Message } from '../../../local/aws/deliver';
import { createEventBus } from '../../../local/event-bus/event-bus';
import { type Kernel, openKernel } from '../../../local/kernel/kernel';
import { type Listening, serveApp } from '../../../local/kernel/serve';
import type { RuleModel, TargetModel } from '../../../local/template/model';

const HOUR_MS = 3_600_000;
const target = (given: Partial<TargetModel> = {}): TargetModel => ({
  id: 'T',
  arn: 'queue',
  input: { kind: 'event' },
  retry: { maxAttempts: 185, maxAgeMs: 24 * HOUR_MS },
  deadLetterArn: 'dead',
  ...given,
});
const rule = (given: Partial<RuleModel> = {}): RuleModel => ({
  name: 'rule',
  arn: 'rule-arn',
  bus: 'events',
  pattern: { source: ['ours'] },
  schedule: undefined,
  targets: [target()],
  ...given,
});

let folder: string;
let kernel: Kernel;
let delivered: { arn: string; message: Message }[];
let failures: number;
let server: Listening | undefined;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'bus-'));
  kernel = openKernel(folder);
  delivered = [];
  failures = 0;
});
afterEach(async () => {
  await server?.close();
  server = undefined;
  await kernel.close();
  rmSync(folder, { recursive: true });
});

async function deliver(arn: string, message: Message) {
  if (arn !== 'dead' && failures > 0) {
    failures -= 1;
    throw new Error('target is down');
  }
  delivered.push({ arn, message });
}
const bus = (...rules: RuleModel[]) => createEventBus(kernel, { buses: ['events'], rules, deliver });
const bodies = () => delivered.map(({ message }): unknown => JSON.parse(message.body));
const ours = { source: 'ours', 'detail-type': 'Deposit Paid', detail: { invoiceId: 'i-1', amount: 5 } };

async function client(...rules: RuleModel[]) {
  server = await serveApp(bus(...rules).routes, { port: 0, activity: kernel.activity });
  const credentials = { accessKeyId: 'a', secretAccessKey: 's' };
  const sdk = new EventBridgeClient({ endpoint: server.url, region: 'ap-southeast-2', credentials, maxAttempts: 1 });
  return (...Entries: PutEventsRequestEntry[]) => sdk.send(new PutEventsCommand({ Entries }));
}
const entry = { Source: 'ours', DetailType: 'Deposit Paid', Detail: '{"invoiceId":"i-1"}', EventBusName: 'events' };

test('takes events from the SDK and hands them to the targets that match', async () => {
  const put = await client(rule(), rule({ name: 'other', pattern: { source: ['theirs'] } }));
  const { FailedEntryCount, Entries } = await put(entry);
  await kernel.activity.idle();
  expect(FailedEntryCount).toBe(0);
  expect(bodies()).toEqual([
    {
      version: '0',
      id: Entries?.[0]?.EventId,
      source: 'ours',
      'detail-type': 'Deposit Paid',
      account: '000000000000',
      region: 'ap-southeast-2',
      time: expect.stringMatching(/T\d\d:\d\d:\d\dZ$/),
      resources: [],
      detail: { invoiceId: 'i-1' },
    },
  ]);
});

test('fails single entries within a 200', async () => {
  const put = await client(rule());
  const answer = await put(
    entry,
    { ...entry, Detail: 'no json' },
    { ...entry, EventBusName: 'gone' },
    { ...entry, Source: 'aws.ses' },
    { DetailType: 'x', Detail: '{}' },
  );
  expect(answer.FailedEntryCount).toBe(4);
  expect(answer.Entries?.map(({ ErrorCode }) => ErrorCode)).toEqual([
    undefined,
    'MalformedDetail',
    'ResourceNotFoundException',
    'NotAuthorizedForSourceException',
    'InvalidArgument',
  ]);
});

test('refuses more than ten entries and more than 1 MB', async () => {
  const put = await client(rule());
  await expect(put(...Array.from({ length: 11 }, () => entry))).rejects.toMatchObject({ name: 'ValidationException' });
  await expect(put({ ...entry, Detail: JSON.stringify('x'.repeat(1024 * 1024)) })).rejects.toMatchObject({ name: 'ValidationException' });
  expect(delivered).toHaveLength(0);
});

test('plays faults: refused, lost answer, throttled, failing entries', async () => {
  const put = await client(rule());
  const arm = (mode: 'refuse' | 'lose-response' | 'rate-limit' | 'reject', code?: string) =>
    kernel.faults.arm({ vendor: 'eventbridge', call: 'PutEvents', mode, times: 1, slowMs: 1, code });
  await arm('refuse');
  await expect(put(entry)).rejects.toThrow(/socket hang up|ECONNRESET/);
  expect(delivered).toHaveLength(0);
  await arm('lose-response');
  await expect(put(entry)).rejects.toThrow(/socket hang up|ECONNRESET/);
  await kernel.activity.idle();
  expect(delivered).toHaveLength(1);
  await arm('rate-limit');
  await expect(put(entry)).rejects.toMatchObject({ name: 'ThrottlingException' });
  await arm('reject', 'InternalFailure');
  expect(await put(entry, entry)).toMatchObject({ FailedEntryCount: 2 });
  await kernel.activity.idle();
  expect(delivered).toHaveLength(1);
});

test('repeats a delivery with growing waits until the target is back', async () => {
  failures = 3;
  const { emit } = bus(rule());
  const startedMs = Date.now();
  await emit('events', ours);
  await kernel.untilIdle();
  expect(delivered.map(({ arn }) => arn)).toEqual(['queue']);
  expect(Date.now() - startedMs).toBeGreaterThanOrEqual(1000 + 2000 + 4000);
});

test('gives up to the dead-letter queue, with the reason', async () => {
  failures = Number.POSITIVE_INFINITY;
  const { emit, pending } = bus(rule({ targets: [target({ retry: { maxAttempts: 2, maxAgeMs: 24 * HOUR_MS } })] }));
  await emit('events', ours);
  await kernel.untilIdle();
  expect(delivered).toMatchObject([
    {
      arn: 'dead',
      message: { attributes: { RETRY_ATTEMPTS: '2', ERROR_MESSAGE: 'target is down', EXHAUSTED_RETRY_CONDITION: 'MaximumRetryAttempts' } },
    },
  ]);
  expect(pending()).toBe(0);
});

test('gives up after the event is too old', async () => {
  failures = Number.POSITIVE_INFINITY;
  const { emit } = bus(rule({ targets: [target({ retry: { maxAttempts: 185, maxAgeMs: HOUR_MS } })] }));
  await emit('events', ours);
  await kernel.untilIdle();
  expect(delivered).toMatchObject([{ message: { attributes: { EXHAUSTED_RETRY_CONDITION: 'MaximumEventAgeInSeconds' } } }]);
});

test('delivers twice when the answer of the target is lost', async () => {
  await kernel.faults.arm({ vendor: 'eventbridge', call: 'Deliver', mode: 'lose-response', times: 1, slowMs: 1 });
  await bus(rule()).emit('events', ours);
  await kernel.untilIdle();
  expect(delivered).toHaveLength(2);
});

test('goes on with undelivered events after a restart', async () => {
  failures = 1;
  await bus(rule()).emit('events', ours);
  await kernel.activity.idle();
  await kernel.close();
  kernel = openKernel(folder);
  await bus(rule()).start();
  await kernel.untilIdle();
  expect(bodies()).toMatchObject([ours]);
});

test('does not know other buses', async () => {
  await expect(bus(rule()).emit('gone', ours)).rejects.toThrow('no such event bus');
});

test.each([
  ['constant', { kind: 'constant', json: '{"fixed":true}' }, { fixed: true }],
  ['path', { kind: 'path', path: '$.detail' }, ours.detail],
  [
    'transformer',
    {
      kind: 'transformer',
      paths: { id: '$.detail.invoiceId', type: '$.detail-type', none: '$.detail.none' },
      template: '{"id":<id>,"all":<aws.events.event.json>,"text":"<id> of \\"<type>\\"","none":<none>}',
    },
    { id: 'i-1', all: expect.objectContaining(ours), text: 'i-1 of "Deposit Paid"', none: null },
  ],
] as const)('makes the input by %s', async (_, input, expected) => {
  await bus(rule({ targets: [target({ input })] })).emit('events', ours);
  await kernel.activity.idle();
  expect(bodies()).toEqual([expected]);
});

test('fires a schedule once per jump, and at its next time after a restart', async () => {
  const scheduled = rule({ pattern: undefined, schedule: 'rate(1 hour)' });
  await bus(scheduled).start();
  await kernel.advance(5 * 3600);
  expect(bodies()).toMatchObject([{ 'detail-type': 'Scheduled Event', source: 'aws.events', resources: ['rule-arn'], detail: {} }]);
  await kernel.advance(1800);
  await kernel.close();
  kernel = openKernel(folder);
  await bus(scheduled).start();
  await kernel.advance(1200);
  expect(delivered).toHaveLength(1);
  await kernel.advance(700);
  expect(delivered).toHaveLength(2);
});

test('refuses a rule with an unknown operator or schedule', () => {
  expect(() => bus(rule({ pattern: { detail: { a: [{ cidr: '10.0.0.0/8' }] } } }))).toThrow('rule rule: pattern: operator cidr');
  expect(() => bus(rule({ schedule: 'cron(0 2 L * ? *)' }))).toThrow('not supported');
});
