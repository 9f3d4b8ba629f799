/** The part of SQS's JSON protocol with which tools look into queues (docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference). */
import { type Context, Hono } from 'hono';
import { z } from 'zod';
import { AwsError, answerError, jsonBody, operationOf } from '../aws/json-protocol';
import type { AwsEnv, AwsRoutes } from '../aws/routes';
import { ACCOUNT } from '../kernel/wiring';
import type { QueueModel } from '../template/model';
import { type Queues, type StoredMessage, md5 } from './queues';

const Attribute = z.object({ DataType: z.literal('String'), StringValue: z.string() });
const InQueue = z.object({ QueueUrl: z.string() });
const LARGEST_BODY = 1024 * 1024;

const operations: Record<string, (context: Context, queues: Queues) => Promise<unknown>> = {
  async GetQueueUrl(context, queues) {
    const { QueueName } = await jsonBody(context, z.object({ QueueName: z.string() }));
    return { QueueUrl: urlOf(context, known(queues, QueueName)) };
  },
  async ListQueues(context, queues) {
    return { QueueUrls: queues.names().map((name) => urlOf(context, known(queues, name))) };
  },
  async SendMessage(context, queues) {
    const Send = InQueue.extend({
      MessageBody: z.string().min(1).max(LARGEST_BODY),
      MessageAttributes: z.record(z.string(), Attribute).default({}),
    });
    const { QueueUrl, MessageBody, MessageAttributes } = await jsonBody(context, Send);
    const attributes = Object.fromEntries(Object.entries(MessageAttributes).map(([name, { StringValue }]) => [name, StringValue]));
    const MessageId = await queues.send(known(queues, QueueUrl).name, { body: MessageBody, attributes });
    return { MessageId, MD5OfMessageBody: md5(MessageBody) };
  },
  async ReceiveMessage(context, queues) {
    const Receive = InQueue.extend({ MaxNumberOfMessages: z.int().min(1).max(10).default(1), VisibilityTimeout: z.number().optional() });
    const { QueueUrl, MaxNumberOfMessages, VisibilityTimeout } = await jsonBody(context, Receive);
    const visibilityMs = VisibilityTimeout === undefined ? undefined : VisibilityTimeout * 1000;
    const received = await queues.receive(known(queues, QueueUrl).name, MaxNumberOfMessages, visibilityMs);
    return { Messages: received.map(messageOf) };
  },
  async DeleteMessage(context, queues) {
    const { QueueUrl, ReceiptHandle } = await jsonBody(context, InQueue.extend({ ReceiptHandle: z.string() }));
    if (!(await queues.delete(known(queues, QueueUrl).name, ReceiptHandle)))
      throw new AwsError('ReceiptHandleIsInvalid', 'The input receipt handle is invalid.');
    return {};
  },
  async GetQueueAttributes(context, queues) {
    const { QueueUrl } = await jsonBody(context, InQueue);
    const model = known(queues, QueueUrl);
    const { visible, invisible } = queues.depth(model.name);
    return {
      Attributes: {
        QueueArn: model.arn,
        ApproximateNumberOfMessages: String(visible),
        ApproximateNumberOfMessagesNotVisible: String(invisible),
        VisibilityTimeout: String(model.visibilityMs / 1000),
        MessageRetentionPeriod: String(model.retentionMs / 1000),
        ...(model.deadLetter && {
          RedrivePolicy: JSON.stringify({
            deadLetterTargetArn: model.deadLetter.queueArn,
            maxReceiveCount: model.deadLetter.maxReceiveCount,
          }),
        }),
      },
    };
  },
};

/** The SQS endpoint. */
export function sqsRoutes(queues: Queues): AwsRoutes {
  const app = new Hono<AwsEnv>();
  app.onError(answerError);
  app.post('*', async (context) => {
    const operation = operations[operationOf(context)];
    if (!operation) throw new AwsError('InvalidAction', `${operationOf(context)} is not answered here`);
    return context.json(await operation(context, queues), 200, { 'content-type': 'application/x-amz-json-1.0' });
  });
  return app;
}

function known(queues: Queues, queue: string): QueueModel {
  const model = queues.find(queue);
  if (!model) throw new AwsError('QueueDoesNotExist', 'The specified queue does not exist.');
  return model;
}

/** Under the path that the request came to, so that a client that follows the URL comes back here. */
function urlOf(context: Context, { name }: QueueModel): string {
  const { origin, pathname } = new URL(context.req.url);
  return `${origin}${pathname.replace(/\/$/, '')}/${ACCOUNT}/${name}`;
}

function messageOf({ id, receiptHandle, body, receiveCount, sentMs, attributes }: StoredMessage) {
  return {
    MessageId: id,
    ReceiptHandle: receiptHandle,
    Body: body,
    MD5OfBody: md5(body),
    Attributes: { ApproximateReceiveCount: String(receiveCount), SentTimestamp: String(sentMs) },
    MessageAttributes: Object.fromEntries(
      Object.entries(attributes).map(([name, StringValue]) => [name, { DataType: 'String', StringValue }]),
    ),
  };
}
