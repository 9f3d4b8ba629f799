import { PublishCommand, type PublishCommandInput, SNSClient } from '@aws-sdk/client-sns';
import { type Kernel, openKernel } from '../../../local/kernel/kernel';
import { type Listening, serveApp } from '../../../local/kernel/serve';
import { type Topics, createTopics } from '../../../local/topics/topics';
import { local } from '../aws/clients';

const TopicArn = 'arn:aws:sns:ap-southeast-2:000000000000:operator';
let kernel: Kernel;
let topics: Topics;
let server: Listening;
beforeEach(async () => {
  kernel = openKernel(undefined);
  topics = createTopics(kernel, { topics: [{ arn: TopicArn }] });
  server = await serveApp({ fetch: (request, env) => topics.routes.fetch(request, env) }, { port: 0 });
});
afterEach(async () => {
  await server.close();
  await kernel.close();
});
const publish = (input: Partial<PublishCommandInput>) =>
  new SNSClient(local(server.url)).send(new PublishCommand({ TopicArn, Message: 'm', ...input }));

test("keeps what is published in the operator's inbox", async () => {
  const { MessageId } = await publish({
    Subject: 'Run failed <1> & more',
    Message: 'at "BuyNumber"\nnext',
    MessageAttributes: { run: { DataType: 'String', StringValue: 'r-1' } },
  });
  expect(topics.messages()).toEqual([
    {
      messageId: MessageId,
      topicArn: TopicArn,
      subject: 'Run failed <1> & more',
      message: 'at "BuyNumber"\nnext',
      attributes: { run: 'r-1' },
      at: expect.stringMatching(/Z$/),
    },
  ]);
});

test.each([
  ['a long subject', { Subject: 'x'.repeat(101) }, 'InvalidParameterException'],
  ['a line break in the subject', { Subject: 'a\nb' }, 'InvalidParameterException'],
  ['an empty message', { Message: '' }, 'InvalidParameterException'],
  ['a long message', { Message: 'é'.repeat(131_073) }, 'InvalidParameterException'],
  ['an unknown topic', { TopicArn: `${TopicArn}x` }, 'NotFoundException'],
])('refuses %s', async (_, input, name) => {
  await expect(publish(input)).rejects.toMatchObject({ name });
  expect(topics.messages()).toHaveLength(0);
});

test('plays faults', async () => {
  await kernel.faults.arm({ vendor: 'sns', call: 'Publish', mode: 'server-error', times: 1, slowMs: 1 });
  await expect(publish({})).rejects.toMatchObject({ name: 'InternalFailure', $metadata: { httpStatusCode: 500 } });
  await expect(publish({})).resolves.toBeDefined();
});
