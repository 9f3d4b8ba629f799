import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Aws, startAws } from '../../../local/aws/aws';
import { type Kernel, openKernel } from '../../../local/kernel/kernel';
import { openFunctionUrls } from '../../../local/lambda/function-urls';
import type { StackModel } from '../../../local/template/model';
import { functionUrlNames, readTemplate } from '../../../local/template/template';
import { bundles } from '../lambda/bundles';

const built = bundles({
  webhook: `
    import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
    export const handler = async (event: { body: string }) => {
      const Detail = event.body;
      await new EventBridgeClient({ maxAttempts: 1 }).send(new PutEventsCommand({ Entries: [{ EventBusName: process.env.EVENT_BUS_NAME, Source: 'ours', DetailType: 'Invoice Updated', Detail }] }));
      return { statusCode: 200, body: '' };
    };`,
  screen: `
    import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
    import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
    export const handler = async (event: { Records: { body: string; messageId: string }[] }) => {
      const { SecretString } = await new SecretsManagerClient().send(new GetSecretValueCommand({ SecretId: process.env.SECRET }));
      for (const { body } of event.Records) {
        const detail = { ...JSON.parse(body).detail, key: SecretString };
        console.log('screening', detail.invoiceId);
        if (detail.invoiceId === 'poison') return { batchItemFailures: event.Records.map(({ messageId }) => ({ itemIdentifier: messageId })) };
        await new EventBridgeClient().send(new PutEventsCommand({ Entries: [{ EventBusName: process.env.EVENT_BUS_NAME, Source: 'ours', DetailType: 'Deposit Paid', Detail: JSON.stringify(detail) }] }));
      }
    };`,
  alert: `
    import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
    export const handler = async (event: any) => {
      if (event.detail.bad) throw new Error('cannot alert');
      await new SNSClient().send(new PublishCommand({ TopicArn: process.env.TOPIC, Subject: 'Run failed', Message: event.detail.status }));
    };`,
  mailer: `
    import { SendEmailCommand, SESClient } from '@aws-sdk/client-ses';
    export const handler = async () => new SESClient().send(new SendEmailCommand({
      Source: 'hello@ours.example', Destination: { ToAddresses: ['ann@client.example'] }, ConfigurationSetName: 'mails',
      Message: { Subject: { Data: 'Hi' }, Body: { Text: { Data: 'Hello' } } } }));`,
});

const arnOf = (logicalId: string) => ({ 'Fn::GetAtt': [logicalId, 'Arn'] });
const lambda = (name: string, Variables: object = {}) => ({
  Type: 'AWS::Lambda::Function',
  Properties: {
    FunctionName: name,
    Handler: 'index.handler',
    Runtime: 'nodejs24.x',
    Timeout: 10,
    MemorySize: 256,
    Code: {},
    Environment: { Variables },
  },
});
const rule = (EventBusName: unknown, detailType: string, target: object) => ({
  Type: 'AWS::Events::Rule',
  Properties: {
    EventBusName,
    EventPattern: { 'detail-type': [{ prefix: detailType }] },
    Targets: [{ Id: 'T', DeadLetterConfig: { Arn: arnOf('Dead') }, ...target }],
  },
});
const template = {
  Resources: {
    Bus: { Type: 'AWS::Events::EventBus', Properties: { Name: 'events' } },
    Queue: {
      Type: 'AWS::SQS::Queue',
      Properties: { QueueName: 'screen', RedrivePolicy: { deadLetterTargetArn: arnOf('Dead'), maxReceiveCount: 2 } },
    },
    Dead: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'dead' } },
    Topic: { Type: 'AWS::SNS::Topic', Properties: { TopicName: 'operator' } },
    Secret: { Type: 'AWS::SecretsManager::Secret', Properties: { Name: 'xero' } },
    Machine: { Type: 'AWS::StepFunctions::StateMachine', Properties: { StateMachineName: 'provisioning', DefinitionString: '{}' } },
    Webhook: lambda('webhook', { EVENT_BUS_NAME: { Ref: 'Bus' } }),
    Url: { Type: 'AWS::Lambda::Url', Properties: { AuthType: 'NONE', TargetFunctionArn: arnOf('Webhook') } },
    Screen: lambda('screen', { EVENT_BUS_NAME: { Ref: 'Bus' }, SECRET: { Ref: 'Secret' } }),
    Mapping: {
      Type: 'AWS::Lambda::EventSourceMapping',
      Properties: { EventSourceArn: arnOf('Queue'), FunctionName: { Ref: 'Screen' }, FunctionResponseTypes: ['ReportBatchItemFailures'] },
    },
    Alert: lambda('alert', { TOPIC: { Ref: 'Topic' } }),
    AlertConfig: {
      Type: 'AWS::Lambda::EventInvokeConfig',
      Properties: {
        FunctionName: { Ref: 'Alert' },
        Qualifier: '$LATEST',
        DestinationConfig: { OnFailure: { Destination: arnOf('Dead') } },
      },
    },
    Mailer: lambda('mailer'),
    Mails: { Type: 'AWS::SES::ConfigurationSet', Properties: { Name: 'mails' } },
    MailEvents: {
      Type: 'AWS::SES::ConfigurationSetEventDestination',
      Properties: {
        ConfigurationSetName: 'mails',
        EventDestination: {
          Enabled: true,
          MatchingEventTypes: ['delivery'],
          EventBridgeDestination: { EventBusArn: 'arn:aws:events:ap-southeast-2:000000000000:event-bus/default' },
        },
      },
    },
    OnUpdated: rule({ Ref: 'Bus' }, 'Invoice Updated', { Arn: arnOf('Queue') }),
    OnPaid: rule({ Ref: 'Bus' }, 'Deposit Paid', { Arn: { Ref: 'Machine' }, InputPath: '$.detail' }),
    OnEnded: rule('default', 'Step Functions', { Arn: arnOf('Alert') }),
    OnMail: rule('default', 'Email ', { Arn: { Ref: 'Topic' }, InputPath: '$.detail-type' }),
  },
};

let folder: string;
let kernel: Kernel;
let aws: Aws;
let webhook: string;
let model: StackModel;
let executions: { arn: string; input: unknown }[];
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'aws-'));
  kernel = openKernel(folder);
  executions = [];
  const functionUrls = await openFunctionUrls(kernel, { names: functionUrlNames(template) });
  model = readTemplate(template, {
    functionUrl: (name) => functionUrls.url(name),
    bundleFile: (functionName) => built.functions.find(({ name }) => name === functionName)?.bundleFile ?? '',
  });
  webhook = functionUrls.url('webhook');
  aws = await startAws(kernel, {
    model,
    functionUrls,
    startExecution: async (arn, input) => void executions.push({ arn, input: JSON.parse(input) }),
    endpoints: () => ({}),
    secrets: { xero: 'k3y' },
    identities: ['ours.example'],
    logDir: join(folder, 'logs'),
    workerFile: built.workerFile,
  });
  await aws.start();
});
afterEach(async () => {
  await aws.close();
  await kernel.close();
  rmSync(folder, { recursive: true });
});
afterAll(() => built.remove());

const post = (invoiceId: string) =>
  fetch(webhook, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ invoiceId }) });

test('carries a webhook through bus, queue and function to the state machine', async () => {
  expect((await post('i-1')).status).toBe(200);
  await kernel.activity.idle();
  expect(executions).toEqual([
    { arn: 'arn:aws:states:ap-southeast-2:000000000000:stateMachine:provisioning', input: { invoiceId: 'i-1', key: 'k3y' } },
  ]);
  expect(aws.queues.depth('screen')).toEqual({ visible: 0, invisible: 0 });
});

test('keeps what functions print per function', async () => {
  await post('i-2');
  await kernel.activity.idle();
  // What a thread prints arrives beside its answer, perhaps later; a file is written later still.
  const file = join(folder, 'logs', 'screen.log');
  const printed = () =>
    aws.logs('screen').includes('screening i-2') && existsSync(file) && readFileSync(file, 'utf8').includes('screening i-2');
  while (!printed()) await new Promise((next) => setImmediate(next));
  expect(readFileSync(file, 'utf8')).toMatch(/^\S+Z screening i-2\n/);
});

test('puts a poisonous message into the dead-letter queue', async () => {
  await post('poison');
  await kernel.untilIdle();
  expect(aws.queues.depth('dead')).toEqual({ visible: 1, invisible: 0 });
  expect(executions).toHaveLength(0);
});

test("runs a rule's function asynchronously: twice more after a failure, then its failure destination", async () => {
  const status = { source: 'aws.states', 'detail-type': 'Step Functions Execution Status Change' };
  await aws.emit('default', { ...status, detail: { status: 'FAILED' } });
  await kernel.activity.idle();
  expect(aws.topicMessages()).toMatchObject([{ subject: 'Run failed', message: 'FAILED' }]);
  const startedMs = Date.now();
  await aws.emit('default', { ...status, detail: { bad: true } });
  await kernel.untilIdle();
  expect(Date.now() - startedMs).toBeGreaterThanOrEqual(180_000);
  const [given] = aws.queues.peek('dead');
  expect(JSON.parse(given?.body ?? '')).toMatchObject({
    requestContext: { condition: 'RetriesExhausted', approximateInvokeCount: 3 },
    requestPayload: { detail: { bad: true } },
    responsePayload: { errorMessage: 'cannot alert' },
  });
});

test("reports a mail's fate on the default bus", async () => {
  expect(await aws.invoke('mailer', {})).toMatchObject({ payload: { MessageId: aws.mailbox()[0]?.messageId } });
  await kernel.untilIdle();
  expect(aws.topicMessages()).toMatchObject([{ message: '"Email Delivered"' }]);
});

test('refuses a template that points to nowhere', async () => {
  const functionUrls = await openFunctionUrls(kernel, { names: [] });
  const broken = { ...model, functionUrls: [], queues: model.queues.filter(({ name }) => name !== 'dead') };
  const options = { model: broken, functionUrls, startExecution: async () => undefined, endpoints: () => ({}), secrets: {} };
  await expect(startAws(kernel, options)).rejects.toThrow(/queue screen → arn:aws:sqs:.*:dead/);
});
