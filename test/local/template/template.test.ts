import { type Resolve, functionUrlNames, readTemplate } from '../../../local/template/template';

const resolve: Resolve = {
  stackName: 'app',
  functionUrl: (name) => `http://127.0.0.1:4000/${name}`,
  bundleFile: (functionName) => `dist/functions/${functionName}/index.js`,
};
const code = { S3Bucket: { 'Fn::Sub': 'cdk-assets-${AWS::AccountId}-${AWS::Region}' }, S3Key: 'abc.zip' };
const lambda = (properties: object = {}) => ({
  Type: 'AWS::Lambda::Function',
  Properties: { Handler: 'index.handler', Runtime: 'nodejs24.x', Role: { 'Fn::GetAtt': ['Role', 'Arn'] }, Code: code, ...properties },
});
const read = (Resources: object, more: Partial<Resolve> = {}) => readTemplate({ Resources }, { ...resolve, ...more });

const base = {
  Role: { Type: 'AWS::IAM::Role', Properties: {} },
  Screen: lambda({ FunctionName: 'screen-invoice', Timeout: 30, ReservedConcurrentExecutions: 2 }),
  Queue: {
    Type: 'AWS::SQS::Queue',
    Properties: { VisibilityTimeout: 300, RedrivePolicy: { deadLetterTargetArn: { 'Fn::GetAtt': ['Dead', 'Arn'] }, maxReceiveCount: 300 } },
  },
  Dead: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'dead', MessageRetentionPeriod: 1_209_600 } },
};
const queueArn = 'arn:aws:sqs:ap-southeast-2:000000000000:app-Queue';

test('reads functions with resolved variables', () => {
  const { functions } = read(
    {
      ...base,
      Bus: { Type: 'AWS::Events::EventBus', Properties: { Name: 'events' } },
      Topic: { Type: 'AWS::SNS::Topic', Properties: {} },
      Secret: { Type: 'AWS::SecretsManager::Secret', Properties: { Name: 'twilio' } },
      Url: { Type: 'AWS::Lambda::Url', Properties: { AuthType: 'NONE', TargetFunctionArn: { 'Fn::GetAtt': ['Screen', 'Arn'] } } },
      Portal: lambda({
        FunctionName: 'portal',
        Environment: {
          Variables: {
            EVENT_BUS_NAME: { Ref: 'Bus' },
            TOPIC: { Ref: 'Topic' },
            SECRET: { Ref: 'Secret' },
            SMS: { 'Fn::Join': ['', [{ 'Fn::GetAtt': ['Url', 'FunctionUrl'] }, 'sms']] },
            HOST: { 'Fn::Select': [2, { 'Fn::Split': ['/', { 'Fn::GetAtt': ['Url', 'FunctionUrl'] }] }] },
            MACHINE: { 'Fn::Sub': 'arn:${AWS::Partition}:states:${AWS::Region}:${AWS::AccountId}:stateMachine:x ${!literal} ${Bus.Arn}' },
            PLAIN: 3,
            REPLACED: 'x',
          },
        },
      }),
    },
    { overrides: { REPLACED: 'y', NEW: 'z' } },
  );
  expect(functions[0]).toMatchObject({
    name: 'screen-invoice',
    timeoutMs: 30_000,
    reservedConcurrency: 2,
    bundleFile: 'dist/functions/screen-invoice/index.js',
  });
  expect(functions[1]?.environment).toEqual({
    EVENT_BUS_NAME: 'events',
    TOPIC: 'arn:aws:sns:ap-southeast-2:000000000000:app-Topic',
    SECRET: 'arn:aws:secretsmanager:ap-southeast-2:000000000000:secret:twilio-local0',
    SMS: 'http://127.0.0.1:4000/screen-invoice/sms',
    HOST: '127.0.0.1:4000',
    MACHINE:
      'arn:aws:states:ap-southeast-2:000000000000:stateMachine:x ${literal} arn:aws:events:ap-southeast-2:000000000000:event-bus/events',
    PLAIN: '3',
    REPLACED: 'y',
  });
});

test('reads queues, what they feed and what they give up', () => {
  const model = read({
    ...base,
    Mapping: {
      Type: 'AWS::Lambda::EventSourceMapping',
      Properties: {
        EventSourceArn: { 'Fn::GetAtt': ['Queue', 'Arn'] },
        FunctionName: { Ref: 'Screen' },
        BatchSize: 5,
        MaximumBatchingWindowInSeconds: 2,
        FunctionResponseTypes: ['ReportBatchItemFailures'],
        ScalingConfig: { MaximumConcurrency: 2 },
      },
    },
  });
  expect(model.queues[0]).toEqual({
    name: 'app-Queue',
    arn: queueArn,
    visibilityMs: 300_000,
    delayMs: 0,
    retentionMs: 345_600_000,
    deadLetter: { queueArn: expect.stringContaining(':dead'), maxReceiveCount: 300 },
  });
  expect(model.mappings).toEqual([
    {
      queueArn,
      functionArn: expect.stringContaining('screen-invoice'),
      batchSize: 5,
      batchWindowMs: 2000,
      reportsItemFailures: true,
      maxConcurrency: 2,
    },
  ]);
});

test('reads rules with patterns, schedules and targets', () => {
  const { rules } = read({
    ...base,
    Paid: {
      Type: 'AWS::Events::Rule',
      Properties: {
        EventBusName: 'events',
        EventPattern: { 'detail-type': ['Deposit Paid'] },
        State: 'ENABLED',
        Targets: [
          {
            Id: 'T',
            Arn: { 'Fn::GetAtt': ['Queue', 'Arn'] },
            InputPath: '$.detail',
            RetryPolicy: { MaximumRetryAttempts: 3 },
            DeadLetterConfig: { Arn: { 'Fn::GetAtt': ['Dead', 'Arn'] } },
          },
        ],
      },
    },
    Hourly: {
      Type: 'AWS::Events::Rule',
      Properties: { ScheduleExpression: 'rate(1 hour)', Targets: [{ Id: 'T', Arn: { 'Fn::GetAtt': ['Screen', 'Arn'] } }] },
    },
    Off: { Type: 'AWS::Events::Rule', Properties: { ScheduleExpression: 'rate(1 hour)', State: 'DISABLED' } },
  });
  expect(rules).toHaveLength(2);
  expect(rules[0]).toMatchObject({
    bus: 'events',
    targets: [
      {
        arn: queueArn,
        input: { kind: 'path', path: '$.detail' },
        retry: { maxAttempts: 3, maxAgeMs: 86_400_000 },
        deadLetterArn: expect.stringContaining(':dead'),
      },
    ],
  });
  expect(rules[1]).toMatchObject({ bus: 'default', schedule: 'rate(1 hour)', targets: [{ input: { kind: 'event' } }] });
});

test('substitutes into a state machine definition', () => {
  const { stateMachines } = read({
    ...base,
    Machine: {
      Type: 'AWS::StepFunctions::StateMachine',
      Properties: {
        StateMachineName: 'provisioning',
        RoleArn: { 'Fn::GetAtt': ['Role', 'Arn'] },
        DefinitionString: { 'Fn::Join': ['', ['{"Resource":"${ScreenArn}","Region":"', { Ref: 'AWS::Region' }, '","Left":"${Unknown}"}']] },
        DefinitionSubstitutions: { ScreenArn: { 'Fn::GetAtt': ['Screen', 'Arn'] } },
      },
    },
  });
  expect(stateMachines[0]).toMatchObject({
    name: 'provisioning',
    arn: 'arn:aws:states:ap-southeast-2:000000000000:stateMachine:provisioning',
  });
  expect(JSON.parse(stateMachines[0]?.definition ?? '')).toEqual({
    Resource: 'arn:aws:lambda:ap-southeast-2:000000000000:function:screen-invoice',
    Region: 'ap-southeast-2',
    Left: '${Unknown}',
  });
});

test('reads the configuration sets and what they tell EventBridge', () => {
  const { configurationSets } = read({
    Set: { Type: 'AWS::SES::ConfigurationSet', Properties: { Name: 'mails' } },
    Events: {
      Type: 'AWS::SES::ConfigurationSetEventDestination',
      Properties: {
        ConfigurationSetName: { Ref: 'Set' },
        EventDestination: {
          Enabled: true,
          MatchingEventTypes: ['send', 'delivery', 'bounce'],
          EventBridgeDestination: { EventBusArn: { 'Fn::Sub': 'arn:aws:events:${AWS::Region}:${AWS::AccountId}:event-bus/default' } },
        },
      },
    },
  });
  expect(configurationSets).toEqual([{ name: 'mails', eventTypes: ['SEND', 'DELIVERY', 'BOUNCE'] }]);
});

test('lists what it ignores and the functions with URLs', () => {
  expect(read(base).ignored).toEqual([{ logicalId: 'Role', type: 'AWS::IAM::Role' }]);
  const Resources = {
    ...base,
    Url: { Type: 'AWS::Lambda::Url', Properties: { AuthType: 'NONE', TargetFunctionArn: { 'Fn::GetAtt': ['Screen', 'Arn'] } } },
  };
  expect(functionUrlNames({ Resources })).toEqual(['screen-invoice']);
});

test.each([
  ['a resource type', { Table: { Type: 'AWS::DynamoDB::Table', Properties: {} } }, /^Table: .*AWS::DynamoDB::Table/],
  [
    'an intrinsic function',
    { F: lambda({ Environment: { Variables: { A: { 'Fn::FindInMap': ['a', 'b', 'c'] } } } }) },
    /^F: .*Fn::FindInMap/,
  ],
  ['a property', { Q: { Type: 'AWS::SQS::Queue', Properties: { FifoQueue: true } } }, /^Q: AWS::SQS::Queue/],
  [
    'a filter on a mapping',
    {
      ...base,
      M: {
        Type: 'AWS::Lambda::EventSourceMapping',
        Properties: { EventSourceArn: 'x', FunctionName: 'screen-invoice', FilterCriteria: {} },
      },
    },
    /^M: .*FilterCriteria/s,
  ],
  ['a reference to nothing', { F: lambda({ Environment: { Variables: { A: { Ref: 'Gone' } } } }) }, /^Gone: /],
  ['a queue behind a topic', { S: { Type: 'AWS::SNS::Subscription', Properties: { Protocol: 'sqs' } } }, /^S: /],
  ['a condition', { F: { ...lambda(), Condition: 'C' } }, /^F: conditions/],
])('refuses %s that it does not know', (_, resources, message) => {
  expect(() => read(resources)).toThrow(message);
});
