import { z } from 'zod';
import type { Kernel } from '../kernel/kernel';
import { type Invocation, type Invoke, REGION } from '../kernel/wiring';
import type { MappingModel } from '../template/model';
import { type Queues, type StoredMessage, md5 } from './queues';

const Failures = z.object({ batchItemFailures: z.array(z.object({ itemIdentifier: z.string() })).default([]) });
const DEFAULT_CONCURRENCY = 5; // Lambda begins with five pollers

/** Feeds a function from a queue, as a Lambda event source mapping does. */
export class Poller {
  readonly #kernel: Kernel;
  readonly #queues: Queues;
  readonly #mapping: MappingModel;
  readonly #invoke: Invoke;
  #running = 0;
  #pumping = false;
  #cancelWindow: (() => void) | undefined;

  constructor(kernel: Kernel, { queues, mapping, invoke }: { queues: Queues; mapping: MappingModel; invoke: Invoke }) {
    this.#kernel = kernel;
    this.#queues = queues;
    this.#mapping = mapping;
    this.#invoke = invoke;
  }

  start(): void {
    this.#queues.onVisible(this.#mapping.queueArn, () => this.#wake());
  }

  /** Gathers what is sent in the same turn of the event loop, and for the batch window if there is one. */
  #wake(): void {
    if (this.#pumping || this.#cancelWindow) return;
    const { batchWindowMs, batchSize, queueArn } = this.#mapping;
    if (batchWindowMs > 0 && this.#queues.depth(queueArn).visible < batchSize) {
      this.#cancelWindow = this.#kernel.timers.at(Date.now() + batchWindowMs, 'work', () => {
        this.#cancelWindow = undefined;
        this.#pumpSoon();
      });
    } else this.#pumpSoon();
  }

  #pumpSoon(): void {
    if (this.#pumping) return;
    this.#pumping = true;
    void this.#kernel.activity.during(async () => {
      await new Promise((next) => setImmediate(next));
      this.#pumping = false;
      await this.#pump();
    });
  }

  async #pump(): Promise<void> {
    while (this.#running < (this.#mapping.maxConcurrency ?? DEFAULT_CONCURRENCY)) {
      this.#running += 1;
      const batch = await this.#queues.receive(this.#mapping.queueArn, this.#mapping.batchSize);
      if (batch.length === 0) {
        this.#running -= 1;
        return;
      }
      void this.#kernel.activity.during(() => this.#process(batch));
    }
  }

  async #process(batch: StoredMessage[]): Promise<void> {
    const result = await this.#invoke(this.#mapping.functionArn, {
      Records: batch.map((message) => record(message, this.#mapping.queueArn)),
    });
    const failed = this.#failed(result, batch);
    const done = batch.filter(({ id }) => !failed.has(id));
    await Promise.all(done.map(({ receiptHandle = '' }) => this.#queues.delete(this.#mapping.queueArn, receiptHandle)));
    this.#running -= 1;
    this.#pumpSoon();
  }

  /** Ids of the messages that come again after the visibility time; an answer that makes no sense fails the whole batch. */
  #failed(result: Invocation, batch: StoredMessage[]): Set<string> {
    const all = new Set(batch.map(({ id }) => id));
    if ('error' in result) return all;
    if (!this.#mapping.reportsItemFailures || result.payload === null) return new Set();
    const parsed = Failures.safeParse(result.payload);
    if (!parsed.success) return all;
    const failed = parsed.data.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
    return failed.every((id) => all.has(id)) ? new Set(failed) : all;
  }
}

/** One record of the event (docs.aws.amazon.com/lambda/latest/dg/with-sqs.html). */
function record(message: StoredMessage, queueArn: string) {
  return {
    messageId: message.id,
    receiptHandle: message.receiptHandle,
    body: message.body,
    attributes: {
      ApproximateReceiveCount: String(message.receiveCount),
      SentTimestamp: String(message.sentMs),
      SenderId: 'AROALOCAL',
      ApproximateFirstReceiveTimestamp: String(message.firstReceivedMs),
    },
    messageAttributes: Object.fromEntries(
      Object.entries(message.attributes).map(([name, stringValue]) => [
        name,
        { stringValue, dataType: 'String', stringListValues: [], binaryListValues: [] },
      ]),
    ),
    md5OfBody: md5(message.body),
    eventSource: 'aws:sqs',
    eventSourceARN: queueArn,
    awsRegion: REGION,
  };
}
