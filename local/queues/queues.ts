import { createHash, randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Message } from '../aws/deliver';
import { Collection } from '../kernel/collection';
import type { Kernel } from '../kernel/kernel';
import type { QueueModel } from '../template/model';

/** A message at rest in a queue. Times in epoch milliseconds. */
export const StoredMessage = z.object({
  id: z.string(),
  queue: z.string(),
  body: z.string(),
  attributes: z.record(z.string(), z.string()),
  sentMs: z.number(),
  visibleMs: z.number(),
  receiveCount: z.number(),
  firstReceivedMs: z.number().optional(),
  /** Of the last receive; an older one no longer deletes on some queues, so none does here. */
  receiptHandle: z.string().optional(),
});
export type StoredMessage = z.infer<typeof StoredMessage>;

/** The SQS queues of the template: standard queues, at least once, persistent. Queues are named by name, ARN or URL. */
export class Queues {
  readonly #kernel: Kernel;
  readonly #models: Map<string, QueueModel>;
  readonly #stored: Collection<StoredMessage>;
  /** Messages by queue and id, in order of sending. */
  readonly #messages = new Map<string, Map<string, StoredMessage>>();
  readonly #listeners = new Map<string, () => void>();
  /** Cancels a message's wake-up. */
  readonly #wakeUps = new Map<string, () => void>();

  constructor(kernel: Kernel, models: QueueModel[]) {
    this.#kernel = kernel;
    this.#models = new Map(models.map((model) => [model.name, model]));
    this.#stored = new Collection(kernel.store, 'sqs_messages', StoredMessage);
    for (const { name } of models) this.#messages.set(name, new Map());
    for (const message of this.#stored.all()) this.#messages.get(message.queue)?.set(message.id, message);
  }

  /** The settings of a queue, undefined if there is none. */
  find(queue: string): QueueModel | undefined {
    return this.#models.get(queue.split(/[:/]/).at(-1) ?? '');
  }

  names(): string[] {
    return [...this.#models.keys()];
  }

  /** Calls `listener` whenever a message of the queue may have become visible; one per queue. */
  onVisible(queue: string, listener: () => void): void {
    const { name } = this.#model(queue);
    this.#listeners.set(name, listener);
    for (const message of this.#of(name).values()) this.#announce(message);
  }

  /** Resolves with the message's id when it is stored. */
  async send(queue: string, { body, attributes = {} }: Message): Promise<string> {
    const model = this.#model(queue);
    const sentMs = Date.now();
    const message = { id: randomUUID(), queue: model.name, body, attributes, sentMs, visibleMs: sentMs + model.delayMs, receiveCount: 0 };
    await this.#kernel.activity.during(() => this.#add(message));
    return message.id;
  }

  /** Up to `most` visible messages, each invisible from now for the visibility time. What was received too often goes to the dead-letter queue. */
  async receive(queue: string, most: number, visibilityMs?: number): Promise<StoredMessage[]> {
    const model = this.#model(queue);
    const nowMs = Date.now();
    const received: StoredMessage[] = [];
    const writes: Promise<void>[] = [];
    for (const message of this.#of(model.name).values()) {
      if (received.length === most) break;
      if (message.visibleMs > nowMs) continue;
      if (nowMs - message.sentMs > model.retentionMs) writes.push(this.#remove(message));
      else if (model.deadLetter && message.receiveCount >= model.deadLetter.maxReceiveCount)
        writes.push(this.#bury(message, model.deadLetter.queueArn));
      else {
        message.receiveCount += 1;
        message.firstReceivedMs ??= nowMs;
        message.receiptHandle = `${message.id}.${randomUUID()}`;
        message.visibleMs = nowMs + (visibilityMs ?? model.visibilityMs);
        writes.push(this.#stored.put(message.id, message));
        this.#announce(message);
        received.push({ ...message });
      }
    }
    await Promise.all(writes);
    return received;
  }

  /** Deletes a received message; false if the handle is none of the queue's current ones. */
  async delete(queue: string, receiptHandle: string): Promise<boolean> {
    const message = this.#of(this.#model(queue).name).get(receiptHandle.split('.')[0] ?? '');
    if (message?.receiptHandle !== receiptHandle) return false;
    await this.#remove(message);
    return true;
  }

  /** How many messages wait, and how many of them are being worked on or delayed. */
  depth(queue: string): { visible: number; invisible: number } {
    const nowMs = Date.now();
    const all = [...this.#of(this.#model(queue).name).values()].filter(
      (message) => nowMs - message.sentMs <= this.#model(queue).retentionMs,
    );
    const visible = all.filter((message) => message.visibleMs <= nowMs).length;
    return { visible, invisible: all.length - visible };
  }

  /** The messages of a queue as they lie there, without receiving them. */
  peek(queue: string): StoredMessage[] {
    return [...this.#of(this.#model(queue).name).values()];
  }

  async #add(message: StoredMessage): Promise<void> {
    this.#of(message.queue).set(message.id, message);
    await this.#stored.put(message.id, message);
    this.#announce(message);
  }

  async #remove(message: StoredMessage): Promise<void> {
    this.#of(message.queue).delete(message.id);
    this.#forgetWakeUp(message.id);
    await this.#stored.delete(message.id);
  }

  /** A message keeps its id and age in the dead-letter queue. */
  async #bury(message: StoredMessage, deadLetterArn: string): Promise<void> {
    this.#of(message.queue).delete(message.id);
    await this.#add({ ...message, queue: this.#model(deadLetterArn).name, visibleMs: Date.now(), receiveCount: 0 });
  }

  #announce({ id, queue, visibleMs }: StoredMessage): void {
    this.#forgetWakeUp(id);
    const listener = this.#listeners.get(queue);
    if (!listener) return;
    if (visibleMs <= Date.now()) listener();
    else this.#wakeUps.set(id, this.#kernel.timers.at(visibleMs, 'work', listener));
  }

  /** A wake-up for a message that is gone would make the clock jump for nothing. */
  #forgetWakeUp(id: string): void {
    this.#wakeUps.get(id)?.();
    this.#wakeUps.delete(id);
  }

  #model(queue: string): QueueModel {
    const model = this.find(queue);
    if (!model) throw new Error(`no such queue: ${queue}`);
    return model;
  }

  #of(name: string): Map<string, StoredMessage> {
    const messages = this.#messages.get(name);
    if (!messages) throw new Error(`no such queue: ${name}`);
    return messages;
  }
}

/** The MD5 of a body, as SQS gives it with every message. */
export const md5 = (body: string) => createHash('md5').update(body).digest('hex');
