/** A function behind one of our queues: events of the bus one by one, and what fails comes again. */
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import * as z from 'zod';
import { describeError } from './errors';
import { parseJson } from './json';
import { log } from './log';

/** The rule of the bus puts the whole event into the queue. */
const Message = z.object({ detail: z.unknown() });

/** Answers which messages must come again. What cannot be read ends in the dead-letter queue, where somebody sees it. */
export async function workOff<T>(
  { Records }: SQSEvent,
  detail: z.ZodType<T>,
  work: (detail: T) => Promise<void>,
): Promise<SQSBatchResponse> {
  const failed: string[] = [];
  for (const { messageId, body } of Records) {
    try {
      await work(detail.parse(Message.parse(parseJson(body)).detail));
    } catch (error) {
      log.warn('a message of the queue must come again', { messageId, ...describeError(error) });
      failed.push(messageId);
    }
  }
  return { batchItemFailures: failed.map((itemIdentifier) => ({ itemIdentifier })) };
}
