/** SNS Publish over the Query protocol: what is published is the operator's inbox (docs.aws.amazon.com/sns/latest/api/API_Publish.html). */
import { randomUUID } from 'node:crypto';
import { Hono } from 'hono';
import { z } from 'zod';
import { AwsError } from '../aws/json-protocol';
import { answerQueryError, queryAnswer, queryFaults, readAction } from '../aws/query-protocol';
import type { AwsEnv } from '../aws/routes';
import { Collection } from '../kernel/collection';
import { playFaults } from '../kernel/faults';
import type { Kernel } from '../kernel/kernel';

/** A published message; `at` is ISO 8601 UTC. */
export const TopicMessage = z.object({
  messageId: z.string(),
  topicArn: z.string(),
  subject: z.string().optional(),
  message: z.string(),
  attributes: z.record(z.string(), z.string()),
  at: z.string(),
});
export type TopicMessage = z.infer<typeof TopicMessage>;

/** What to publish; throws the InvalidParameter or NotFound that SNS answers. */
export type Publication = Pick<TopicMessage, 'topicArn' | 'message'> & Partial<Pick<TopicMessage, 'subject' | 'attributes'>>;

const service = { namespace: 'http://sns.amazonaws.com/doc/2010-03-31/' };
const LARGEST_MESSAGE = 256 * 1024;

/** The SNS topics of the template. */
export function createTopics(kernel: Kernel, { topics }: { topics: { arn: string }[] }) {
  const stored = new Collection(kernel.store, 'sns_messages', TopicMessage);
  const arns = new Set(topics.map(({ arn }) => arn));

  async function publish({ topicArn, message, subject, attributes = {} }: Publication): Promise<string> {
    check({ topicArn, message, subject });
    if (!arns.has(topicArn)) throw new AwsError('NotFound', 'Topic does not exist', 404);
    const messageId = randomUUID();
    const entry = { messageId, topicArn, message, attributes, at: new Date().toISOString(), ...(subject !== undefined && { subject }) };
    await kernel.activity.during(() => stored.put(messageId, entry));
    return messageId;
  }

  const routes = new Hono<AwsEnv>();
  routes.onError(answerQueryError(service));
  routes.use(readAction, playFaults(kernel.faults, queryFaults('sns', service)));
  routes.post('/', async (context) => {
    const form = context.get('form');
    if (context.get('action') !== 'Publish') throw new AwsError('InvalidAction', `${context.get('action')} is not answered here`);
    const subject = form.get('Subject') ?? undefined;
    const attributes = attributesOf(form);
    const MessageId = await publish({
      topicArn: form.get('TopicArn') ?? '',
      message: form.get('Message') ?? '',
      attributes,
      ...(subject !== undefined && { subject }),
    });
    return queryAnswer(context, service, { action: 'Publish', result: { MessageId } });
  });
  return { publish, messages: () => stored.all(), routes };
}

export type Topics = ReturnType<typeof createTopics>;

function check({ message, subject }: { topicArn: string; message: string; subject: string | undefined }): void {
  if (message === '') throw new AwsError('InvalidParameter', 'Invalid parameter: Empty message');
  if (Buffer.byteLength(message) > LARGEST_MESSAGE) throw new AwsError('InvalidParameter', 'Invalid parameter: Message too long');
  // Up to 100 characters, no line breaks or control characters, beginning with a letter, number or punctuation mark.
  if (subject !== undefined && !/^[^\p{C}\s][^\p{C}]{0,99}$/u.test(subject))
    throw new AwsError('InvalidParameter', 'Invalid parameter: Subject');
}

function attributesOf(form: URLSearchParams): Record<string, string> {
  const attributes: Record<string, string> = {};
  for (let index = 1; form.has(`MessageAttributes.entry.${index}.Name`); index += 1) {
    const prefix = `MessageAttributes.entry.${index}`;
    attributes[form.get(`${prefix}.Name`) ?? ''] = form.get(`${prefix}.Value.StringValue`) ?? '';
  }
  return attributes;
}
