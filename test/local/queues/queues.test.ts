import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Kernel, openKernel } from '../../../local/kernel/kernel';
import { type Listening, serveApp } from '../../../local/kernel/serve';
import type { Invocation } from '../../../local/kernel/wiring';
import { Poller } from '../../../local/queues/poller';
import { Queues } from '../../../local/queues/queues';
import { sqsRoutes } from '../../../local/queues/sqs-protocol';
import type { MappingModel, QueueModel } from '../../../local/template/model';

const arn = (name: string) => `arn:aws:sqs:ap-southeast-2:000000000000:${name}`;
const work: QueueModel = {
  name: 'work',
  arn: arn('work'),
  visibilityMs: 300_000,
  delayMs: 0,
  retentionMs: 14 * 86_400_000,
  deadLetter: { queueArn: arn('dead'), maxReceiveCount: 3 },
};
const dead: QueueModel = { ...work, name: 'dead', arn: arn('dead'), deadLetter: undefined };
const mapping: MappingModel = {
  queueArn: work.arn,
  functionArn: 'screen',
  batchSize: 10,
  batchWindowMs: 0,
  reportsItemFailures: true,
  maxConcurrency: 2,
};

interface Records {
  Records: { messageId: string; body: string; attributes: Record<string, string> }[];
}
let folder: string;
let kernel: Kernel;
let queues: Queues;
let batches: Records[];
let server: Listening | undefined;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'queues-'));
  kernel = openKernel(folder);
  queues = new Queues(kernel, [work, dead]);
  batches = [];
});
afterEach(async () => {
  await server?.close();
  server = undefined;
  await kernel.close();
  rmSync(folder, { recursive: true });
});

function poll(answer: (event: Records) => Promise<Invocation> | Invocation, given: Partial<MappingModel> = {}) {
  const invoke = async (_: string, event: unknown) => {
    batches.push(event as Records);
    return answer(event as Records);
  };
  new Poller(kernel, { queues, mapping: { ...mapping, ...given }, invoke }).start();
}
const done: Invocation = { payload: null };
const failed: Invocation = { error: { errorType: 'Error', errorMessage: 'no' } };
const send = (...bodies: string[]) => Promise.all(bodies.map((body) => queues.send('work', { body, attributes: { kind: 'test' } })));

test('hands messages over in the shape of SQS, and deletes what was done', async () => {
  poll(() => done);
  const [id] = await send('one', 'two');
  await kernel.activity.idle();
  expect(batches).toHaveLength(1);
  expect(batches[0]?.Records[0]).toEqual({
    messageId: id,
    receiptHandle: expect.any(String),
    body: 'one',
    attributes: expect.objectContaining({ ApproximateReceiveCount: '1', SentTimestamp: expect.stringMatching(/^\d{13}$/) }),
    messageAttributes: { kind: expect.objectContaining({ stringValue: 'test', dataType: 'String' }) },
    md5OfBody: 'f97c5d29941bfb1b2fdab0874906ab82',
    eventSource: 'aws:sqs',
    eventSourceARN: work.arn,
    awsRegion: 'ap-southeast-2',
  });
  expect(queues.depth('work')).toEqual({ visible: 0, invisible: 0 });
});

test('brings back only the messages that failed, after the visibility time', async () => {
  poll(({ Records }) => {
    const bad = Records.filter(({ body, attributes }) => body === 'bad' && attributes['ApproximateReceiveCount'] === '1');
    return { payload: { batchItemFailures: bad.map(({ messageId }) => ({ itemIdentifier: messageId })) } };
  });
  await send('good', 'bad');
  const startedMs = Date.now();
  await kernel.untilIdle();
  expect(batches.map(({ Records }) => Records.map(({ body }) => body))).toEqual([['good', 'bad'], ['bad']]);
  expect(Date.now() - startedMs).toBeGreaterThanOrEqual(300_000);
});

test.each([
  ['an error', failed],
  ['an answer that makes no sense', { payload: { batchItemFailures: 'all' } }],
  ['an unknown item', { payload: { batchItemFailures: [{ itemIdentifier: 'x' }] } }],
])('fails the whole batch on %s', async (_, answer) => {
  poll(() => answer);
  await send('one', 'two');
  await kernel.activity.idle();
  expect(queues.depth('work')).toEqual({ visible: 0, invisible: 2 });
});

test('moves a message to the dead-letter queue after it was received too often', async () => {
  poll(() => failed);
  const [id] = await send('poison');
  await kernel.untilIdle();
  expect(batches).toHaveLength(3);
  expect(queues.depth('work')).toEqual({ visible: 0, invisible: 0 });
  expect(queues.peek('dead')).toMatchObject([{ id, body: 'poison' }]);
});

test('runs at most maxConcurrency batches at once', async () => {
  let running = 0;
  let most = 0;
  poll(
    async () => {
      running += 1;
      most = Math.max(most, running);
      for (let turn = 0; turn < 20; turn += 1) await new Promise((next) => setImmediate(next));
      running -= 1;
      return done;
    },
    { batchSize: 1 },
  );
  await send(...Array.from({ length: 20 }, (_, index) => String(index)));
  await kernel.activity.idle();
  expect(batches).toHaveLength(20);
  expect(most).toBe(2);
});

test('gathers a batch for its window', async () => {
  poll(() => done, { batchWindowMs: 5000 });
  await send('one');
  await kernel.activity.idle();
  expect(batches).toHaveLength(0);
  await send('two');
  await kernel.untilIdle();
  expect(batches.map(({ Records }) => Records.length)).toEqual([2]);
});

test('does not move the clock for a message that is gone', async () => {
  poll(() => done);
  await send('one');
  const startedMs = Date.now();
  await kernel.untilIdle();
  expect(Date.now() - startedMs).toBeLessThan(10_000);
});

test('goes on after a restart', async () => {
  await send('kept');
  await kernel.close();
  kernel = openKernel(folder);
  queues = new Queues(kernel, [work, dead]);
  poll(() => done);
  await kernel.activity.idle();
  expect(batches[0]?.Records).toMatchObject([{ body: 'kept' }]);
});

test('forgets what is older than the retention', async () => {
  await send('old');
  await kernel.advance(15 * 86_400);
  expect(queues.depth('work')).toEqual({ visible: 0, invisible: 0 });
  expect(await queues.receive('work', 1)).toEqual([]);
});

test("speaks enough of SQS's protocol to look into a queue", async () => {
  server = await serveApp(sqsRoutes(queues), { port: 0 });
  const { url } = server;
  const call = async (operation: string, body: object) => {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'x-amz-target': `AmazonSQS.${operation}` },
      body: JSON.stringify(body),
    });
    return (await response.json()) as Record<string, unknown> & { Messages?: { ReceiptHandle: string }[] };
  };
  const { QueueUrl } = await call('GetQueueUrl', { QueueName: 'work' });
  expect(await call('SendMessage', { QueueUrl, MessageBody: 'one' })).toMatchObject({
    MD5OfMessageBody: 'f97c5d29941bfb1b2fdab0874906ab82',
  });
  expect(await call('GetQueueAttributes', { QueueUrl })).toMatchObject({ Attributes: { ApproximateNumberOfMessages: '1' } });
  const received = await call('ReceiveMessage', { QueueUrl });
  expect(received).toMatchObject({ Messages: [{ Body: 'one' }] });
  const ReceiptHandle = received.Messages?.[0]?.ReceiptHandle;
  expect(await call('DeleteMessage', { QueueUrl, ReceiptHandle })).toEqual({});
  expect(await call('DeleteMessage', { QueueUrl, ReceiptHandle })).toMatchObject({ __type: 'ReceiptHandleIsInvalid' });
  expect(await call('GetQueueUrl', { QueueName: 'gone' })).toMatchObject({ __type: 'QueueDoesNotExist' });
});
